package sentinel

import (
	"context"
	"errors"
	"math"
	"slices"
	"sync"
	"time"
)

// Noise is how much the speed of a CPU varied while nothing was measured on it. Times are multiples of the shortest.
type Noise struct {
	Pieces           int           // how often the work was done
	Took             time.Duration // all of them together
	Median, P95, Max float64       // 1 or more
	Steal            float64       // share of the machine's CPU time that the hypervisor gave to others, 0 to 1
	Load             float64       // load average before
}

// MeasureNoise repeats a few milliseconds of arithmetic on the first CPU of the set for as long as d, and at least ten
// times. It returns early, with an error, when ctx ends or the thread cannot be bound.
func MeasureNoise(ctx context.Context, cpus string, d time.Duration) (Noise, error) {
	cpu, err := firstCPU(cpus)
	if err != nil {
		return Noise{}, err
	}
	n := Noise{Load: loadAverage()}
	before, ticksErr := readTicks()
	var times []float64
	began := time.Now()
	var wg sync.WaitGroup
	wg.Go(func() { // its thread is bound, and ends with it
		if err = bind(cpu); err != nil {
			return
		}
		for ctx.Err() == nil && (len(times) < 10 || time.Since(began) < d) {
			times = append(times, float64(timeArithmetic()))
		}
	})
	wg.Wait()
	n.Pieces, n.Took = len(times), time.Since(began)
	if now, nowErr := readTicks(); errors.Join(ticksErr, nowErr) == nil {
		n.Steal = now.stolenSince(before)
	}
	if err = errors.Join(err, ctx.Err()); err != nil {
		return Noise{}, err
	}
	slices.Sort(times)
	shortest := times[0]
	n.Median, n.P95, n.Max = quantile(times, 0.5)/shortest, quantile(times, 0.95)/shortest, quantile(times, 1)/shortest
	return n, nil
}

// quantile is the smallest of the sorted values that at least the share q of them does not exceed (nearest rank).
func quantile(sorted []float64, q float64) float64 {
	return sorted[max(1, int(math.Ceil(q*float64(len(sorted)))))-1]
}
