package bench

import (
	"context"
	"fmt"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
)

// Limits are what all containers of a variant may use together while it is measured.
type Limits = record.Limits

// LeastMemory is the smallest memory limit, bytes: with less, the engine's own start of a container can fail.
const LeastMemory = 16 << 20

const (
	leastCPUs = 0.01 // the kernel's smallest quota, 1 ms, of a period of 100 ms
	ease      = 0.8  // of the rates that the plan has for one CPU, in proportion: see Limit
	enough    = 200  // requests of a load, at least: fewer have no 99th percentile worth the name
	few       = 20   // visits, and requests of loads that have no such percentile in a table

)

// Limit puts every variant of the plan under limits in its trials. The rates come down with the CPUs, to a little less
// than their share of the plan's: those leave the slowest variant half of one CPU, and a request costs it more when it
// comes to a server that has just slept. Warm-ups and loads get longer, so that they have requests enough.
func Limit(p Plan, limits Limits) Plan {
	p.Limits = &limits
	p.Sliced = limits.CPUs == 0 // a quota decides how much runs in each slice, and those used up are no disturbance
	part := min(1, ease*limits.CPUs)
	if limits.CPUs == 0 {
		return p
	}
	p.Loads = append([]record.Load(nil), p.Loads...)
	for i := range p.Loads {
		l := &p.Loads[i]
		warmup := l.Warmup * time.Duration(l.Rate)
		l.Rate = max(1, int(part*float64(l.Rate)))
		l.Warmup = (warmup / time.Duration(l.Rate)).Round(time.Millisecond)
		n := time.Duration(enough)
		if l.Once {
			n = few
		}
		l.Duration = max(l.Duration, (n*time.Second/time.Duration(l.Rate) + 99*time.Millisecond).Truncate(100*time.Millisecond))
	}
	return p
}

// checkLimits holds that the plan's limits can be set and limit something.
func checkLimits(ctx context.Context, l *lab.Lab, limits *Limits, serverCPUs string) error {
	if limits == nil {
		return nil
	}
	if err := possible(*limits, serverCPUs); err != nil {
		return err
	}
	return l.CanLimit(ctx)
}

func possible(limits Limits, serverCPUs string) error {
	there := cpusIn(serverCPUs)
	switch c := limits.CPUs; {
	case c == 0 && limits.Memory == 0:
		return fmt.Errorf("limit variants: give a number of CPUs, an amount of memory, or both")
	case c != 0 && !(c >= leastCPUs): // not a number, too
		return fmt.Errorf("limit variants to %g CPUs: give at least %g, the smallest quota of the kernel", c, leastCPUs)
	case c > float64(there):
		return fmt.Errorf("limit variants to %g CPUs: servers have only %d here (cpuset %s), the load generator has the rest; give at most that", c, there, serverCPUs)
	case limits.Memory != 0 && limits.Memory < LeastMemory:
		return fmt.Errorf("limit variants to %d bytes of memory: give at least %d MiB, since the engine's own start of a container can fail with less", limits.Memory, LeastMemory>>20)
	}
	return nil
}

// cpusIn counts the CPUs of a set as cpusets writes them.
func cpusIn(set string) int {
	var first, last int
	if n, _ := fmt.Sscanf(set, "%d-%d", &first, &last); n == 2 {
		return last - first + 1
	}
	return 1
}

// limited is what the lab is told.
func (b *runner) limited() lab.Limits {
	if b.plan.Limits == nil {
		return lab.Limits{}
	}
	return lab.Limits(*b.plan.Limits)
}

// throttlingSince is what was felt of the plan's limit on CPUs since before, in a time of work; nil without one.
func (b *runner) throttlingSince(r *lab.Running, before lab.Throttling, over time.Duration) (*record.Throttling, error) {
	if b.limited().CPUs == 0 {
		return nil, nil
	}
	after, err := r.Throttling()
	return &record.Throttling{
		Over: over, Time: after.Time - before.Time, Periods: after.Periods - before.Periods, Throttled: after.Throttled - before.Throttled,
	}, err
}
