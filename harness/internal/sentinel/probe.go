package sentinel

import (
	"slices"
	"sync"
	"time"

	"spabench/harness/internal/record"
)

// probeTimes are how long the probes took: see record.Look.
type probeTimes struct{ spin, wake time.Duration }

// probe runs the probes and divides their times by the fastest so far. The result is zero if they cannot run here.
func (s *Sentinel) probe() record.Look {
	var took probeTimes
	var wg sync.WaitGroup
	wg.Go(func() { // only this goroutine's thread is bound to the CPU, and it ends with the goroutine
		if bind(s.serverCPU) != nil {
			return
		}
		took.spin = median(timeArithmetic)
		if s.generatorCPU != s.serverCPU {
			took.wake = timeWakeUps(s.generatorCPU)
		}
	})
	wg.Wait()
	if took.spin == 0 {
		return record.Look{}
	}
	if s.fastest.spin == 0 {
		s.fastest = took
	}
	s.fastest.spin, s.fastest.wake = min(s.fastest.spin, took.spin), min(s.fastest.wake, took.wake)
	l := record.Look{Spin: float64(took.spin) / float64(s.fastest.spin)}
	if s.fastest.wake > 0 {
		l.Wake = float64(took.wake) / float64(s.fastest.wake)
	}
	return l
}

// samples is how often a probe is timed at once. The median counts, so that one interruption says nothing.
const samples = 5

// roundTrips is how often two threads wake each other in one sample.
const roundTrips = 50

// median takes samples and returns their median.
func median(sample func() time.Duration) time.Duration {
	var times []time.Duration
	for range samples {
		times = append(times, sample())
	}
	slices.Sort(times)
	return times[samples/2]
}

// timeArithmetic times the arithmetic.
func timeArithmetic() time.Duration {
	began := time.Now()
	if xorshift() == 0 {
		return 0 // it never is; but if its result were not used, the compiler could drop the call
	}
	return time.Since(began)
}

// xorshift is a few milliseconds of arithmetic (Marsaglia's generator) that waits for nothing and touches no memory.
func xorshift() uint64 {
	x := uint64(88172645463325252)
	for range 3_000_000 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}
