package bench

import (
	"context"
	"strings"

	"spabench/harness/internal/record"
	"spabench/variants"
)

// survey finds out, before the rounds, what is not known of added servers: which requests a visit of theirs has, and at
// which rates they and all others can be loaded. A plan without such servers is made as it is. A resumed run goes on by
// the survey that it has.
func (b *benchRun) survey(ctx context.Context) (err error) {
	if len(b.added) == 0 {
		return nil
	}
	if b.measured.Survey = b.earlier.survey; b.measured.Survey == nil {
		b.measured.Survey = new(record.Survey) // what is known of visits is needed to find their rates
		s := b.measured.Survey
		if s.Opened, err = b.openPages(ctx); err != nil {
			return err
		}
		if s.Rates, err = b.fitRates(ctx); err != nil {
			return err
		}
		if err := b.w.Survey(*s); err != nil {
			return err
		}
	}
	b.sayRates()
	b.plan.Loads = b.measured.Loads()
	return nil
}

// sayRates shows what a visit of each added server is, and which rates are not as planned.
func (b *benchRun) sayRates() {
	for _, o := range b.measured.Survey.Opened {
		b.progress.Line("visits of %s: %s", o.Variant, describe(o))
	}
	for _, r := range b.measured.Survey.Rates {
		for _, s := range r.Sustained {
			if line, _, _ := strings.Cut(s.Err, "\n"); line != "" {
				b.progress.Line("%s: the rate that %s keeps up with could not be found: %s", r.Load.Name, s.Variant, line)
			}
		}
		slowest, known := r.Slowest()
		switch {
		case !known:
		case r.Load.Rate < r.Planned:
			b.progress.Line("%s: %d/s for all, not %d/s, because %s keeps up with no more than %d/s",
				r.Load.Name, r.Load.Rate, r.Planned, slowest.Variant, slowest.Rate)
		case r.Load.Given && slowest.Rate < r.Load.Rate:
			b.progress.Line("%s: %d/s as you say, though %s keeps up with no more than %d/s",
				r.Load.Name, r.Load.Rate, slowest.Variant, slowest.Rate)
		}
	}
}

// surveyed are the arms whose rates are looked for, the added servers first. The baseline is known to be faster.
func (b *benchRun) surveyed() []variants.Variant {
	var theirs, ours []variants.Variant
	for _, v := range b.arms() {
		_, built := b.images[v.Name]
		switch {
		case !built || v.Kind == variants.Baseline:
		case v.Kind == variants.Added:
			theirs = append(theirs, v)
		default:
			ours = append(ours, v)
		}
	}
	return append(theirs, ours...)
}
