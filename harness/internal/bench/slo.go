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
)

// capacityLoad is the load whose SLO capacity is searched for.
const capacityLoad = "page"

const (
	searchStep    = 500 * time.Millisecond // how long each rate is tried
	searchSteps   = 8                      // how many rates are tried, at most
	searchMinRate = 20                     // requests per second

	// The search starts at this fraction of the rate that one core could serve, judged by the CPU time per request.
	searchStart = 0.6
)

// searchCapacity searches for the SLO capacity of an arm: the highest rate at which it meets the plan's objective. The
// other arms are idle meanwhile.
func (b *benchRun) searchCapacity(ctx context.Context, a *arm) error {
	if a.variant.Name == record.ControlArm {
		return nil
	}
	spec, err := b.searchSpec(ctx, a)
	if unfit := (notForIt{}); errors.As(err, &unfit) {
		return nil // its load of the page says why
	}
	if err != nil {
		return fmt.Errorf("search for the SLO capacity: %w", err)
	}
	search := load.Search{
		Spec: spec, Quantile: b.plan.Objective.Quantile, Within: b.plan.Objective.Within,
		Start: int(searchStart * pagesPerCore(a.trial.Loads)), Lowest: searchMinRate,
		Highest: max(int(b.ceilings[capacityLoad].Trusted()), searchMinRate), Steps: searchSteps,
	}
	var found record.Knee
	expected := (searchSteps + 4) * (spec.Warmup + spec.Duration)
	if err := b.generate(ctx, "knee", search, expected, &found); err != nil {
		return fmt.Errorf("search for the SLO capacity: %w", errors.Join(rig.ExitError(ctx, a.running), err))
	}
	a.trial.Knee = &found
	return nil
}

// searchSpec is the load at each rate that is tried.
func (b *benchRun) searchSpec(ctx context.Context, a *arm) (load.Spec, error) {
	if b.ceilings[capacityLoad].Trusted() == 0 {
		return load.Spec{}, errors.New("the rate that the generator sustains is unknown, " +
			"because it was not calibrated against the baseline")
	}
	i := slices.IndexFunc(b.plan.Loads, func(l record.Load) bool { return l.Name == capacityLoad })
	if i < 0 {
		return load.Spec{}, fmt.Errorf("the plan has no load %q", capacityLoad)
	}
	base, err := b.generator.URL(ctx, a.running, a.variant.Entry().Name)
	if err != nil {
		return load.Spec{}, err
	}
	spec, err := b.spec(ctx, a, b.plan.Loads[i], base)
	spec.Duration = searchStep
	return spec, err
}

// pagesPerCore is how many pages one core could serve in a second, judged by the CPU time that a page took; 0 if that
// is unknown.
func pagesPerCore(loaded []record.Loaded) float64 {
	i := slices.IndexFunc(loaded, func(l record.Loaded) bool { return l.Load == capacityLoad })
	if i < 0 {
		return 0
	}
	var cpu time.Duration
	var pages uint64
	for _, s := range loaded[i].Slices {
		for _, c := range s.CPU {
			cpu += c
		}
		pages += s.Requests
	}
	if cpu == 0 { // it was not read for each slice
		for _, u := range loaded[i].Usage {
			cpu += u.CPU
		}
		pages = loaded[i].WarmUp + loaded[i].Requests
	}
	if cpu == 0 {
		return 0
	}
	return float64(pages) / cpu.Seconds()
}
