package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/sentinel"
	"spabench/variants"
)

// mostAttempts is how often a load is made that something disturbs.
const mostAttempts = 3

const (
	attackOverhead = 30 * time.Second // beyond an attack's own duration, before it is given up
)

// trial starts one variant, measures it and takes it away. What went wrong is in the trial's Err;
// what was measured before that stays in it.
func (b *runner) trial(ctx context.Context, v variants.Variant, round, order, repeat int) record.Trial {
	img := b.images[v.Name]
	b.sentinel.Begin()
	t := record.Trial{Variant: v.Name, Round: round, Order: order, Began: time.Now().UTC(), Image: rig.RecordImage(img), Repeat: repeat}
	if err := b.measure(ctx, v, &t); err != nil {
		t.Err = err.Error()
	}
	t.Sentinel = b.sentinel.End()
	return t
}

func (b *runner) measure(ctx context.Context, v variants.Variant, t *record.Trial) (err error) {
	g, err := b.For(ctx, v)
	if err != nil {
		return err
	}
	began := time.Now()
	r, err := b.Lab.Create(ctx, v, lab.Options{Refs: b.images[v.Name].Refs, CPUSet: b.serverCPUs, Limits: b.limited(), Environ: b.plan.Environ})
	created := time.Since(began)
	if r != nil {
		defer func() {
			clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), rig.CleanUpWithin)
			defer cancel()
			if err != nil {
				t.Log = r.Logs(clean)
			}
			err = errors.Join(err, r.Remove(clean))
		}()
	}
	if err != nil {
		return err
	}
	start, err := rig.ColdStart(ctx, r, g.Dist)
	start.Create = created
	if err != nil {
		return err
	}
	t.Start = &start
	if start.Throttling, err = b.throttlingSince(r, lab.Throttling{}, max(start.Page, start.API)); err != nil {
		return err
	}
	if err := b.loads(ctx, r, v, g.Dist, t); err != nil {
		return errors.Join(rig.WhyEnded(ctx, r), err)
	}
	stopped, err := r.Stop(ctx)
	if err != nil {
		return err
	}
	t.Stop = &record.Stop{Took: stopped.Took, ExitCodes: stopped.ExitCodes}
	return nil
}

// loads attacks the variant with each load in turn, from the generator's container on the variant's own network.
func (b *runner) loads(ctx context.Context, r *lab.Running, v variants.Variant, d rig.Dist, t *record.Trial) error {
	if err := b.generator.Join(ctx, r); err != nil {
		return err
	}
	defer func() { _ = b.generator.Leave(context.WithoutCancel(ctx), r) }()
	u, err := url.Parse(r.URL)
	if err != nil {
		return err
	}
	idle, err := r.Usage(ctx)
	if err != nil {
		return err
	}
	for _, u := range idle {
		t.Idle = append(t.Idle, record.Usage(u))
	}
	for _, l := range b.plan.Loads {
		to := v.Entry().Name
		if l.Container != "" {
			to = l.Container
		}
		if v.Kind == variants.Baseline && !floorAnswers(l) || l.Once && v.Name == record.ControlArm || !v.Has(to) {
			continue
		}
		if l.Visit != "" && v.Front != "" {
			t.Loads = append(t.Loads, record.Loaded{Load: l.Name, Skipped: noVisits})
			continue
		}
		spec, err := specOf(ctx, d, l, b.generator.URL(to), u.Host)
		if lane := (laneError{}); errors.As(err, &lane) {
			t.Loads = append(t.Loads, record.Loaded{Load: l.Name, Skipped: lane.Error()})
			continue
		}
		if err != nil {
			return fmt.Errorf("load %s: %w", l.Name, err)
		}
		for attempt := 1; ; attempt++ {
			got, err := b.attack(ctx, r, spec)
			if err != nil {
				return fmt.Errorf("load %s: %w", l.Name, err)
			}
			got.Excess = b.excess(v.Name, got)
			got.Disturbed = sentinel.Beyond(got.Foreign, b.plan.Bounds.Foreign) || sentinel.Beyond(got.Excess, b.plan.Bounds.Excess)
			t.Loads = append(t.Loads, got)
			if !got.Disturbed || attempt == mostAttempts || !b.timeFor(b.left()) {
				break
			}
		}
	}
	if b.plan.Objective != nil && v.Name != record.ControlArm {
		t.Knee, err = b.knee(ctx, v, d, u.Host, t.Loads)
	}
	return err
}

// attack makes one load between two readings of all counters.
func (b *runner) attack(ctx context.Context, r *lab.Running, spec load.Spec) (record.Loaded, error) {
	before, err := b.counters(ctx, r)
	if err != nil {
		return record.Loaded{}, err
	}
	began, busy := time.Now(), b.sentinel.Busy()
	throttled, err := r.Throttling()
	if err != nil {
		return record.Loaded{}, err
	}
	stop := func() []lab.Reading { return nil }
	if b.plan.Sliced {
		stop = r.Watch(record.Slice)
	}
	got, err := b.run(ctx, spec)
	readings := stop()
	if err != nil {
		return record.Loaded{}, err
	}
	if got.Throttling, err = b.throttlingSince(r, throttled, spec.Warmup+got.Elapsed); err != nil {
		return record.Loaded{}, err
	}
	busy, elapsed := b.sentinel.Busy()-busy, time.Since(began)
	after, err := b.counters(ctx, r)
	if err != nil {
		return record.Loaded{}, err
	}
	var variant time.Duration
	for i := range after {
		u := record.UsageDelta{
			Container: after[i].Container, CPU: after[i].CPU - before[i].CPU,
			Memory: after[i].Memory, WorkingSet: after[i].WorkingSet,
			Peak: after[i].Peak, OOMKills: after[i].OOMKills - before[i].OOMKills,
		}
		if i == len(after)-1 {
			got.Generator = u
		} else {
			u.Slices = sliced(readings, i, got.Began, got.Began.Add(got.Sent))
			got.Usage = append(got.Usage, u)
			variant += u.CPU
		}
	}
	got.Foreign = b.sentinel.Foreign(busy, variant, elapsed)
	return got, nil
}

// counters reads the variant's containers, then the generator.
func (b *runner) counters(ctx context.Context, r *lab.Running) ([]lab.Usage, error) {
	us, err := r.Usage(ctx)
	if err != nil {
		return nil, err
	}
	g, err := b.generator.Usage(ctx)
	return append(us, g), err
}

func (b *runner) run(ctx context.Context, s load.Spec) (record.Loaded, error) {
	var got record.Loaded
	return got, b.generate(ctx, "attack", s, s.Warmup+s.Duration, &got)
}

// generate has the load generator do what its argument says, which takes about so long, and reads what it measured.
func (b *runner) generate(ctx context.Context, command string, argument any, about time.Duration, got any) error {
	arg, err := json.Marshal(argument)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, about+attackOverhead)
	defer cancel()
	out, err := b.generator.Exec(ctx, "/generator", command, string(arg))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(out, got); err != nil {
		return fmt.Errorf("read the load generator's answer: %w: %.200s", err, out)
	}
	return nil
}
