package bench

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// capacityLoad is the load whose SLO capacity is searched for.
const capacityLoad = "page"

const (
	searchStep    = 500 * time.Millisecond // how long each rate is tried
	searchSteps   = 8                      // how many rates are tried, at most
	searchMinRate = 20                     // requests per second

	// The search starts at this fraction of the rate that one core could serve, judged by the CPU time per request.
	searchStart = 0.6

	// The search ends at this fraction of the generator's own ceiling: up to there it keeps its schedule.
	searchCeiling = 0.5
)

// searchCapacity searches for the SLO capacity: the highest rate at which the variant meets the plan's objective.
// Loaded is what the loads of the trial measured.
func (b *benchRun) searchCapacity(
	ctx context.Context, v variants.Variant, d rig.Dist, addr string, loaded []record.Loaded,
) (*record.Knee, error) {
	ceiling := b.ceilings[capacityLoad]
	if ceiling.Err != "" || ceiling.Ceiling == 0 {
		return nil, errors.New("search for the SLO capacity: " +
			"the generator's ceiling is unknown, because it was not calibrated against the baseline")
	}
	i := slices.IndexFunc(b.plan.Loads, func(l record.Load) bool { return l.Name == capacityLoad })
	if i < 0 {
		return nil, fmt.Errorf("search for the SLO capacity: the plan has no load %q", capacityLoad)
	}
	spec, err := specOf(ctx, d, b.plan.Loads[i], b.generator.URL(v.Entry().Name), addr)
	if err != nil {
		return nil, fmt.Errorf("search for the SLO capacity: %w", err)
	}
	spec.Duration = searchStep
	search := load.Search{
		Spec: spec, Quantile: b.plan.Objective.Quantile, Within: b.plan.Objective.Within,
		Start: int(searchStart * pagesPerCore(loaded)), Lowest: searchMinRate,
		Highest: max(int(searchCeiling*ceiling.Ceiling), searchMinRate), Steps: searchSteps,
	}
	var found record.Knee
	expected := (searchSteps + 4) * (spec.Warmup + spec.Duration)
	if err := b.generate(ctx, "knee", search, expected, &found); err != nil {
		return nil, fmt.Errorf("search for the SLO capacity: %w", err)
	}
	return &found, nil
}

// pagesPerCore is how many pages one core could serve in a second, judged by the CPU time that a page took; 0 if that
// is unknown.
func pagesPerCore(loaded []record.Loaded) float64 {
	for _, l := range loaded {
		var cpu time.Duration
		for _, u := range l.Usage {
			cpu += u.CPU
		}
		if l.Load == capacityLoad && cpu > 0 {
			return float64(time.Second) / (float64(cpu) / float64(l.WarmUp+l.Requests))
		}
	}
	return 0
}
