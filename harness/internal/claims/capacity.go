package claims

import (
	"context"
	"errors"
	"path/filepath"
	"slices"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

func capacityClaim() claim.Claim {
	return claim.Claim{
		ID:    "static-bottleneck",
		Words: "Under high traffic, static file serving becomes a bottleneck.",
		Test: "Read the SLO capacity of each variant, the highest rate of page requests at which it meets the " +
			"objective on the server's CPUs, from the newest published run that searched for it",
		Run: func(_ context.Context, b *claim.Bench) (record.Judgement, error) {
			run, name, err := newestWithObjective(filepath.Join(b.Lab.Root(), "results"))
			if err != nil {
				return record.Judgement{}, err
			}
			if name == "" {
				return record.Judgement{Verdict: record.NotTested, Reason: noCapacityYet}, nil
			}
			seen := observeCapacity(run, name)
			return record.Judgement{Verdict: judgeCapacity(seen), Observed: record.Observed{Capacity: &seen}}, nil
		},
	}
}

const noCapacityYet = "no published run has searched for the SLO capacity; " +
	`make one with make bench ARGS="--slo p99=20ms", and test again`

// newestWithObjective returns the newest complete run in the folder that has an objective, and the name of its folder;
// no name when there is none.
func newestWithObjective(results string) (newest record.Run, name string, err error) {
	files, err := filepath.Glob(filepath.Join(results, "*", "run.jsonl"))
	if err != nil {
		return newest, "", err
	}
	for _, file := range files {
		run, err := record.Read(file)
		if cut := new(record.TruncatedError); err != nil && !errors.As(err, &cut) {
			return newest, "", err
		}
		if run.Plan.Objective != nil && run.End != nil && run.Started.After(newest.Started) {
			newest, name = run, filepath.Base(filepath.Dir(file))
		}
	}
	return newest, name, nil
}

// busySite is what is meant by high traffic: in its busiest hour, 28 page loads a second.
var busySite = record.BusySite{PageLoads: 1e6, BusiestHour: 0.1}

// observeCapacity reads each variant's capacity from the trials that count, and in which it was verified.
func observeCapacity(run record.Run, name string) record.CapacityObserved {
	seen := record.CapacityObserved{Run: name, ServerCPUs: run.Env.ServerCPUs, Busy: busySite,
		Quantile: run.Plan.Objective.Quantile, Within: run.Plan.Objective.Within}
	for _, variant := range run.Plan.Variants {
		var rates []float64
		limited := 0
		for _, trial := range run.Counted() {
			if k := trial.Knee; trial.Variant == variant && k != nil && k.Verified {
				rates = append(rates, float64(k.Rate))
				if k.GeneratorBound {
					limited++
				}
			}
		}
		if len(rates) == 0 {
			continue
		}
		seen.Variants = append(seen.Variants, record.VariantCapacity{
			Variant: variant, Rounds: len(rates), Median: stat.Summary(rates).Centre,
			Min: slices.Min(rates), Max: slices.Max(rates), GeneratorLimited: 2*limited > len(rates),
		})
	}
	return seen
}

// judgeCapacity calls file serving a bottleneck where the slowest variant cannot serve a busy site. Otherwise the claim
// holds in part: every server has a limit.
func judgeCapacity(seen record.CapacityObserved) record.Verdict {
	switch {
	case len(seen.Variants) == 0:
		return record.NotTested
	case seen.Lowest().Median < seen.Busy.Rate():
		return record.Holds
	}
	return record.Partly
}
