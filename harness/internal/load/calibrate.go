package load

import (
	"context"
	"slices"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

const (
	keptSent = 0.995 // part of a rate that must be sent for its schedule to be kept

	searchFrom   = 1. / 3 // of the ceiling, where the search for the highest sustained rate begins
	searchRates  = 5      // tried at most
	anotherRates = 2      // tried at most, from the lowest one that was not kept
)

// Calibrate measures what the generator itself can do with a spec, against the baseline (the null server): its ceiling,
// in a closed loop on all of the spec's connections, and then the highest rate that it sustains in an open loop. The
// spec's rate is ignored. A rate is sustained if its schedule is kept twice, once perhaps at a higher rate: at least
// 99.5% is sent, all is answered correctly, and the lag at the 99th percentile is at most [record.KeptLag].
func Calibrate(ctx context.Context, s Spec) (record.Calibration, error) {
	c := record.Calibration{Load: s.Load}
	s.Rate = 0
	closed, err := Attack(ctx, s)
	if err != nil {
		return c, err
	}
	c.Ceiling, c.Wrong, c.Reasons = float64(closed.Requests)/closed.Elapsed.Seconds(), closed.Wrong, closed.Reasons
	if closed.Requests == 0 || closed.Wrong > 0 {
		return c, nil
	}
	c.Sustained, err = sustained(int(c.Ceiling), func(rate int) (record.Schedule, bool, error) {
		s.Rate = rate
		open, err := Attack(ctx, s)
		if err != nil {
			return record.Schedule{}, false, err
		}
		return schedule(open, rate)
	})
	return c, err
}

// sustained searches for the highest rate up to the ceiling whose schedule is kept twice, once perhaps at a higher
// rate. Try attacks at a rate, and returns the schedule and whether it was kept. Where fewer than two were kept,
// sustained returns the zero value.
//
// The highest rate that was kept gets two chances to be kept again.
func sustained(ceiling int, try func(rate int) (record.Schedule, bool, error)) (record.Schedule, error) {
	if ceiling < 1 {
		return record.Schedule{}, nil
	}
	var kept []record.Schedule
	keep := func(rate int) (bool, error) {
		s, ok, err := try(rate)
		if ok {
			kept = append(kept, s)
		}
		return ok, err
	}
	b := bisection{lowest: 1, highest: ceiling, steps: searchRates}
	highest, err := b.narrowPatiently(int(searchFrom*float64(ceiling)), anotherRates, keep)
	for again, tries := false, 2; tries > 0 && highest > 0 && !again && err == nil; tries-- {
		again, err = keep(highest)
	}
	if err != nil || len(kept) < 2 {
		return record.Schedule{}, err
	}
	slices.SortStableFunc(kept, func(a, b record.Schedule) int { return b.Rate - a.Rate })
	return kept[1], nil
}

// schedule returns how well an open loop kept to its rate, and whether that was well enough.
func schedule(l record.Loaded, rate int) (s record.Schedule, kept bool, err error) {
	s.Rate = rate
	if l.Sent > 0 {
		s.Sent = float64(l.Requests) / l.Sent.Seconds()
	}
	if s.LagP50, _, err = stat.Quantile(string(l.Lag), 0.5); err != nil {
		return s, false, err
	}
	var known bool
	s.LagP99, known, err = stat.Quantile(string(l.Lag), 0.99)
	kept = err == nil && known && l.Wrong == 0 && s.Sent >= keptSent*float64(rate) && s.LagP99 <= record.KeptLag
	return s, kept, err
}
