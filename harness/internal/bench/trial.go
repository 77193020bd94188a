package bench

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/sentinel"
	"spabench/variants"
)

// trial starts one variant, measures it and removes it. If something goes wrong, Err of the trial says what, and the
// trial has what was measured before.
func (b *benchRun) trial(ctx context.Context, v variants.Variant, at turn) record.Trial {
	b.sentinel.Begin()
	t := record.Trial{
		Variant: v.Name, Round: at.round, Order: at.order, Repeat: at.repeat,
		Began: time.Now().UTC(), Image: rig.RecordImage(b.images[v.Name]),
	}
	if err := b.measure(ctx, v, &t); err != nil {
		t.Err = err.Error()
	}
	t.Sentinel = b.sentinel.End()
	return t
}

func (b *benchRun) measure(ctx context.Context, v variants.Variant, t *record.Trial) (err error) {
	g, err := b.For(ctx, v)
	if err != nil {
		return err
	}
	began := time.Now()
	r, err := b.Lab.Create(ctx, v, lab.Options{
		Refs: b.images[v.Name].Refs, CPUSet: b.serverCPUs, Limits: b.limits(), Environ: b.plan.Environ,
	})
	created := time.Since(began)
	if r != nil {
		defer rig.RemoveLogged(ctx, &err, r, &t.Log)
	}
	if err != nil {
		return err
	}
	start, err := g.ColdStart(ctx, r)
	start.Create = created
	if err != nil {
		return err
	}
	t.Start = &start
	if start.Throttling, err = b.throttlingSince(r, lab.Throttling{}, max(start.Page, start.API)); err != nil {
		return err
	}
	if err := b.attackAll(ctx, r, v, g.Dist, t); err != nil {
		return errors.Join(rig.ExitError(ctx, r), err)
	}
	stopped, err := r.Stop(ctx)
	if err != nil {
		return err
	}
	t.Stop = &record.Stop{Took: stopped.Took, ExitCodes: stopped.ExitCodes}
	return nil
}

// attackAll attacks the variant with each load in turn, from the generator's container on the variant's own network.
func (b *benchRun) attackAll(
	ctx context.Context, r *lab.Running, v variants.Variant, d rig.Dist, t *record.Trial,
) error {
	if err := b.generator.Join(ctx, r); err != nil {
		return err
	}
	var ignored error // if the generator cannot leave, the network cannot be removed, which is an error then
	defer rig.CleanUp(ctx, &ignored, func(ctx context.Context) error { return b.generator.Leave(ctx, r) })
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
		if err := b.attackWith(ctx, r, v, d, l, u.Host, t); err != nil {
			return fmt.Errorf("load %s: %w", l.Name, err)
		}
	}
	if b.plan.Objective != nil && v.Name != record.ControlArm {
		t.Knee, err = b.searchCapacity(ctx, v, d, u.Host, t.Loads)
	}
	return err
}

// maxAttempts is how often a load is attempted that something disturbs.
const maxAttempts = 3

// skippedVisit is why variants that do not serve the React app are not visited.
const skippedVisit = "what its home page loads is known only for the React app"

// attackWith attacks the variant with one load, if the variant is subject to it. While the attack is disturbed and
// there is time, it is repeated; every attempt is kept.
func (b *benchRun) attackWith(
	ctx context.Context, r *lab.Running, v variants.Variant, d rig.Dist, l record.Load, addr string, t *record.Trial,
) error {
	container := v.Entry().Name
	if l.Container != "" {
		container = l.Container
	}
	switch {
	case v.Kind == variants.Baseline && !baselineAnswers(l), l.Once && v.Name == record.ControlArm, !v.Has(container):
		return nil
	case l.Visit != "" && v.Front != "":
		t.Loads = append(t.Loads, record.Loaded{Load: l.Name, Skipped: skippedVisit})
		return nil
	}
	spec, err := specOf(ctx, d, l, b.generator.URL(container), addr)
	if refused := (codingError{}); errors.As(err, &refused) {
		t.Loads = append(t.Loads, record.Loaded{Load: l.Name, Skipped: refused.Error()})
		return nil
	}
	if err != nil {
		return err
	}
	for attempt := 1; ; attempt++ {
		got, err := b.attack(ctx, r, spec)
		if err != nil {
			return err
		}
		got.Excess = b.excess(v.Name, got)
		got.Disturbed = sentinel.Exceeds(got.Foreign, b.plan.Bounds.Foreign) ||
			sentinel.Exceeds(got.Excess, b.plan.Bounds.Excess)
		t.Loads = append(t.Loads, got)
		if !got.Disturbed || attempt == maxAttempts || !b.timeFor(b.trialsLeft()) {
			return nil
		}
	}
}
