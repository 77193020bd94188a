package bench

import (
	"context"
	"errors"
	"net/url"
	"sync"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// arm is one start of a variant in one round.
type arm struct {
	variant variants.Variant // under the arm's own name
	trial   record.Trial
	dist    rig.Dist // of the variant's front end
	addr    string   // host and port at which the harness reaches the entry

	running *lab.Running // nil once it has been removed
	joined  bool         // the generator is on its network
}

// up reports whether the arm still takes part in the round.
func (a *arm) up() bool { return a.running != nil }

// start starts an arm in fresh containers and measures its cold start. If something goes wrong, Err of its trial says
// what.
func (b *benchRun) start(ctx context.Context, v variants.Variant, round, order int) *arm {
	a := &arm{variant: v, trial: record.Trial{
		Variant: v.Name, Round: round, Order: order,
		Began: time.Now().UTC(), Image: rig.RecordImage(b.images[v.Name]),
	}}
	if err := b.coldStart(ctx, a); err != nil {
		b.remove(ctx, a, err)
	}
	return a
}

func (b *benchRun) coldStart(ctx context.Context, a *arm) error {
	g, err := b.For(ctx, a.variant)
	if err != nil {
		return err
	}
	a.dist = g.Dist
	began := time.Now()
	a.running, err = b.Lab.Create(ctx, a.variant, lab.Options{
		Refs: startRefs(a.variant, b.images[a.variant.Name]), Stack: b.Stack(a.variant),
		CPUSet: b.serverCPUs, Limits: b.limits(), Environ: b.plan.Environ,
	})
	created := time.Since(began)
	if err != nil {
		return err
	}
	u, err := url.Parse(a.running.URL)
	if err != nil {
		return err
	}
	a.addr = u.Host
	start, err := g.ColdStart(ctx, a.running, a.variant.Ready...)
	if err != nil {
		return err
	}
	throttled, err := a.running.Throttling()
	if err != nil {
		return err
	}
	start.Create = created
	start.Throttling = b.throttlingBetween(lab.Throttling{}, throttled, max(start.Page, start.API))
	a.trial.Start = &start
	return nil
}

// startRefs are the images that an arm is started from: those of an added server by their ids, since its owner may give
// the name to another image while the run goes on.
func startRefs(v variants.Variant, img lab.Image) []string {
	if v.Kind == variants.Added {
		return img.IDs
	}
	return img.Refs
}

// join lets the generator join the arm's network, and reads what the arm uses while it is idle.
func (b *benchRun) join(ctx context.Context, a *arm) error {
	if err := b.generator.Join(ctx, a.running); err != nil {
		return err
	}
	a.joined = true
	idle, err := a.running.Usage(ctx)
	if err != nil {
		return errors.Join(rig.ExitError(ctx, a.running), err)
	}
	for _, u := range idle {
		a.trial.Idle = append(a.trial.Idle, record.Usage(u))
	}
	return nil
}

// leave lets the generator leave the arm's network, which can be removed then.
func (b *benchRun) leave(ctx context.Context, a *arm) error {
	if !a.joined {
		return nil
	}
	a.joined = false
	return b.generator.Leave(ctx, a.running)
}

// stop stops an arm that has nothing more to do.
func (b *benchRun) stop(ctx context.Context, a *arm) error {
	stopped, err := a.running.Stop(ctx)
	if err != nil {
		return err
	}
	a.trial.Stop = &record.Stop{Took: stopped.Took, ExitCodes: stopped.ExitCodes}
	return nil
}

// remove removes an arm, even if ctx has ended. Failure is what went wrong with it, nil if nothing did: then the end of
// its output is kept, too. An arm that failed is removed at once, so that it disturbs no other.
func (b *benchRun) remove(ctx context.Context, a *arm, failure error) {
	if r := a.running; r != nil {
		rig.CleanUp(ctx, &failure, func(ctx context.Context) error { return b.leave(ctx, a) })
		rig.RemoveLogged(ctx, &failure, r, &a.trial.Log)
		a.running = nil
	}
	if failure != nil {
		a.trial.Err = failure.Error()
	}
}

// removeAll removes the arms that are still up. Nothing is measured any more, so it does so at once.
func (b *benchRun) removeAll(ctx context.Context, arms []*arm) {
	var wg sync.WaitGroup
	for _, a := range arms {
		if a.up() {
			wg.Go(func() { b.remove(ctx, a, nil) })
		}
	}
	wg.Wait()
}
