package rig_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spabench/harness/internal/apptest"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
	"spabench/variants"
	"spabench/variants/fiber/app"
)

// root is the project's folder.
const root = "../../.."

// TestConformance checks the optional variants, front ends among them, in their containers. Package harness checks the
// strategies.
func TestConformance(t *testing.T) {
	all := variants.OfKind(variants.Optional)
	rigtest.Conform(t, rigtest.Open(t), all, func(t *testing.T, v variants.Variant, target spatest.Target) {
		if target.Browser != nil && v.Front != "" {
			t.Run("front", func(t *testing.T) { showsTheApp(t, target.Browser, target.URL) })
		}
	})
}

// TestReactApp holds that the React app, which all other variants serve, shows what the other front ends must show.
func TestReactApp(t *testing.T) {
	g := rigtest.Open(t)
	if g.Browser == nil {
		t.Skip("needs a browser")
	}
	v, _ := variants.Find("embedded-go")
	built, img := rig.BuildVariant(t.Context(), g.Lab, v)
	if built.Err != "" {
		t.Fatalf("%s\n%s", built.Err, built.Log)
	}
	var log string
	err := g.WithRunning(t.Context(), v, img.Refs, func(target spatest.Target) error {
		showsTheApp(t, target.Browser, target.URL)
		return nil
	}, &log)
	if err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
}

// TestConformanceInProcess checks the Go servers without a container engine, with the suite's own fixture as the build.
func TestConformanceInProcess(t *testing.T) {
	build := mutant.Fixture()
	stores := []struct {
		variant string
		open    func(t *testing.T) (app.Files, error)
	}{
		{"embedded-go", func(*testing.T) (app.Files, error) { return app.Embedded(build) }},
		{"disk-go", func(t *testing.T) (app.Files, error) { return app.Disk(servedFolder(t, build)) }},
	}
	for _, s := range stores {
		t.Run(s.variant, func(t *testing.T) {
			files, err := s.open(t)
			if err != nil {
				t.Fatal(err)
			}
			url := "http://" + apptest.Serve(t, root, files)
			v, _ := variants.Find(s.variant)
			target := rig.TargetOf(v, url, build)
			target.Canaries = []string{rig.Canary, "root:x:0:0:"}
			if _, disk := v.Files(); disk {
				target.Guarded = rig.GuardedFiles()
			}
			spatest.Run(t, target) // tests of package contract check the API of both
		})
	}
}

// servedFolder writes the build into a folder, with canaries in it, above it and beside it.
func servedFolder(t *testing.T, build fs.FS) string {
	t.Helper()
	top := t.TempDir()
	dist := filepath.Join(top, "dist")
	if err := os.CopyFS(dist, build); err != nil {
		t.Fatal(err)
	}
	files := []string{"secret.txt", "dist-secret/secret.txt"}
	for _, file := range rig.GuardedFiles() {
		files = append(files, "dist"+file)
	}
	for _, file := range files {
		path := filepath.Join(top, file)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(rig.Canary), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dist
}

// TestCatalogue holds that names are unique, that every container has a Dockerfile, and that every waiver names a check
// and a reason.
func TestCatalogue(t *testing.T) {
	seen, baselines := map[string]bool{}, 0
	checks := map[string]bool{}
	for _, c := range spatest.Checks() {
		checks[c.Name] = true
	}
	for _, v := range variants.All() {
		if seen[v.Name] || v.Name == "" || v.Title == "" || v.Server == "" || len(v.Containers) == 0 {
			t.Errorf("%q: not unique, or a field is missing", v.Name)
		}
		seen[v.Name] = true
		if v.Kind == variants.Baseline {
			baselines++
		}
		editions := false
		for _, c := range v.Containers {
			text, err := os.ReadFile(filepath.Join(root, "dockerfiles", c.Dockerfile+".Dockerfile"))
			if err != nil {
				t.Errorf("%s: %v", v.Name, err)
			}
			editions = editions || strings.Contains(string(text), "\nARG BUILD_ID=A\n")
		}
		if v.Front != "" {
			if _, err := os.Stat(filepath.Join(root, "variants", "fronts", v.Front, "package-lock.json")); err != nil {
				t.Errorf("%s: its front end: %v", v.Name, err)
			}
		}
		if !editions {
			t.Errorf("%s: no Dockerfile takes BUILD_ID, so there is no other build to deploy", v.Name)
		}
		roots := 0
		for _, c := range v.Containers {
			if c.Root != "" {
				roots++
			}
		}
		if roots > 1 || v.Redeploy != variants.ByImage && (v.Redeploy != variants.ByFolder || roots == 0) {
			t.Errorf("%s: %d folders are served, and Redeploy is %q", v.Name, roots, v.Redeploy)
		}
		for check, reason := range v.Waive {
			if !checks[check] || reason == "" {
				t.Errorf("%s waives %q for %q", v.Name, check, reason)
			}
		}
	}
	if baselines != 1 {
		t.Errorf("%d baselines, want 1", baselines)
	}
}

// TestSPA runs the app's own tests and type check in its image, which also builds the app a second time and compares
// the bytes.
func TestSPA(t *testing.T) {
	if _, err := rigtest.Open(t).Lab.BuildStage(t.Context(), "spa", "test", lab.Usual); err != nil {
		t.Fatal(rigtest.Describe(err))
	}
}

// TestPython runs the tests of the servers in Python, each with the packages of its image.
func TestPython(t *testing.T) {
	for _, stage := range []string{"fastapi", "django"} {
		t.Run(stage, func(t *testing.T) {
			if _, err := rigtest.Open(t).Lab.BuildStage(t.Context(), "python.test", stage, lab.Usual); err != nil {
				t.Fatal(rigtest.Describe(err))
			}
		})
	}
}
