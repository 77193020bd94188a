package bench

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/alone"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
	"spabench/variants"
)

// TestDuelPlan holds that both servers get the same loads, the first of them twice, and that a duel takes less than
// five minutes.
func TestDuelPlan(t *testing.T) {
	before, after := rig.Added{Name: "before"}, rig.Added{Name: "after"}
	p := DuelPlan(before.Variant(), after.Variant(), 7)
	if err := checkPlan(p, before, after); err != nil {
		t.Error(err)
	}
	if p.Control != "before" || p.Baseline != "null" || len(p.Variants) != 3 || len(p.Loads) != 3 || p.Rounds < 9 {
		t.Errorf("%+v", p)
	}
	took := time.Duration(0)
	for _, l := range p.Loads {
		arms := time.Duration(len(p.Variants) + 1)
		took += time.Duration(p.Rounds) * arms * (l.Warmup + l.Duration/l.Slice*(l.LeadIn+l.Slice))
	}
	if took > 4*time.Minute { // the starts, the builds and the checks need the rest
		t.Errorf("the loads alone take %s", took)
	}
}

// TestBenchDuel lets two images meet in one round: both are checked, started and loaded alike.
func TestBenchDuel(t *testing.T) {
	alone.WithEngine(t)
	l, err := lab.Open(t.Context(), root, lab.TestPrefix, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close(t.Context()) }()
	embedded, _ := variants.Find("embedded-go")
	refs, err := rig.BuildImages(t.Context(), l, embedded)
	if err != nil {
		t.Fatal(rigtest.Describe(err))
	}
	before := rig.Added{Name: "before", Source: lab.Source{Image: refs[0]}}
	after := rig.Added{Name: "after", Source: lab.Source{Image: refs[0]}, Environ: map[string]string{"GOGC": "off"}}
	p := DuelPlan(before.Variant(), after.Variant(), 1)
	p.Rounds, p.Checks = 1, []string{"routing-root"}
	run, err := makeRun(t, t.Context(), Options{
		Root: root, Plan: p, Added: []rig.Added{before, after}, Progress: &rigtest.Told{},
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(run.Conformance) != 2 || len(run.Trials) != 4 {
		t.Fatalf("%d reports, %d trials", len(run.Conformance), len(run.Trials))
	}
	for _, trial := range run.Trials {
		loads := len(p.Loads)
		if trial.Variant == "null" {
			loads-- // it has no asset
		}
		if trial.Err != "" || len(trial.Loads) != loads {
			t.Errorf("%s: %d loads, %s", trial.Variant, len(trial.Loads), trial.Err)
		}
		for _, l := range trial.Loads {
			if l.Skipped != "" || l.Wrong > 0 || l.Requests == 0 {
				t.Errorf("%s, load %s: %d requests, %d wrong, %s",
					trial.Variant, l.Load, l.Requests, l.Wrong, l.Skipped)
			}
		}
		if trial.Variant == record.ControlArm && trial.Image.IDs[0] != run.Builds[0].Image.IDs[0] {
			t.Errorf("the control has the image %s", trial.Image.IDs[0])
		}
	}
}

// TestBenchObtains holds that an image that nobody has is found out before anything is built.
func TestBenchObtains(t *testing.T) {
	alone.WithEngine(t)
	source := lab.Source{Image: "spabench-test/nobody-has-this:1"}
	before, after := rig.Added{Name: "before", Source: source}, rig.Added{Name: "after", Source: source}
	told := &rigtest.Told{}
	run, err := makeRun(t, t.Context(), Options{
		Root: root, Plan: DuelPlan(before.Variant(), after.Variant(), 1), Added: []rig.Added{before, after},
		Together: true, Progress: told,
	})
	if !errors.Is(err, rig.ErrVariant) || len(run.Builds) != 2 || !strings.Contains(run.Builds[0].Err, "cannot pull it") {
		t.Errorf("error %v, builds %+v", err, run.Builds)
	}
	if slices.Contains(told.Lines, "building the app") {
		t.Errorf("said: %q", told.Lines)
	}
}

// TestBenchTogether holds that there are no rounds if one of two servers cannot be built.
func TestBenchTogether(t *testing.T) {
	alone.WithEngine(t)
	dir := t.TempDir()
	text := []byte("FROM scratch\nRUN [\"/absent\"]\n")
	if err := os.WriteFile(filepath.Join(dir, "Dockerfile"), text, 0o644); err != nil {
		t.Fatal(err)
	}
	before := rig.Added{Name: "before", Source: lab.Source{Context: dir, Dockerfile: "Dockerfile"}}
	after := before
	after.Name = "after"
	run, err := makeRun(t, t.Context(), Options{
		Root: root, Plan: DuelPlan(before.Variant(), after.Variant(), 1), Added: []rig.Added{before, after},
		Together: true, Progress: &rigtest.Told{},
	})
	if !errors.Is(err, rig.ErrVariant) || !strings.HasSuffix(err.Error(), ": after, before") {
		t.Errorf("error %v", err)
	}
	if len(run.Builds) != 3 || run.Builds[0].Err == "" || len(run.Rounds) != 0 || run.End == nil {
		t.Errorf("builds %+v, %d rounds, end %+v", run.Builds, len(run.Rounds), run.End)
	}
}
