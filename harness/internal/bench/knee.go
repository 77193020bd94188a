package bench

import (
	"context"
	"errors"
	"fmt"
	"time"

	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// kneeLoad is what the search for the knee asks for.
const kneeLoad = "page"

const (
	kneeStep    = 500 * time.Millisecond // of each rate that is tried
	kneeSteps   = 8                      // at most
	kneeLowest  = 20                     // hits per second
	kneeGuess   = 0.6                    // of what one core could answer by its CPU time per request, where the search starts
	kneeCeiling = 0.5                    // of the generator's own ceiling: up to there it keeps its schedule
)

// knee searches for the highest rate at which the variant meets the plan's objective.
func (b *runner) knee(ctx context.Context, v variants.Variant, d rig.Dist, addr string, loaded []record.Loaded) (*record.Knee, error) {
	c := b.ceilings[kneeLoad]
	if c.Err != "" || c.Ceiling == 0 {
		return nil, errors.New("search for the knee: the generator's ceiling is not known; the plan needs the floor")
	}
	var l record.Load
	for _, planned := range b.plan.Loads {
		if planned.Name == kneeLoad {
			l = planned
		}
	}
	spec, err := specOf(ctx, d, l, b.generator.URL(v.Entry().Name), addr)
	if err != nil {
		return nil, fmt.Errorf("search for the knee: %w", err)
	}
	spec.Duration = kneeStep
	s := load.Search{
		Spec: spec, Quantile: b.plan.Objective.Quantile, Within: b.plan.Objective.Within,
		Start: int(kneeGuess * capacity(loaded)), Lowest: kneeLowest, Highest: max(int(kneeCeiling*c.Ceiling), kneeLowest), Steps: kneeSteps,
	}
	var k record.Knee
	about := (kneeSteps + 4) * (spec.Warmup + spec.Duration)
	if err := b.generate(ctx, "knee", s, about, &k); err != nil {
		return nil, fmt.Errorf("search for the knee: %w", err)
	}
	return &k, nil
}

// capacity is how many pages one core could answer in a second, by the CPU time that each took.
func capacity(loaded []record.Loaded) float64 {
	for _, l := range loaded {
		var cpu time.Duration
		for _, u := range l.Usage {
			cpu += u.CPU
		}
		if l.Load == kneeLoad && cpu > 0 {
			return float64(time.Second) / (float64(cpu) / float64(l.WarmUp+l.Requests))
		}
	}
	return 0
}
