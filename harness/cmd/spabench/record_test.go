package main

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
	"spabench/harness/spatest"
)

// recordRun is the command record DIR: write a run of test data there, as a bench would. Nothing of it was measured.
func recordRun(ts *testscript.TestScript, _ bool, args []string) {
	dir := ts.MkAbs(args[0])
	ts.Check(os.MkdirAll(dir, 0o755))
	ts.Check(writeRun(filepath.Join(dir, "run.jsonl")))
}

// writeRun records two arms in two rounds.
func writeRun(file string) error {
	return writePlan(file, record.Plan{Variants: []string{"embedded-go", "null"}, Seed: 1})
}

// recordSeries is the command series DIR [duels]: write a series of two runs of test data there, as spabench trust
// would.
func recordSeries(ts *testscript.TestScript, _ bool, args []string) {
	kind := runSeries
	if len(args) > 1 && args[1] == duelSeries.name {
		kind = duelSeries
	}
	ts.Check(writeSeries(ts.MkAbs(args[0]), kind))
}

func writeSeries(dir string, kind trustKind) error {
	for n := 1; n <= 2; n++ {
		file := kind.runFile(dir, n)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		plan := kind.plan(uint64(n), 50*time.Microsecond)
		plan.Command = `make trust ARGS="--runs 1 --rounds 2"`
		if err := writePlan(file, plan); err != nil {
			return err
		}
	}
	return nil
}

// writePlan records the arms of a plan, and its control, in two rounds under a page load of test data.
func writePlan(file string, plan record.Plan) error {
	w, err := record.Create(file)
	if err != nil {
		return err
	}
	arms := plan.Variants
	plan.Baseline, plan.Rounds = "null", 2
	plan.Loads = []record.Load{{
		Name: "page", Path: "/", Coding: "gzip", Rate: 100, Connections: 1,
		Duration: time.Second, Slice: 500 * time.Millisecond, LeadIn: 10 * time.Millisecond,
	}}
	env := record.Env{
		CPU: "Test Data Processor", CPUs: 2, MemoryBytes: 8e9, Engine: "Docker 0.0", Kernel: "test", OS: "test",
	}
	errs := []error{w.Start(record.Run{Schema: record.Schema, Started: testBegan, Env: env, Plan: plan})}
	for _, arm := range arms {
		image := testImage()
		errs = append(errs, w.Build(record.Build{Variant: arm, Took: time.Second, Image: &image}))
	}
	if !plan.Unchecked {
		report := spatest.Report{
			Target:   "http://127.0.0.1:8080",
			Outcomes: []spatest.Outcome{{Check: "routing-root", Verdict: spatest.Passed}},
		}
		errs = append(errs, w.Conformance(record.Conformance{Variant: arms[0], Report: report}))
	}
	if plan.Control != "" {
		arms = append(slices.Clone(arms), record.ControlArm)
	}
	for round := 1; round <= 2; round++ {
		made := record.Round{Round: round, Began: testBegan, Took: time.Second}
		for i, arm := range arms {
			trial, err := testTrial(arm, round, i)
			errs = append(errs, err)
			made.Trials = append(made.Trials, trial)
		}
		errs = append(errs, w.Round(made))
	}
	end := record.End{Ended: testBegan.Add(time.Minute), Took: time.Minute, PeakMemory: 1e6}
	return errors.Join(append(errs, w.End(end), w.Close())...)
}

var testBegan = time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)

func testImage() record.Image {
	return record.Image{
		Images: []string{"spabench/test"}, Unpacked: 12_340_000, Compressed: 4_000_000, Own: 12_340_000, Layers: 2,
	}
}

// testTrial is the trial of the arm at this place of the round: each is a little slower than the one before it.
func testTrial(arm string, round, place int) (record.Trial, error) {
	ms := func(n int) time.Duration { return time.Duration(n+place+round) * time.Millisecond }
	latency, err := histogramOf(ms(1))
	if err != nil {
		return record.Trial{}, err
	}
	lag, err := histogramOf(10 * time.Microsecond)
	if err != nil {
		return record.Trial{}, err
	}
	start := record.Start{Create: ms(50), Returned: ms(180), FirstByte: ms(200), Page: ms(230), API: ms(235)}
	load := record.Loaded{
		Load: "page", Began: testBegan, Requests: 100, BodyBytes: 1000, Elapsed: time.Second,
		Latency: latency, Planned: latency, Lag: lag,
		Usage:  []record.UsageDelta{{Container: "app", CPU: ms(3), Memory: 2e6, WorkingSet: 1e6}},
		Opened: 2, MostOpen: 1,
	}
	for turn := 1; turn <= 2; turn++ {
		load.Slices = append(load.Slices, record.Slice{
			Turn: turn, Began: testBegan, Requests: 50, CPU: []time.Duration{ms(3) / 2}, Planned: latency,
		})
	}
	return record.Trial{
		Variant: arm, Round: round, Order: place + 1, Began: testBegan, Image: testImage(),
		Start: &start, Loads: []record.Loaded{load},
	}, nil
}

func histogramOf(d time.Duration) (record.Histogram, error) {
	h := stat.New()
	stat.Record(h, d)
	encoded, err := stat.Encode(h)
	return record.Histogram(encoded), err
}
