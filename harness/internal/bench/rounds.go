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

// rounds makes a trial of every arm in each round, in an order shuffled from the seed, each time in fresh containers.
func (b *benchRun) rounds(ctx context.Context) (err error) {
	if b.plan.Rounds == 0 {
		return nil
	}
	if b.generator, err = b.Lab.StartGenerator(ctx, b.generatorRef, b.generatorCPUs); b.generator != nil {
		defer rig.CleanUp(ctx, &err, b.generator.Remove)
	}
	if err != nil {
		return err
	}
	if b.Lab.Local() {
		b.sentinel = sentinel.New(b.serverCPUs, b.generatorCPUs, b.plan.Bounds)
	}
	if err := b.calibrate(ctx); err != nil {
		return err
	}
	if img, ok := b.images[b.plan.Control]; ok {
		b.images[record.ControlArm] = img
	}
	random := rand.New(rand.NewPCG(b.plan.Seed, 0))
	b.roundsBegan = time.Now()
	for n := 1; b.anotherRound(n); n++ {
		arms := b.armsOfRound()
		random.Shuffle(len(arms), func(i, j int) { arms[i], arms[j] = arms[j], arms[i] })
		if err := b.round(ctx, n, arms); err != nil {
			return err
		}
		b.roundsMade = n
	}
	all := b.roundsMade * len(b.armsOfRound())
	b.progress.Step(all, all, "done")
	return nil
}

// round makes a trial of each arm, in this order. Trials that were disturbed are repeated at the end of the round, once
// each, as long as the time budget allows it.
func (b *benchRun) round(ctx context.Context, n int, arms []variants.Variant) error {
	label := fmt.Sprintf("round %d of %d", n, b.plan.Rounds)
	if b.plan.Budget.Within > 0 { // then the number of rounds is open
		label = fmt.Sprintf("round %d", n)
	}
	done, total := (n-1)*len(arms), max(b.plan.Rounds, n)*len(arms)
	var disturbed []variants.Variant
	for i, v := range arms {
		b.progress.Step(done+i, total, fmt.Sprintf("%s: %s", label, v.Name))
		t, err := b.turn(ctx, v, turn{n, i + 1, 0})
		if err != nil {
			return err
		}
		if t.Sentinel != nil && t.Sentinel.Disturbed != "" {
			disturbed = append(disturbed, v)
		}
	}
	done += len(arms)
	for i, v := range disturbed {
		if _, found := b.earlier.trials[trialKey{v.Name, n, 1}]; !found && !b.timeFor(1+b.trialsLeft()) {
			break
		}
		b.progress.Step(done, total, fmt.Sprintf("%s: %s, repeated because it was disturbed", label, v.Name))
		if _, err := b.turn(ctx, v, turn{n, len(arms) + i + 1, 1}); err != nil {
			return err
		}
	}
	return nil
}

// turn is an arm's place in a run.
type turn struct {
	round  int
	order  int // within the round, from 1
	repeat int // 1 for the repeat of a disturbed trial
}

// turn makes a trial and records it, unless an interrupted run has it already.
func (b *benchRun) turn(ctx context.Context, v variants.Variant, at turn) (record.Trial, error) {
	if _, ok := b.images[v.Name]; !ok {
		return record.Trial{}, nil
	}
	t, resumed := b.earlier.trials[trialKey{v.Name, at.round, at.repeat}]
	if !resumed {
		t = b.trial(ctx, v, at)
	}
	if err := ctx.Err(); err != nil {
		return t, err // a trial that was interrupted does not count
	}
	if t.Err != "" {
		b.fail(v, t.Err)
	}
	for _, l := range t.Loads {
		if l.Wrong > 0 {
			b.fail(v, fmt.Sprintf("load %s: %d of %d responses were wrong: %s",
				l.Load, l.Wrong, l.Requests, strings.Join(l.Reasons, "; ")))
		}
	}
	b.measured.Trials = append(b.measured.Trials, t)
	if resumed {
		for _, l := range t.Loads {
			b.excess(v.Name, l) // remembers its minimum
		}
		return t, nil
	}
	return t, b.w.Trial(t)
}
