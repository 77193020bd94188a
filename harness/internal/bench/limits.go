package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
)

// Limits are what all containers of a variant may use together while it is measured.
type Limits = record.Limits

// MinMemory is the smallest memory limit, in bytes: with less, the engine may fail to start a container at all.
const MinMemory = 16 << 20

const (
	minCPUs = 0.01 // the kernel's smallest quota, 1 ms, of a period of 100 ms

	// rateMargin lowers the rates a little further than the CPUs. The plan's rates leave the slowest variant half of
	// one CPU, but a request costs more on a server that has just been idle.
	rateMargin = 0.8

	minRequests = 200 // of a load: fewer do not yield a meaningful 99th percentile
	minOnce     = 20  // visits, and requests of loads for which no table has such a percentile
)

// Limit puts every variant of the plan under limits during its trials. With a limit on CPUs, rates are lowered in
// proportion. Warm-ups and loads get longer instead, so that they still have enough requests.
//
// There are no slices then: the kernel gives out the quota anew every 100 ms, so an arm would begin nearly every slice
// with a full one, after the turns of the others. Each arm gets its whole load at once.
func Limit(p Plan, limits Limits) Plan {
	p.Limits = &limits
	if limits.CPUs == 0 {
		return p
	}
	share := min(1, rateMargin*limits.CPUs)
	p.Loads = slices.Clone(p.Loads)
	for i := range p.Loads {
		l := &p.Loads[i]
		l.Slice, l.LeadIn = 0, 0
		warmupRequests := l.Warmup * time.Duration(l.Rate)
		l.Rate = max(1, int(share*float64(l.Rate)))
		l.Warmup = (warmupRequests / time.Duration(l.Rate)).Round(time.Millisecond)
		requests := time.Duration(minRequests)
		if l.Once {
			requests = minOnce
		}
		needed := requests * time.Second / time.Duration(l.Rate)
		const step = 100 * time.Millisecond // durations are rounded up to it
		l.Duration = max(l.Duration, (needed + step - time.Millisecond).Truncate(step))
	}
	return p
}

// checkLimits returns an error if the plan's limits cannot be set here, or would limit nothing.
func checkLimits(ctx context.Context, l *lab.Lab, limits *Limits, serverCPUs string) error {
	if limits == nil {
		return nil
	}
	if err := validateLimits(*limits, serverCPUs); err != nil {
		return err
	}
	return l.CanLimit(ctx)
}

func validateLimits(limits Limits, serverCPUs string) error {
	available := cpusIn(serverCPUs)
	switch c := limits.CPUs; {
	case c == 0 && limits.Memory == 0:
		return fmt.Errorf("limit variants: give a number of CPUs, an amount of memory, or both")
	case c != 0 && !(c >= minCPUs): // true of NaN, too
		return fmt.Errorf("limit variants to %g CPUs: give at least %g, the kernel's smallest quota", c, minCPUs)
	case c > float64(available):
		return fmt.Errorf("limit variants to %g CPUs: servers have only %d here (cpuset %s), "+
			"since the load generator uses the others; give %d at most", c, available, serverCPUs, available)
	case limits.Memory != 0 && limits.Memory < MinMemory:
		return fmt.Errorf("limit variants to %d bytes of memory: give at least %d MiB, "+
			"since with less the engine may fail to start a container", limits.Memory, MinMemory>>20)
	}
	return nil
}

// cpusIn counts the CPUs in a cpuset such as "0-1".
func cpusIn(set string) int {
	var first, last int
	if n, _ := fmt.Sscanf(set, "%d-%d", &first, &last); n == 2 {
		return last - first + 1
	}
	return 1
}

// limits are the plan's, as the lab takes them.
func (b *benchRun) limits() lab.Limits {
	if b.plan.Limits == nil {
		return lab.Limits{}
	}
	return lab.Limits(*b.plan.Limits)
}

// throttlingBetween is how the plan's CPU limit throttled a variant between two moments, while it worked for this long;
// nil without such a limit.
func (b *benchRun) throttlingBetween(before, after lab.Throttling, worked time.Duration) *record.Throttling {
	if b.limits().CPUs == 0 {
		return nil
	}
	return &record.Throttling{
		Over: worked, Time: after.Time - before.Time,
		Periods: after.Periods - before.Periods, Throttled: after.Throttled - before.Throttled,
	}
}
