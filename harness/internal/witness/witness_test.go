package witness

import (
	"path/filepath"
	"testing"
	"time"

	"spabench/harness/internal/alone"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig/rigtest"
	"spabench/variants"
)

func TestMain(m *testing.M) { rigtest.Main(m) }

// TestWitness makes a short run with both generators: in each turn, each variant gets as many requests from one as from
// the other, and what the file has is what was measured. Whether they agree, a busy machine does not tell.
func TestWitness(t *testing.T) {
	alone.WithEngine(t)
	var vs []variants.Variant
	for _, name := range []string{"nginx-three-container", "null"} {
		v, ok := variants.Find(name)
		if !ok {
			t.Fatalf("no variant %s", name)
		}
		vs = append(vs, v)
	}
	o := Options{
		Root: "../../..", Prefix: lab.TestPrefix, File: filepath.Join(t.TempDir(), record.WitnessFile),
		Command: "make witness", Variants: vs, Rounds: 2, Turns: 2, Seed: 1, Progress: &rigtest.Told{},
		Load: page(func(l *record.Load) { l.Rate, l.Duration = 500, 400*time.Millisecond }),
	}
	made, err := Run(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	rigtest.NothingLeft(t)
	run, err := record.ReadWitness(o.File)
	if err != nil {
		t.Fatal(err)
	}
	if run.Ended == nil || run.Baseline != "null" || len(run.Slices) != len(made.Slices) || run.Client == "" {
		t.Errorf("ended %v, baseline %q, %d slices of %d, by %q",
			run.Ended, run.Baseline, len(run.Slices), len(made.Slices), run.Client)
	}
	type place struct {
		variant, generator string
		round, turn        int
	}
	seen := map[place]int{}
	whole := map[string]bool{} // variants and generators that had a slice with about all of its 200 requests
	for _, s := range run.Slices {
		seen[place{s.Variant, s.Generator, s.Round, s.Turn}]++
		what := s.Variant + " by " + s.Generator
		if s.Wrong != 0 || s.Requests > 0 && s.Latency == "" && s.LagP99 <= record.KeptLag {
			t.Errorf("%s: %d requests, %d wrong", what, s.Requests, s.Wrong)
		}
		if s.CPUOver <= 0 || s.CPUOver > s.Over || s.CPU > 2*s.CPUOver || s.CPU <= 0 && s.Requests > 100 {
			t.Errorf("%s: %s of CPU time in %s", what, s.CPU, s.CPUOver)
		}
		// A generator that was stalled has sent them before or after the slice.
		whole[what] = whole[what] || s.Requests > 100 && s.Requests < 300
	}
	if len(whole) != len(vs)*2 {
		t.Errorf("slices of %v, want those of each variant by each generator", whole)
	}
	for what, ok := range whole {
		if !ok {
			t.Errorf("%s: no slice has its requests", what)
		}
	}
	if want := len(vs) * 2 * o.Rounds * o.Turns; len(seen) != want || len(run.Slices) != want {
		t.Errorf("%d slices at %d places, want %d", len(run.Slices), len(seen), want)
	}
}
