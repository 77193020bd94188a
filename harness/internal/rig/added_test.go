package rig_test

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
	"spabench/harness/spatest"
	"spabench/variants"
)

// dockerfile writes a Dockerfile into a folder of its own, and returns it as a source.
func dockerfile(t *testing.T, text string) lab.Source {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	return lab.Source{Context: dir, Dockerfile: "Dockerfile"}
}

// TestAdded starts somebody's own servers, an image and a Dockerfile, and has checks stop and start them. Nothing is
// left of them, and the image stays as it was.
func TestAdded(t *testing.T) {
	g := rigtest.Open(t)
	embedded, _ := variants.Find("embedded-go")
	refs, err := rig.BuildImages(t.Context(), g.Lab, embedded)
	if err != nil {
		t.Fatal(rigtest.Describe(err))
	}
	before, err := g.Lab.LayerIDs(t.Context(), refs[0])
	if err != nil {
		t.Fatal(err)
	}
	for name, a := range map[string]rig.Added{
		"image": {Name: "theirs", Source: lab.Source{Image: refs[0]}},
		"dockerfile": {
			Name: "built", Source: dockerfile(t, "FROM "+refs[0]+"\nARG VALUE\nENV PORT=${VALUE}\nEXPOSE 9000\n"),
			Port: 9000, Ready: "/api/health", Environ: map[string]string{"GOGC": "off"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if a.Dockerfile != "" {
				a.Args = map[string]string{"VALUE": "9000"}
			}
			log := ""
			err := g.WithAdded(t.Context(), a, func(url string, h spatest.Host) error {
				report, err := spatest.Inspect(t.Context(), spatest.Target{
					URL: url, Dist: g.Dist.FS, Host: h, Decoders: rig.Decoders(), APISlow: "/api/slow?ms=1500",
					Only: []string{"routing", "lifecycle"},
				})
				if err != nil {
					return err
				}
				restarted := false
				for _, o := range report.Outcomes {
					restarted = restarted || strings.HasPrefix(o.Check, "lifecycle") && o.Verdict == spatest.Passed
				}
				if !restarted {
					t.Errorf("no check has stopped it: %+v", report)
				}
				return report.Err()
			}, &log)
			if err != nil {
				t.Errorf("%v\n%s", rigtest.Describe(err), log)
			}
			rigtest.NothingLeft(t)
		})
	}
	if after, err := g.Lab.LayerIDs(t.Context(), refs[0]); err != nil || !slices.Equal(after, before) {
		t.Errorf("the image has changed, or is gone: %v", err)
	}
}

// TestAddedRefused holds that a server that cannot be started says why, and leaves nothing behind.
func TestAddedRefused(t *testing.T) {
	g := rigtest.Open(t)
	g.StartTimeout = 3 * time.Second
	embedded, _ := variants.Find("embedded-go")
	refs, err := rig.BuildImages(t.Context(), g.Lab, embedded)
	if err != nil {
		t.Fatal(rigtest.Describe(err))
	}
	from := "FROM " + refs[0] + "\n"
	for name, c := range map[string]struct {
		added rig.Added
		want  string
	}{
		"an image that nobody has": {
			rig.Added{Source: lab.Source{Image: "spabench-test/nobody-has-this:1"}}, "cannot pull it",
		},
		"another port": {
			rig.Added{Source: lab.Source{Image: refs[0]}, Environ: map[string]string{"PORT": "9999"}},
			"does not become ready on port 8080",
		},
		"several ports": {
			rig.Added{Source: dockerfile(t, from+"EXPOSE 8443\n")}, "several ports with EXPOSE: 8080, 8443",
		},
		"it exits": {
			rig.Added{Source: lab.Source{Image: refs[0]}, Environ: map[string]string{"PORT": "none"}},
			"exited by itself",
		},
		"no Dockerfile": {
			rig.Added{Source: lab.Source{Context: t.TempDir(), Dockerfile: "Dockerfile"}}, "no such file",
		},
		"a Dockerfile that fails": {
			rig.Added{Source: dockerfile(t, from+"RUN [\"/absent\"]\n")}, "build Dockerfile",
		},
	} {
		t.Run(name, func(t *testing.T) {
			c.added.Name = "refused"
			log := ""
			err := g.WithAdded(t.Context(), c.added, func(string, spatest.Host) error {
				return errors.New("it was started")
			}, &log)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v\n%s", err, log)
			}
			rigtest.NothingLeft(t)
		})
	}
}
