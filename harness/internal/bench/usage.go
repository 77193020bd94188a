package bench

import (
	"context"
	"errors"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// counters are what the kernel counts, at one moment.
type counters struct {
	arms      map[*arm]armCounters
	generator lab.Usage
}

type armCounters struct {
	usage      []lab.Usage // in the order of the variant's containers
	throttling lab.Throttling
}

// count reads the counters of the generator, and of all arms that take turns. An arm whose counters cannot be read is
// out of the round.
func (b *benchRun) count(ctx context.Context, takers []taker) (c counters, err error) {
	c.arms = map[*arm]armCounters{}
	for _, t := range takers {
		if _, read := c.arms[t.arm]; read || !t.up() {
			continue
		}
		counted, err := countersOf(ctx, t.running)
		if err != nil {
			b.remove(ctx, t.arm, errors.Join(rig.ExitError(ctx, t.running), err))
			continue
		}
		c.arms[t.arm] = counted
	}
	c.generator, err = b.generator.Usage(ctx)
	return c, err
}

func countersOf(ctx context.Context, r *lab.Running) (c armCounters, err error) {
	if c.usage, err = r.Usage(ctx); err != nil {
		return c, err
	}
	c.throttling, err = r.Throttling()
	return c, err
}

// addCounted adds to a load what its arm and the generator used between two moments.
func (b *benchRun) addCounted(got *record.Loaded, t taker, before, after counters) {
	was, is := before.arms[t.arm], after.arms[t.arm]
	for i := range is.usage {
		got.Usage = append(got.Usage, usageBetween(was.usage[i], is.usage[i]))
	}
	got.Generator = usageBetween(before.generator, after.generator)
	got.Throttling = b.throttlingBetween(was.throttling, is.throttling, t.spec.Warmup+got.Elapsed)
}

func usageBetween(before, after lab.Usage) record.UsageDelta {
	return record.UsageDelta{
		Container: after.Container, CPU: after.CPU - before.CPU,
		Memory: after.Memory, WorkingSet: after.WorkingSet,
		Peak: after.Peak, OOMKills: after.OOMKills - before.OOMKills,
	}
}
