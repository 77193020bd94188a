package bench

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// groups are the plan's loads, in its order. Those of a group take turns with each other.
func (b *benchRun) groups() [][]record.Load { return groups(b.plan.Loads, b.Lab.Local()) }

// groups puts loads that differ only in the container that they ask into one group, if they have slices and the CPU
// time of each slice is counted. Otherwise nobody could tell how much of a container's CPU time belongs to which load.
func groups(loads []record.Load, counted bool) [][]record.Load {
	var all [][]record.Load
	found := map[record.Load]int{}
	for _, l := range loads {
		request := alike(l)
		i, ok := found[request]
		if !ok || l.Slice == 0 || !counted {
			found[request] = len(all)
			all = append(all, []record.Load{l})
			continue
		}
		all[i] = append(all[i], l)
	}
	return all
}

// alike is what a load has in common with those that differ from it only in the container that they ask.
func alike(l record.Load) record.Load {
	l.Name, l.Container, l.Doc = "", "", ""
	return l
}

// taker is an arm that takes turns under a load.
type taker struct {
	*arm
	spec load.Spec
}

// takeTurns makes the loads of a group. All arms that are up take turns under them.
func (b *benchRun) takeTurns(ctx context.Context, group []record.Load, arms []*arm, seed uint64) {
	takers := b.takers(ctx, group, arms)
	before, err := b.count(ctx, takers)
	takers = stillUp(takers)
	if len(takers) == 0 {
		return
	}
	i := load.Interleaved{Slice: group[0].Slice, LeadIn: group[0].LeadIn, Seed: seed}
	for _, t := range takers {
		i.Arms = append(i.Arms, load.Arm{Name: t.variant.Name, Counters: t.running.CounterFiles(), Spec: t.spec})
	}
	var loaded []record.Loaded
	if err == nil {
		loaded, err = b.interleave(ctx, i)
	}
	var after counters
	if err == nil {
		after, err = b.count(ctx, takers)
	}
	if err != nil {
		b.blame(ctx, takers, fmt.Errorf("load %s: %w", group[0].Name, err))
		return
	}
	for n, t := range takers {
		if t.up() {
			b.addCounted(&loaded[n], t, before, after)
			t.trial.Loads = append(t.trial.Loads, loaded[n])
		}
	}
}

// takers are the arms that are up, as far as the loads of a group are for them.
func (b *benchRun) takers(ctx context.Context, group []record.Load, arms []*arm) []taker {
	var takers []taker
	for _, l := range group {
		b.each(ctx, arms, func(ctx context.Context, a *arm) error {
			spec, err := b.specFor(ctx, a, l)
			if err != nil {
				return fmt.Errorf("load %s: %w", l.Name, errors.Join(rig.ExitError(ctx, a.running), err))
			}
			if spec != nil {
				takers = append(takers, taker{a, *spec})
			}
			return nil
		})
	}
	return takers
}

func stillUp(takers []taker) []taker {
	return slices.DeleteFunc(takers, func(t taker) bool { return !t.up() })
}

// blame removes the arms that made the generator fail: those of which a container has exited. If there is none, what
// went wrong counts for all that took turns.
func (b *benchRun) blame(ctx context.Context, took []taker, failure error) {
	exited := map[*arm]error{}
	for _, t := range took {
		if t.up() {
			if err := rig.ExitError(ctx, t.running); err != nil {
				exited[t.arm] = err
			}
		}
	}
	for _, t := range took {
		if err := exited[t.arm]; t.up() && (err != nil || len(exited) == 0) {
			b.remove(ctx, t.arm, errors.Join(err, failure))
		}
	}
}

// takes reports whether a load is for an arm.
func takes(v variants.Variant, l record.Load) bool {
	if v.Kind == variants.Baseline && !baselineAnswers(l) || v.Name == record.ControlArm && l.Once {
		return false
	}
	return l.Container == "" || v.Has(l.Container)
}

// skippedVisit is why variants that do not serve the React app are not visited.
const skippedVisit = "what its home page loads is known only for the React app"

// specFor is what a load sends to an arm; nil if it sends nothing. If that is worth a word, the trial says why.
func (b *benchRun) specFor(ctx context.Context, a *arm, l record.Load) (*load.Spec, error) {
	skip := func(why string) { a.trial.Loads = append(a.trial.Loads, record.Loaded{Load: l.Name, Skipped: why}) }
	switch v := a.variant; {
	case !takes(v, l):
		return nil, nil
	case l.Visit != "" && v.Front != "":
		skip(skippedVisit)
		return nil, nil
	}
	base, err := b.generator.URL(ctx, a.running, cmp.Or(l.Container, a.variant.Entry().Name))
	if err != nil {
		return nil, err
	}
	spec, err := b.spec(ctx, a, l, base)
	if unfit := (notForIt{}); errors.As(err, &unfit) {
		skip(unfit.Error())
		return nil, nil
	}
	return &spec, err
}
