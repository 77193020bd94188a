package bench

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

const (
	// headroom is how many times the rate of a load the slowest arm could answer: it leaves half of one CPU, as the
	// plan's rates do for our variants.
	headroom = 2

	fitStep = 300 * time.Millisecond // how long a rate is tried, if that is enough for some requests

	mostStretch = 5 // times as long as planned a slice lasts at most, at a lower rate
	leastInTurn = 5 // requests in a slice, or it lasts even longer
)

// lowestRate is where the search for a rate ends.
func lowestRate(planned int) int { return max(1, planned/100) }

// highestRate is the rate at which a server has the headroom. Beyond what the generator is trusted with, nobody can
// tell.
func (b *benchRun) highestRate(l record.Load) int {
	highest := headroom * l.Rate
	if c, known := b.ceilings[l.Name]; known && c.Err == "" {
		highest = min(highest, max(int(c.Trusted()), l.Rate))
	}
	return highest
}

// fitRates finds the rate of each load that the added servers get: the plan's, or the highest at which the slowest arm
// has headroom. One arm is up at a time.
func (b *benchRun) fitRates(ctx context.Context) ([]record.Rate, error) {
	found := map[string][]record.Sustained{}
	for _, v := range b.surveyed() {
		if v.Kind != variants.Added && len(found) == 0 {
			break // no added server gets any load
		}
		b.progress.Line("finding the rates that %s keeps up with", v.Name)
		a := b.start(ctx, v, 0, 0)
		b.each(ctx, []*arm{a}, b.join)
		for _, l := range b.plan.Loads {
			_, theirs := found[l.Name]
			if !a.up() || l.Container != "" || v.Kind != variants.Added && !theirs {
				continue
			}
			b.each(ctx, []*arm{a}, func(ctx context.Context, a *arm) error {
				s, err := b.sustained(ctx, a, l)
				if s != nil {
					found[l.Name] = append(found[l.Name], *s)
				}
				return err
			})
		}
		b.remove(ctx, a, nil)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	var rates []record.Rate
	for _, l := range b.plan.Loads {
		if all := found[l.Name]; len(all) > 0 {
			rates = append(rates, fitted(b.plan.Loads, l, all, b.highestRate(l))...)
		}
	}
	return rates, nil
}

// sustainFile is where the generator's container gets what it is to search for: a visit may be too long for an
// argument.
const sustainFile = "/sustain.json"

// sustained searches for the rate that an arm keeps up with; nil if the load is not for it. An error is that of the
// arm, and part of what is found.
func (b *benchRun) sustained(ctx context.Context, a *arm, l record.Load) (*record.Sustained, error) {
	spec, err := b.specFor(ctx, a, l)
	if err != nil || spec == nil {
		return nil, err
	}
	spec.Duration = fitStep
	search := load.Sustain{Spec: *spec, Lowest: lowestRate(l.Rate), Highest: b.highestRate(l)}
	text, err := json.Marshal(search)
	if err == nil {
		err = b.generator.Write(ctx, sustainFile, text)
	}
	var found record.Sustained
	if err == nil {
		err = b.generateFrom(ctx, "sustain", sustainFile, search.Longest(), &found)
	}
	if found.Variant = a.variant.Name; err != nil {
		err = errors.Join(rig.ExitError(ctx, a.running), err)
		found.Err = err.Error()
	}
	return &found, err
}

// fitted is the rate of a load for arms that sustain these rates, and that of each load which differs from it only in
// the container that it asks. Rates that reach the highest that was tried are not limits of the arms.
func fitted(loads []record.Load, l record.Load, all []record.Sustained, highest int) []record.Rate {
	r := record.Rate{Load: l, Planned: l.Rate, Sustained: all}
	slowest, known := r.Slowest()
	if !known || slowest.Rate >= highest || l.Given {
		return []record.Rate{r}
	}
	rate := min(l.Rate, max(1, twoDigits(slowest.Rate/headroom)))
	if r.Load = atRate(l, rate); rate == l.Rate {
		return []record.Rate{r}
	}
	rates := []record.Rate{r}
	for _, other := range loads {
		if other.Name != l.Name && alike(other) == alike(l) {
			rates = append(rates, record.Rate{Load: atRate(other, rate), Planned: other.Rate})
		}
	}
	return rates
}

// twoDigits rounds down to two significant digits.
func twoDigits(n int) int {
	unit := 1
	for n/unit >= 100 {
		unit *= 10
	}
	return n / unit * unit
}

// atRate is a load at another rate. At a lower one its slices are longer, so that each has as many requests as before;
// but at most five times as long, as long as it has a few. The lead-in and the warm-up have a request at least.
func atRate(l record.Load, rate int) record.Load {
	stretch := min(float64(l.Rate)/float64(rate), mostStretch)
	if l.Rate = rate; stretch <= 1 {
		return l
	}
	apart := time.Second / time.Duration(rate)
	longer := func(d time.Duration, requests int, unit time.Duration) time.Duration {
		needed := max(time.Duration(stretch*float64(d)), time.Duration(requests)*apart)
		return (needed + unit - 1).Truncate(unit)
	}
	l.Warmup = longer(l.Warmup, 1, time.Millisecond)
	if l.Slice == 0 {
		l.Duration = longer(l.Duration, leastInTurn, 10*time.Millisecond)
		return l
	}
	turns := l.Duration / l.Slice
	l.Slice, l.LeadIn = longer(l.Slice, leastInTurn, 10*time.Millisecond), longer(l.LeadIn, 1, time.Millisecond)
	l.Duration = turns * l.Slice
	return l
}

// overwhelms reports whether an arm was found to keep up with no rate of a load.
func (b *benchRun) overwhelms(l record.Load, v variants.Variant) bool {
	if b.measured.Survey == nil {
		return false
	}
	name := v.Name
	if name == record.ControlArm {
		name = b.plan.Control
	}
	return slices.ContainsFunc(b.measured.Survey.Rates, func(r record.Rate) bool {
		return r.Load.Name == l.Name && slices.ContainsFunc(r.Sustained, func(s record.Sustained) bool {
			return s.Variant == name && s.Rate == 0 && s.Err == ""
		})
	})
}
