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

// rounds makes the plan's rounds, as far as an interrupted run has not made them already.
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
		b.sentinel = sentinel.New(b.serverCPUs, b.generatorCPUs)
	}
	if err := b.calibrate(ctx); err != nil {
		return err
	}
	if err := b.survey(ctx); err != nil {
		return err
	}
	if img, ok := b.images[b.plan.Control]; ok {
		b.images[record.ControlArm] = img
	}
	b.roundsBegan = time.Now()
	for n := 1; b.anotherRound(n); n++ {
		r, resumed := b.earlier.rounds[n]
		if !resumed {
			r = b.round(ctx, n)
			if err := ctx.Err(); err != nil {
				return err // a round that was interrupted does not count
			}
			if err := b.w.Round(r); err != nil {
				return err
			}
		}
		b.note(r)
	}
	all := b.roundsMade * b.stepsOfRound()
	b.progress.Step(all, all, "done")
	return nil
}

// randomOf is the random source of one round. Each has its own, so that a resumed run makes the rounds that it lacks as
// the interrupted one would have.
func randomOf(seed uint64, round int) *rand.Rand { return rand.New(rand.NewPCG(seed, uint64(round))) }

// order are the arms in the order in which a round starts and stops them.
func order(arms []variants.Variant, random *rand.Rand) []variants.Variant {
	random.Shuffle(len(arms), func(i, j int) { arms[i], arms[j] = arms[j], arms[i] })
	return arms
}

// round makes one round: it starts every arm, one after the other, while nothing is under load; then all are up and
// take turns under each load; then all are stopped.
func (b *benchRun) round(ctx context.Context, n int) record.Round {
	b.sentinel.Begin()
	began, random := time.Now(), randomOf(b.plan.Seed, n)
	r := record.Round{Round: n, Began: began.UTC()}
	next := b.steps(n)
	var arms []*arm
	for i, v := range order(b.armsOfRound(), random) {
		next(v.Name)
		if _, built := b.images[v.Name]; built && ctx.Err() == nil {
			arms = append(arms, b.start(ctx, v, n, i+1))
		}
	}
	b.each(ctx, arms, b.join)
	for _, group := range b.groups() {
		next(group[0].Name)
		b.takeTurns(ctx, group, arms, random.Uint64())
	}
	if b.plan.Objective != nil {
		b.each(ctx, arms, b.searchCapacity)
	}
	b.each(ctx, arms, b.leave)
	b.each(ctx, arms, b.stop)
	b.removeAll(ctx, arms)
	for _, a := range arms {
		r.Trials = append(r.Trials, a.trial)
	}
	r.Took, r.Sentinel = time.Since(began), b.sentinel.End()
	return r
}

// each calls f for every arm that is up, one after the other. An arm whose call returns an error is out of the round.
func (b *benchRun) each(ctx context.Context, arms []*arm, f func(context.Context, *arm) error) {
	for _, a := range arms {
		if !a.up() {
			continue
		}
		if err := f(ctx, a); err != nil {
			b.remove(ctx, a, err)
		}
	}
}

// note adds a round to what was measured, and notes what went wrong in it.
func (b *benchRun) note(r record.Round) {
	for _, t := range r.Trials {
		v := variants.Variant{Name: t.Variant}
		if t.Err != "" {
			b.fail(v, t.Err, t.Log)
		}
		for _, l := range t.Loads {
			if l.Wrong > 0 {
				b.fail(v, fmt.Sprintf("load %s: %d of %d responses were wrong: %s",
					l.Load, l.Wrong, l.Requests, strings.Join(l.Reasons, "; ")), "")
			}
		}
	}
	b.measured.Trials = append(b.measured.Trials, r.Trials...)
	r.Trials = nil
	b.measured.Rounds = append(b.measured.Rounds, r)
	b.roundsMade = r.Round
}

// stepsOfRound is how many steps of progress a round has: a start of each arm, and each group of loads.
func (b *benchRun) stepsOfRound() int { return len(b.armsOfRound()) + len(b.groups()) }

// steps returns a function that shows the next step of a round.
func (b *benchRun) steps(round int) (next func(what string)) {
	label := fmt.Sprintf("round %d of %d", round, b.plan.Rounds)
	if b.plan.Budget.Within > 0 { // then the number of rounds is open
		label = fmt.Sprintf("round %d", round)
	}
	done, total := (round-1)*b.stepsOfRound(), max(b.plan.Rounds, round)*b.stepsOfRound()
	return func(what string) {
		b.progress.Step(done, total, fmt.Sprintf("%s: %s", label, what))
		done++
	}
}
