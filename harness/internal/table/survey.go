package table

import (
	"fmt"
	"strings"

	"spabench/harness/internal/record"
)

// surveyFacts say what was found out about added servers before the rounds: what their visits are, and which rates were
// too high for the slowest.
func surveyFacts(run record.Run) []fact {
	if run.Survey == nil {
		return nil
	}
	var facts []fact
	for _, o := range run.Survey.Opened {
		facts = append(facts, fact{"Visits", visitsOf(o)})
	}
	for _, r := range run.Survey.Rates {
		if text := rateOf(r); text != "" {
			facts = append(facts, fact{"Rate", text})
		}
	}
	return facts
}

// visitsOf says what a first visit of an added server requests, and what it leaves out.
func visitsOf(o record.Opened) string {
	if o.Err != "" {
		return fmt.Sprintf("%s has none, because %s", o.Variant, firstLine(o.Err))
	}
	requests := 0
	for _, wave := range o.Waves {
		requests += len(wave)
	}
	text := fmt.Sprintf("a first visit to %s of %s makes %s in %s, as Chromium made them when the run began", o.Path,
		o.Variant, plural(requests, "request"), plural(len(o.Waves), "wave"))
	if o.Browser != "" {
		text = fmt.Sprintf("a first visit to %s of %s makes %s: the page, and what it refers to, because no browser "+
			"could be asked (%s)", o.Path, o.Variant, plural(requests, "request"), firstLine(o.Browser))
	}
	if len(o.LeftOut) == 0 {
		return text
	}
	var left []string
	for _, l := range o.LeftOut {
		left = append(left, fmt.Sprintf("%s (%s)", l.URL, firstLine(l.Why)))
	}
	return fmt.Sprintf("%s; left out: %s", text, strings.Join(left, ", "))
}

// rateOf says why a load has another rate than planned, or should have; "" if neither is so.
func rateOf(r record.Rate) string {
	var out []string
	for _, s := range r.Sustained {
		if s.Rate == 0 && s.Err == "" {
			out = append(out, s.Variant+" kept up with no rate that was tried")
		}
	}
	text := ""
	slowest, known := r.Slowest()
	switch {
	case !known:
	case r.Load.Rate < r.Planned:
		text = fmt.Sprintf("%s has %d/s for all, and not %d/s as planned, because %s keeps up with no more than "+
			"%d/s, and half of that leaves it headroom",
			r.Load.Name, r.Load.Rate, r.Planned, slowest.Variant, slowest.Rate)
	case r.Load.Given && slowest.Rate < r.Load.Rate:
		text = fmt.Sprintf("%s has %d/s as given, though %s keeps up with no more than %d/s",
			r.Load.Name, r.Load.Rate, slowest.Variant, slowest.Rate)
	}
	for _, more := range append(unknownRates(r), out...) {
		if text == "" {
			text = r.Load.Name
		}
		text += "; " + more
	}
	return text
}

// unknownRates say of which arms it is not known what they keep up with, and why.
func unknownRates(r record.Rate) []string {
	var all []string
	for _, s := range r.Sustained {
		if s.Err != "" {
			all = append(all, fmt.Sprintf("it is not known what %s keeps up with (%s)", s.Variant, firstLine(s.Err)))
		}
	}
	return all
}
