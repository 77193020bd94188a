package main

import (
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"spabench/harness/internal/bench"
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

// recordSeries is the command series DIR: write a series of two runs of test data there, as spabench trust would.
func recordSeries(ts *testscript.TestScript, _ bool, args []string) {
	ts.Check(writeSeries(ts.MkAbs(args[0])))
}

func writeSeries(dir string) error {
	for n := 1; n <= 2; n++ {
		file := runFile(dir, n)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			return err
		}
		plan := bench.TrustPlan(uint64(n), 50*time.Microsecond)
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
	began := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	arms := plan.Variants
	plan.Baseline, plan.Rounds = "null", 2
	plan.Loads = []record.Load{{Name: "page", Path: "/", Coding: "gzip", Rate: 100, Duration: time.Second, Connections: 1}}
	image := record.Image{Images: []string{"spabench/test"}, Unpacked: 12_340_000, Compressed: 4_000_000, Own: 12_340_000, Layers: 2}
	steps := []func() error{func() error {
		return w.Start(record.Run{
			Schema: record.Schema, Started: began,
			Env:  record.Env{CPU: "Test Data Processor", CPUs: 2, MemoryBytes: 8e9, Engine: "Docker 0.0", Kernel: "test", OS: "test"},
			Plan: plan,
		})
	}}
	for _, arm := range arms {
		steps = append(steps, func() error { return w.Build(record.Build{Variant: arm, Took: time.Second, Image: &image}) })
	}
	if !plan.Unchecked {
		steps = append(steps, func() error {
			return w.Conformance(record.Conformance{Variant: arms[0], Report: spatest.Report{
				Target: "http://127.0.0.1:8080", Outcomes: []spatest.Outcome{{Check: "routing-root", Verdict: spatest.Passed}},
			}})
		})
	}
	if plan.Control != "" {
		arms = append(slices.Clone(arms), record.ControlArm)
	}
	for round := 1; round <= 2; round++ {
		for i, arm := range arms {
			steps = append(steps, func() error {
				ms := func(n int) time.Duration { return time.Duration(n+i+round) * time.Millisecond }
				h := stat.New()
				stat.Record(h, ms(1))
				latency, err := stat.Encode(h)
				if err != nil {
					return err
				}
				h.Reset()
				stat.Record(h, 10*time.Microsecond)
				lag, err := stat.Encode(h)
				if err != nil {
					return err
				}
				return w.Trial(record.Trial{
					Variant: arm, Round: round, Order: i + 1, Began: began, Image: image,
					Start: &record.Start{Create: ms(50), Returned: ms(180), FirstByte: ms(200), Page: ms(230), API: ms(235)},
					Loads: []record.Loaded{{
						Load: "page", Began: began, Requests: 100, BodyBytes: 1000, Elapsed: time.Second,
						Latency: record.Histogram(latency), Planned: record.Histogram(latency), Lag: record.Histogram(lag),
						Usage: []record.UsageDelta{{Container: "app", CPU: ms(3), Memory: 2e6, WorkingSet: 1e6}},
					}},
				})
			})
		}
	}
	steps = append(steps, func() error {
		return w.End(record.End{Ended: began.Add(time.Minute), Took: time.Minute, PeakMemory: 1e6})
	}, w.Close)
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	return nil
}
