package table

import (
	"math"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// madeSeries is twenty-one made-up runs of nine rounds, each with noise of its own, of embedded-go twice, of arms made
// from it, and of the baseline.
var madeSeries = sync.OnceValue(func() []record.Run {
	from, baseline := arms[0], arms[len(arms)-1]
	made := func(name string, worse func(*arm)) arm {
		a := from
		a.name = name
		worse(&a)
		return a
	}
	measured := []arm{from,
		made("planted-cpu", func(a *arm) { a.cpu *= 1.1 }),
		made("planted-cpu-5", func(a *arm) { a.cpu *= 1.05 }),
		made("planted-tail", func(a *arm) { a.latency *= 3 }),
		made("planted-size", func(a *arm) { a.megabytes++ }),
		made("planted-start", func(a *arm) { a.start += 50 }),
		baseline,
	}
	var all []record.Run
	for n := uint64(1); n <= 21; n++ {
		random := rand.New(rand.NewPCG(n, 5))
		began := time.Date(2026, 1, 2, 3, 4*int(n), 0, 0, time.UTC)
		run := record.Run{
			Schema: record.Schema, Started: began,
			End: &record.End{Ended: began.Add(4 * time.Minute), Took: 4 * time.Minute},
			Plan: record.Plan{
				Baseline: baseline.name, Control: from.name, Rounds: 9, Seed: n, Unchecked: true,
				Environ: map[string]string{"PLANT_CPU": "2410ns"}, Command: `make trust ARGS="--runs 19 --seed 1"`,
				Loads: madeLoads()[:1],
			},
		}
		for _, a := range measured {
			run.Plan.Variants = append(run.Plan.Variants, a.name)
		}
		for round := 1; round <= run.Plan.Rounds; round++ {
			drift := math.Exp(0.1 * random.NormFloat64())
			for _, a := range append(slices.Clone(measured), made(record.ControlArm, func(*arm) {})) {
				tr := a.started(random, drift)
				tr.Loads = []record.Loaded{a.loaded(random, drift, run.Plan.Loads[0])}
				tr.Round = round
				run.Trials = append(run.Trials, tr)
			}
		}
		all = append(all, run)
	}
	return all
})

// series is the first runs of the made series, each trial of them changed, whose run is numbered from 1.
func series(t *testing.T, runs int, change func(run int, tr *record.Trial)) []record.Run {
	t.Helper()
	all := slices.Clone(madeSeries()[:runs])
	for i := range all {
		all[i].Env = madeEnv()
		all[i].Trials = slices.Clone(all[i].Trials)
		for j := range all[i].Trials {
			all[i].Trials[j] = cloned(all[i].Trials[j])
			if change != nil {
				change(i+1, &all[i].Trials[j])
			}
		}
	}
	return all
}

// slowStart makes a start take half as long again.
func slowStart(tr *record.Trial) { tr.Start.Page = tr.Start.Page * 3 / 2 }

func score(t *testing.T, runs []record.Run) Trust {
	t.Helper()
	s, err := Score(runs)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
