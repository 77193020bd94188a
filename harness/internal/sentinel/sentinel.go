// Package sentinel watches what disturbs a measurement: other programs on the same CPUs, and the hypervisor.
package sentinel

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"spabench/harness/internal/record"
)

// Sentinel watches the machine while trials run, if the servers run on the same machine. A nil Sentinel sees nothing.
//
// Before and after each trial it times two fixed pieces of work, the probes: arithmetic on a CPU of the servers, and
// two threads that wake each other. Both take as long as ever on an undisturbed machine, whatever is measured in
// between.
type Sentinel struct {
	serverCPU     int           // the first of the servers' CPUs: the probes run there
	lastServerCPU int           // the servers' CPUs are serverCPU to lastServerCPU
	generatorCPU  int           // the first of the generator's CPUs
	bounds        record.Bounds // beyond which a trial is disturbed
	fastest       probeTimes    // so far

	current record.Sentinel // what was seen before the trial in progress
	ticks   ticks           // when it began
}

// DefaultBounds are the bounds of published runs.
//
//   - Spin: arithmetic that takes a quarter longer shares its CPU or its core with something else.
//   - Wake: a wake-up that takes twice as long makes each request cost more CPU time, since at the plan's rates a
//     request wakes the server. On an idle machine, wake-ups vary by half of the fastest.
//   - Steal: what the hypervisor took is not the variant's.
//   - Foreign: a load is disturbed in the same way if something else uses a twelfth of the servers' CPUs.
//   - Excess: while nothing else ran on the machine, 84 of 100 loads of one page took up to 1.15 times the minimum CPU
//     time of their variant; the others took up to 2.4 times as much.
func DefaultBounds() record.Bounds {
	return record.Bounds{Spin: 1.25, Wake: 2, Steal: 0.02, Foreign: 0.08, Excess: 1.15}
}

// warmUpProbes is how often New runs the probes, to learn how fast they can be.
const warmUpProbes = 4

// New returns a sentinel for servers and a load generator that run on these cpusets. It is nil if the machine cannot be
// watched, or if there are no bounds.
func New(serverCPUs, generatorCPUs string, bounds record.Bounds) *Sentinel {
	first, last, err1 := cpuRange(serverCPUs)
	generator, _, err2 := cpuRange(generatorCPUs)
	_, err3 := readTicks()
	if errors.Join(err1, err2, err3) != nil || bounds == (record.Bounds{}) {
		return nil
	}
	s := &Sentinel{serverCPU: first, lastServerCPU: last, generatorCPU: generator, bounds: bounds}
	for range warmUpProbes {
		if s.probe() == (record.Look{}) {
			return nil
		}
	}
	return s
}

// cpuRange is the first and the last CPU of a cpuset such as "0-1" or "0".
func cpuRange(set string) (first, last int, err error) {
	from, to, several := strings.Cut(set, "-")
	if !several {
		to = from
	}
	first, err1 := strconv.Atoi(from)
	last, err2 := strconv.Atoi(to)
	return first, last, errors.Join(err1, err2)
}

// Begin looks at the machine before a trial.
func (s *Sentinel) Begin() {
	if s == nil {
		return
	}
	s.current = record.Sentinel{Before: s.probe(), Load: loadAverage()}
	s.ticks, _ = readTicks()
}

// End looks at it after the trial, and judges whether the trial was disturbed.
func (s *Sentinel) End() *record.Sentinel {
	if s == nil {
		return nil
	}
	seen := s.current
	if now, err := readTicks(); err == nil && now.all > s.ticks.all {
		seen.Steal = float64(now.stolen-s.ticks.stolen) / float64(now.all-s.ticks.all)
	}
	seen.After = s.probe()
	seen.Disturbed = disturbance(seen, s.bounds)
	return &seen
}

// Exceeds reports whether there is a bound, and the value exceeds it.
func Exceeds(value, bound float64) bool { return bound > 0 && value > bound }

// disturbance says which bounds were exceeded; it is "" if none were.
func disturbance(s record.Sentinel, b record.Bounds) string {
	var reasons []string
	for _, probed := range []struct {
		when string
		record.Look
	}{{"before", s.Before}, {"after", s.After}} {
		if probed.Spin > b.Spin {
			reasons = append(reasons,
				fmt.Sprintf("arithmetic %s the trial took %.2f times its minimum", probed.when, probed.Spin))
		}
		if probed.Wake > b.Wake {
			reasons = append(reasons,
				fmt.Sprintf("wake-ups %s the trial took %.2f times their minimum", probed.when, probed.Wake))
		}
	}
	if s.Steal > b.Steal {
		reasons = append(reasons, fmt.Sprintf("the hypervisor took %.1f%% of the CPU time", 100*s.Steal))
	}
	return strings.Join(reasons, "; ")
}

// Foreign is the fraction of the servers' CPUs that something else used during this time, in which the servers' CPUs
// were busy and the variant ran for as long as given.
func (s *Sentinel) Foreign(busy, variant, elapsed time.Duration) float64 {
	if s == nil || elapsed <= 0 {
		return 0
	}
	cpus := s.lastServerCPU - s.serverCPU + 1
	return max(0, float64(busy-variant)/(float64(elapsed)*float64(cpus)))
}
