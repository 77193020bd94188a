package bench

import (
	"context"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/alone"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig/rigtest"
)

// TestArmExits holds that an arm whose container exits while it takes turns fails alone: it keeps what was measured on
// it before, has no part in later loads, and the others have all turns.
func TestArmExits(t *testing.T) {
	alone.WithEngine(t)
	p := shortPlan("disk-go", "null")
	p.Unchecked = true
	named := map[string]record.Load{}
	for _, l := range p.Loads {
		named[l.Name] = l
	}
	long := named["deep-link"]
	long.Duration = 3 * time.Second
	b := startedRun(t, p)
	var arms []*arm
	for i, v := range b.arms() {
		arms = append(arms, b.start(t.Context(), v, 1, i+1))
	}
	defer b.removeAll(context.Background(), arms)
	b.each(t.Context(), arms, b.join)
	b.takeTurns(t.Context(), []record.Load{named["page"]}, arms, 1)
	if !arms[0].up() || !arms[1].up() {
		t.Fatalf("%+v, %+v", arms[0].trial, arms[1].trial)
	}
	r, exited := arms[0].running, make(chan error)
	time.AfterFunc(500*time.Millisecond, func() { exited <- r.StopOnly(context.Background(), "app") })
	b.takeTurns(t.Context(), []record.Load{long}, arms, 2)
	if err := <-exited; err != nil {
		t.Fatal(err)
	}
	b.takeTurns(t.Context(), []record.Load{named["api"]}, arms, 3)

	if tr := arms[0].trial; !strings.Contains(tr.Err, "exited by itself") || tr.Log == "" || loadsOf(tr) != "page" {
		t.Errorf("the arm that exited: error %q, output %q, loads %s", tr.Err, tr.Log, loadsOf(tr))
	}
	tr := arms[1].trial
	if tr.Err != "" || loadsOf(tr) != "page deep-link api" {
		t.Fatalf("the other arm: error %q, loads %s", tr.Err, loadsOf(tr))
	}
	if n := len(tr.Loads[1].Slices); n != int(long.Duration/long.Slice) || tr.Loads[1].Wrong > 0 {
		t.Errorf("the other arm had %d turns while the first exited, %d wrong", n, tr.Loads[1].Wrong)
	}
}

// startedRun is a run whose variants are built, and whose generator is running.
func startedRun(t *testing.T, p Plan) *benchRun {
	t.Helper()
	l, err := lab.Open(t.Context(), root, lab.TestPrefix, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	cleanUp := func(f func(context.Context) error) {
		t.Cleanup(func() {
			if err := f(context.Background()); err != nil {
				t.Error(err)
			}
		})
	}
	cleanUp(l.Close)
	o := Options{Root: root, Record: filepath.Join(t.TempDir(), "run.jsonl"), Plan: p, Progress: &rigtest.Told{}}
	b, err := newRun(t.Context(), o, l, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	cleanUp(func(context.Context) error { return b.w.Close() })
	cleanUp(func(context.Context) error { return b.Rig.Remove() })
	if err := b.build(t.Context()); err != nil {
		t.Fatal(err)
	}
	if b.generator, err = l.StartGenerator(t.Context(), b.generatorRef, b.generatorCPUs); b.generator != nil {
		cleanUp(b.generator.Remove)
	}
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// loadsOf names the loads of a trial.
func loadsOf(tr record.Trial) string {
	var names []string
	for _, l := range tr.Loads {
		names = append(names, l.Load)
	}
	return strings.Join(names, " ")
}
