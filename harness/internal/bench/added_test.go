package bench

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/chromium"
	"spabench/harness/internal/alone"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
	"spabench/harness/spatest"
)

// TestBenchAdded measures embedded-go beside its own image, which comes as somebody's own server, listens elsewhere and
// has an environment of its own, and beside one that never becomes ready. What is known of a server decides which loads
// it gets; the image is as large as that of embedded-go, to the byte; and what fails is recorded, and costs nothing
// else.
func TestBenchAdded(t *testing.T) {
	alone.WithEngine(t)
	p := withLoads(shortPlan("embedded-go", "null"), "page", "api", "visit", "revisit")
	p.Variants = append(p.Variants, "theirs", "silent") // built in this order, and based on the image of embedded-go
	p.Checks, p.Added = []string{"routing"}, []record.Added{{Name: "theirs"}, {Name: "silent"}}
	dir := t.TempDir()
	text := "FROM " + lab.TestPrefix + "/embedded-go:latest\nENV PORT=9000\n"
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	source := lab.Source{Context: dir, Dockerfile: "Dockerfile"}
	run, err := makeRun(t, t.Context(), Options{
		Root: root, Plan: p, Progress: &rigtest.Told{}, StartTimeout: 15 * time.Second, // a busy machine needs some
		Added: []rig.Added{{Name: "theirs", Source: source, Port: 9000}, {Name: "silent", Source: source, Port: 9001}},
	})
	if !errors.Is(err, rig.ErrVariant) || !strings.HasSuffix(err.Error(), ": silent") {
		t.Errorf("error %v", err)
	}
	builds := map[string]record.Build{}
	for _, b := range run.Builds {
		builds[b.Variant] = b
	}
	theirs, ours := builds["theirs"], builds["embedded-go"]
	if theirs.Err != "" || theirs.Image == nil || theirs.Image.Unpacked != ours.Image.Unpacked ||
		theirs.Title != "built from Dockerfile" {
		t.Errorf("build %+v, want as large as %+v", theirs, ours)
	}
	for _, c := range run.Conformance {
		passed := c.Report.Count(spatest.Passed)
		if (c.Variant == "silent") != (c.Err != "" && strings.Contains(c.Err, "no response")) ||
			c.Variant != "silent" && passed == 0 {
			t.Errorf("conformance of %s: %d passed, %s", c.Variant, passed, c.Err)
		}
	}
	if len(run.Trials) != 3 {
		t.Fatalf("%d trials, want none of the server that never became ready", len(run.Trials))
	}
	for _, trial := range run.Trials {
		if trial.Variant == "theirs" {
			checkAdded(t, trial)
		}
	}
	checkVisits(t, run)
}

// checkVisits holds that a browser requests from an added server what it requests from the same image as a variant of
// ours, whose visits are made from the build.
func checkVisits(t *testing.T, run record.Run) {
	t.Helper()
	if _, found := chromium.Find(); !found {
		t.Log(chromium.ErrNotFound)
		return
	}
	parts := map[string][]string{}
	for _, trial := range run.Trials {
		for _, l := range trial.Loads {
			for _, p := range l.Parts {
				parts[trial.Variant+" "+l.Load] = append(parts[trial.Variant+" "+l.Load], p.Path)
			}
		}
	}
	for key, got := range parts {
		load, theirs := strings.CutPrefix(key, "theirs ")
		want := parts["embedded-go "+load]
		slices.Sort(got)
		if slices.Sort(want); theirs && !slices.Equal(got, want) {
			t.Errorf("%s: %q, and of ours %q", key, got, want)
		}
	}
	if len(parts["theirs visit"]) == 0 || len(parts["theirs revisit"]) == 0 {
		t.Errorf("visits %+v", parts)
	}
	if s := run.Survey; s == nil || len(s.Opened) != 1 || s.Opened[0].Browser != "" || s.Opened[0].Err != "" {
		t.Errorf("survey %+v", s)
	}
}

// checkAdded holds which loads a server gets that is known by its responses alone, and that all of them were correct.
func checkAdded(t *testing.T, trial record.Trial) {
	t.Helper()
	if trial.Err != "" || trial.Start == nil || trial.Start.Page <= 0 || trial.Start.API != 0 || trial.Stop == nil {
		t.Errorf("trial %+v", trial)
	}
	for _, l := range trial.Loads {
		known := !strings.HasPrefix(l.Load, "api")
		if known != (l.Skipped == "") || known && (l.Wrong > 0 || l.Requests == 0) {
			t.Errorf("load %s: %d requests, %d wrong %q, skipped because %q",
				l.Load, l.Requests, l.Wrong, l.Reasons, l.Skipped)
		}
	}
}
