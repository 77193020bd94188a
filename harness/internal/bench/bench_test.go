package bench

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"spabench/harness/internal/alone"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig/rigtest"
	"spabench/variants"
)

// shortPlan is a plan of one short round of these variants, or of all that are measured by default.
func shortPlan(names ...string) Plan {
	var vs []variants.Variant
	for _, v := range variants.All() {
		if len(names) == 0 && v.Kind != variants.Optional || slices.Contains(names, v.Name) {
			vs = append(vs, v)
		}
	}
	p := basePlan(vs, 1, 1, loads(turns{page: 4, request: 2, visit: 2, once: 2}))
	p.Checks = []string{"routing", "assets"} // the conformance suite runs all
	return p
}

// withLoads is the plan with these of its loads: each that the generator is calibrated with takes seconds of both CPUs.
func withLoads(p Plan, loads ...string) Plan {
	p.Loads = slices.DeleteFunc(p.Loads, func(l record.Load) bool { return !slices.Contains(loads, l.Name) })
	return p
}

// root is the project's folder.
const root = "../../.."

// makeRun makes a run, checks that it leaves no container behind, and returns its record and its error.
func makeRun(t *testing.T, ctx context.Context, o Options) (record.Run, error) {
	t.Helper()
	o.Record, o.Prefix = filepath.Join(t.TempDir(), "run.jsonl"), lab.TestPrefix
	benchErr := Run(ctx, o)
	run, err := record.Read(o.Record)
	if err != nil {
		t.Fatalf("%v (bench: %v)", err, benchErr)
	}
	rigtest.NothingLeft(t)
	return run, benchErr
}

// TestBench makes a run of one round with every variant and the control, and looks at everything that it recorded.
func TestBench(t *testing.T) {
	alone.WithEngine(t)
	p := shortPlan()
	p.Control = p.Variants[0]
	run, err := makeRun(t, t.Context(), Options{Root: root, Plan: p, Progress: &rigtest.Told{}})
	if err != nil {
		t.Error(err)
	}
	if run.End == nil || run.End.PeakMemory == 0 { // the race detector takes most of it; see TestPublishedMemory
		t.Errorf("end %+v", run.End)
	}
	if e := run.Env; e.Engine == "" || e.CPU == "" || len(e.Bases) != 5 || e.Bases[0].ID == "" || e.ServerCPUs == "" {
		t.Errorf("env %+v", e)
	}
	arms := len(p.Variants) + 1
	if len(run.Builds) != arms-1 || len(run.Rounds) != 1 || len(run.Trials) != arms || len(run.Conformance) != arms-2 {
		t.Fatalf("%d builds, %d reports, %d rounds, %d trials",
			len(run.Builds), len(run.Conformance), len(run.Rounds), len(run.Trials))
	}
	for _, b := range run.Builds {
		checkLayers(t, b)
	}
	if len(run.Calibration) != 5 {
		t.Errorf("%d calibrations", len(run.Calibration))
	}
	for _, c := range run.Calibration {
		if c.Err != "" || c.Wrong > 0 || c.Ceiling < 20 {
			t.Errorf("calibration %+v", c)
		}
	}
	if r := run.Rounds[0]; r.Round != 1 || r.Took <= 0 || r.Sentinel == nil || r.Sentinel.Before.Spin < 1 {
		t.Errorf("round %+v, sentinel %+v", r, r.Sentinel)
	}
	checkOrder(t, run.Trials)
	for _, tr := range run.Trials {
		checkTrial(t, p, tr)
	}
	for _, group := range groups(p.Loads, true) {
		checkTurns(t, group, run.Trials)
	}
}

// TestBenchInterrupted ends a run in its second round, as Ctrl-C does: the first is kept, and no container or network
// is.
func TestBenchInterrupted(t *testing.T) {
	alone.WithEngine(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	steps := 0
	p := shortPlan("embedded-go")
	p.Variants, p.Rounds, p.Loads = []string{"embedded-go", "null"}, 3, p.Loads[:1]
	progress := &rigtest.Told{OnStep: func(string) {
		if steps++; steps == 2+len(groups(p.Loads, true))+2 { // the second start of the second round
			time.AfterFunc(700*time.Millisecond, cancel)
		}
	}}
	run, err := makeRun(t, ctx, Options{Root: root, Plan: p, Progress: progress})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if len(run.Rounds) != 1 || len(run.Trials) != 2 || run.End != nil || run.Trials[0].Err+run.Trials[1].Err != "" {
		t.Errorf("%d rounds, %d trials, end %+v", len(run.Rounds), len(run.Trials), run.End)
	}
}
