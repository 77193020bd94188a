//go:build remedies

package trials

import (
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"

	"spabench/harness/internal/cause"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/remedy"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
	"spabench/harness/spatest"
	"spabench/variants"
)

func TestMain(m *testing.M) { rigtest.Main(m) }

// TestRemedies: with the remedy in place of the mistake, what it is for passes, and no check fails that passed before.
func TestRemedies(t *testing.T) {
	g := rigtest.Open(t)
	g.Browser = nil
	for _, s := range Servers() {
		t.Run(s.Name, func(t *testing.T) {
			t.Parallel()
			known, err := remedy.Find(s.Name)
			if err != nil {
				t.Fatal(err)
			}
			args := imagesOf(t, g, s)
			files := frame(t, s)
			quick := checking(g, nil)
			ordinary := inspect(t, quick, s, args, files, false)
			for _, tr := range s.Trials {
				t.Run(tr.Of, func(t *testing.T) {
					before, after := configurations(t, s, known, files, tr)
					named, ofCause := checksOf(known, tr.Of)
					g, was := checking(g, named), ordinary
					if tr.Build || !maps.Equal(before, files) || !slices.Equal(g.Checks, quick.Checks) {
						was = inspect(t, g, s, args, before, tr.Build)
					}
					compare(t, named, ofCause, ordinary, was, inspect(t, g, s, args, after, tr.Build))
				})
			}
		})
	}
}

// checking is the rig with the quick checks and these.
func checking(g rig.Rig, named []string) rig.Rig {
	g.Checks = slices.Compact(slices.Sorted(slices.Values(append(rig.QuickChecks(), named...))))
	return g
}

// compare judges a trial. A check that passed with the mistake may fail with the remedy if it also fails with the
// ordinary configuration: then the mistake had hidden what is another remedy's.
func compare(t *testing.T, named, ofCause []string, ordinary, before, after map[string]spatest.Outcome) {
	t.Helper()
	mended := 0
	for _, name := range slices.Sorted(maps.Keys(before)) {
		was, is := before[name], after[name]
		of := slices.Contains(named, name)
		switch {
		case of && cause.Fails(was) && cause.Fails(is):
			t.Errorf("%s still fails: %s", name, evidence(is))
		case (of || slices.Contains(ofCause, name)) && cause.Fails(was) && !cause.Fails(is):
			mended++
			t.Logf("mended: %s", name)
		case was.Verdict == spatest.Passed && cause.Fails(is) && !cause.Fails(ordinary[name]):
			t.Errorf("%s fails, and did not before: %s", name, evidence(is))
		case of:
			t.Logf("not shown: %s (%s %s)", name, was.Verdict, was.Reason)
		}
	}
	if mended == 0 {
		t.Error("nothing fails before that the remedy is for")
	}
}

func evidence(o spatest.Outcome) string {
	if len(o.Findings) == 0 {
		return o.Reason
	}
	f := o.Findings[0]
	return f.Message + "; expected " + f.Expected + ", got " + f.Got
}

// checksOf are the checks that a remedy names, and those of the cause if it is named by one, which may also fail for
// another cause.
func checksOf(s remedy.Server, name string) (named, ofCause []string) {
	for _, c := range spatest.Checks() {
		if s.Remedy(c.Name) == s.Remedy(name) {
			named = append(named, c.Name)
		}
	}
	for _, c := range cause.Causes() {
		if c.Name == name {
			ofCause = c.Checks
		}
	}
	return named, ofCause
}

// imagesOf builds the images that a server's Dockerfile begins with, and returns its build arguments.
func imagesOf(t *testing.T, g rig.Rig, s Server) map[string]string {
	t.Helper()
	args := map[string]string{}
	for arg, name := range map[string]string{"RECIPE": s.Recipe, "API": "nginx-three-container"} {
		if arg == "API" && s.API != variants.FullAPI {
			continue
		}
		v, ok := variants.Find(name)
		if !ok {
			t.Fatalf("no variant %s", name)
		}
		refs, err := rig.BuildImages(t.Context(), g.Lab, v)
		if err != nil {
			t.Fatal(rigtest.Describe(err))
		}
		args[arg] = refs[0]
		for i, c := range v.Containers {
			if c.Name == rig.APIContainer {
				args[arg] = refs[i]
			}
		}
	}
	return args
}

// inspect starts the server with these files and runs the rig's checks on it.
func inspect(
	t *testing.T, g rig.Rig, s Server, args map[string]string, files Files, build bool,
) map[string]spatest.Outcome {
	t.Helper()
	v, ok := variants.Find(s.Recipe)
	if !ok {
		t.Fatalf("no variant %s", s.Recipe)
	}
	ref, err := g.Lab.Obtain(t.Context(), "trial-"+s.Name, lab.Source{
		Context: write(t, files), Dockerfile: "Dockerfile", Args: args, Home: "trials",
	})
	if err != nil {
		t.Fatal(rigtest.Describe(err))
	}
	v.API, v.Kind = s.API, variants.Added // of which there is no other edition
	outcomes, log := map[string]spatest.Outcome{}, ""
	err = g.WithRunning(t.Context(), v, []string{ref}, func(target spatest.Target) error {
		full := v
		full.Kind = variants.Recipe
		api := rig.TargetOf(full, "", nil)
		if build {
			target.Dist = g.Dist.FS
		}
		target.API, target.APISlow = api.API, "/api/slow?ms=1500"
		target.APIFail, target.APIEvents = api.APIFail, api.APIEvents
		target.APIWrite, target.APILimit = api.APIWrite, api.APILimit
		report, err := spatest.Inspect(t.Context(), target)
		for _, o := range report.Outcomes {
			outcomes[o.Check] = o
		}
		return err
	}, &log)
	if err != nil {
		t.Fatalf("%v\n%s", err, log)
	}
	return outcomes
}

// write writes the files, and a compiled server where they are Go, into a folder of this test.
func write(t *testing.T, files Files) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if files["main.go"] == "" {
		return dir
	}
	build := exec.Command("go", "build", "-trimpath", "-o", filepath.Join(dir, "server"), filepath.Join(dir, "main.go"))
	build.Dir = "../../../.."
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return dir
}
