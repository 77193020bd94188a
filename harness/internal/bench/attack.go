package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
)

// attack makes one attack between two readings of all counters.
func (b *benchRun) attack(ctx context.Context, r *lab.Running, spec load.Spec) (record.Loaded, error) {
	var got record.Loaded
	before, err := b.counters(ctx, r)
	if err != nil {
		return got, err
	}
	began, busyBefore := time.Now(), b.sentinel.Busy()
	throttled, err := r.Throttling()
	if err != nil {
		return got, err
	}
	stopWatching := func() []lab.Reading { return nil }
	if b.plan.Sliced {
		stopWatching = r.Watch(record.Slice)
	}
	err = b.generate(ctx, "attack", spec, spec.Warmup+spec.Duration, &got)
	readings := stopWatching()
	if err != nil {
		return got, err
	}
	if got.Throttling, err = b.throttlingSince(r, throttled, spec.Warmup+got.Elapsed); err != nil {
		return got, err
	}
	busy, elapsed := b.sentinel.Busy()-busyBefore, time.Since(began)
	after, err := b.counters(ctx, r)
	if err != nil {
		return got, err
	}
	variantCPU := addUsage(&got, before, after, readings)
	got.Foreign = b.sentinel.Foreign(busy, variantCPU, elapsed)
	return got, nil
}

// addUsage adds what each container used between two readings of the counters, the last of which are the generator's.
// It returns the CPU time of the variant's containers.
func addUsage(got *record.Loaded, before, after []lab.Usage, readings []lab.Reading) time.Duration {
	var variantCPU time.Duration
	for i := range after {
		u := record.UsageDelta{
			Container: after[i].Container, CPU: after[i].CPU - before[i].CPU,
			Memory: after[i].Memory, WorkingSet: after[i].WorkingSet,
			Peak: after[i].Peak, OOMKills: after[i].OOMKills - before[i].OOMKills,
		}
		if i == len(after)-1 {
			got.Generator = u
			break
		}
		u.Slices = sliced(readings, i, got.Began, got.Began.Add(got.Sent))
		got.Usage = append(got.Usage, u)
		variantCPU += u.CPU
	}
	return variantCPU
}

// counters reads the counters of the variant's containers, then the generator's.
func (b *benchRun) counters(ctx context.Context, r *lab.Running) ([]lab.Usage, error) {
	us, err := r.Usage(ctx)
	if err != nil {
		return nil, err
	}
	g, err := b.generator.Usage(ctx)
	return append(us, g), err
}

// generatorMargin is how much longer than expected the generator may take before it is given up.
const generatorMargin = 30 * time.Second

// generate runs a command of the load generator, which is expected to take this long, and reads its result into result.
func (b *benchRun) generate(
	ctx context.Context, command string, argument any, expected time.Duration, result any,
) error {
	arg, err := json.Marshal(argument)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, expected+generatorMargin)
	defer cancel()
	out, err := b.generator.Exec(ctx, "/generator", command, string(arg))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(out, result); err != nil {
		return fmt.Errorf("read the load generator's result: %w: %.200s", err, out)
	}
	return nil
}
