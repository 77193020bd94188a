package bench

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/sentinel"
	"spabench/variants"
)

// rounds visits every variant once a round, in an order shuffled from the seed, each time in fresh containers. Trials of
// a round that were disturbed are repeated at its end, once each, as far as the budget of time goes.
func (b *runner) rounds(ctx context.Context, cpus string) (err error) {
	if b.plan.Rounds == 0 {
		return nil
	}
	if b.generator, err = b.Lab.StartGenerator(ctx, b.generatorRef, cpus); b.generator != nil {
		defer rig.CleanUp(ctx, &err, b.generator.Remove)
	}
	if err != nil {
		return err
	}
	if b.Lab.Local() {
		b.sentinel = sentinel.New(b.serverCPUs, cpus, b.plan.Bounds)
	}
	if err := b.calibrate(ctx); err != nil {
		return err
	}
	random := rand.New(rand.NewPCG(b.plan.Seed, 0))
	if img, ok := b.images[b.plan.Control]; ok {
		b.images[record.ControlArm] = img
	}
	done := 0
	b.roundsBegan = time.Now()
	for round := 1; b.more(round); round++ {
		arms := b.visited()
		random.Shuffle(len(arms), func(i, j int) { arms[i], arms[j] = arms[j], arms[i] })
		var disturbed []variants.Variant
		for i, v := range arms {
			b.progress.Step(done, max(b.plan.Rounds, round)*len(arms), fmt.Sprintf("round %d of %s: %s", round, b.planned(), v.Name))
			done++
			t, err := b.turn(ctx, v, round, i+1, 0)
			if err != nil {
				return err
			}
			if t.Sentinel != nil && t.Sentinel.Disturbed != "" {
				disturbed = append(disturbed, v)
			}
		}
		for i, v := range disturbed {
			if _, is := b.before.trials[turnKey{v.Name, round, 1}]; !is && !b.timeFor(1+b.left()) {
				break
			}
			b.progress.Step(done, max(b.plan.Rounds, round)*len(arms), fmt.Sprintf("round %d of %s: %s again, it was disturbed", round, b.planned(), v.Name))
			if _, err := b.turn(ctx, v, round, len(arms)+i+1, 1); err != nil {
				return err
			}
		}
		b.made = round
	}
	b.progress.Step(done, done, "done")
	return nil
}

// turn makes a trial and records it, unless a run that was cut off has it already.
func (b *runner) turn(ctx context.Context, v variants.Variant, round, order, repeat int) (record.Trial, error) {
	if _, ok := b.images[v.Name]; !ok {
		return record.Trial{}, nil
	}
	t, is := b.before.trials[turnKey{v.Name, round, repeat}]
	if !is {
		t = b.trial(ctx, v, round, order, repeat)
	}
	if err := ctx.Err(); err != nil {
		return t, err // what was cut off is no trial
	}
	if t.Err != "" {
		b.fail(v, t.Err)
	}
	for _, l := range t.Loads {
		if l.Wrong > 0 {
			b.fail(v, fmt.Sprintf("load %s: %d of %d answers were wrong: %s", l.Load, l.Wrong, l.Requests, strings.Join(l.Reasons, "; ")))
		}
	}
	b.measured.Trials = append(b.measured.Trials, t)
	if is {
		for _, l := range t.Loads {
			b.excess(v.Name, l)
		}
		return t, nil
	}
	return t, b.w.Trial(t)
}

// planned is how many rounds there will be, as far as that is known.
func (b *runner) planned() string {
	if b.plan.Budget.Within > 0 {
		return "as many as are needed"
	}
	return fmt.Sprint(b.plan.Rounds)
}

// more reports whether the round is to be made: it is one of the plan's, or the plan has a width to reach, the intervals
// are wider, and there is time. The plan's rounds are made in any case.
func (b *runner) more(round int) bool {
	within := b.plan.Budget.Within
	switch {
	case round <= b.plan.Rounds:
		return true
	case within == 0:
		return false
	case b.settled != nil && b.settled(b.measured, within):
		b.because = fmt.Sprintf("every headline interval is within ±%.3g%%", 100*within)
		return false
	case !b.timeFor(len(b.visited())):
		b.because = fmt.Sprintf("the budget of %s was used up before every headline interval was within ±%.3g%%", b.plan.Budget.Time, 100*within)
		return false
	}
	return true
}

// left is how many trials of the plan's rounds are still to be made, that under way among them.
func (b *runner) left() int {
	made := 0
	for _, t := range b.measured.Trials {
		if t.Repeat == 0 {
			made++
		}
	}
	return max(0, b.plan.Rounds*len(b.visited())-made)
}

// timeFor reports whether so many trials more end within the budget, if they take as long as those so far did.
func (b *runner) timeFor(trials int) bool {
	n := len(b.measured.Trials) - len(b.before.trials)
	if n <= 0 {
		return b.plan.Budget.Time > 0
	}
	each := time.Since(b.roundsBegan) / time.Duration(n)
	return time.Since(b.began)+time.Duration(trials)*each <= b.plan.Budget.Time
}
