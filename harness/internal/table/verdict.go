package table

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// standing is the order of the conforming arms in one metric, as far as noise allows one.
type standing struct {
	metric  Metric
	leaders []entrant // indistinguishable from the best, which comes first
	others  []entrant // different from the best, in ascending order
}

type entrant struct {
	arm    string
	centre float64
	ratio  stat.Interval // to the best
}

// stand orders the arms by a metric of which less is better. Only arms that conform and have valid values take part;
// what all of them fail on somebody's own build rules none of them out.
// The baseline has no conformance report, so it does not; and servers of another app only take part if all are such. The comparisons with the best are those of
// HeadlineConfidence.
func stand(run record.Run, m Metric) standing {
	var all []entrant
	values := map[string]samples{}
	for _, arm := range run.Plan.Variants {
		c, ok := conformanceOf(run, arm)
		if !ok || !c.comparable() || markOf(run, arm, m) != "" || ofAnotherApp(run, arm) {
			continue
		}
		if s := measured(run, arm, m); len(s) > 0 {
			values[arm] = s
			all = append(all, entrant{arm: arm, centre: s.summary().Centre})
		}
	}
	s := standing{metric: m}
	best := bestFirst(all, values)
	for i, e := range all {
		e.ratio = values[e.arm].ratio(values[best], HeadlineConfidence(run))
		switch {
		case i > 0 && e.differs(m):
			s.others = append(s.others, e)
		case i == 0 || m.Exact || e.ratio.Attained(): // otherwise, it has too few rounds in common with the best
			s.leaders = append(s.leaders, e)
		}
	}
	return s
}

// ofAnotherApp reports whether an arm was added to variants that all serve one app: what it needs depends on its own app,
// so it is not ranked among them.
func ofAnotherApp(run record.Run, arm string) bool {
	ours := len(run.Plan.Variants) - len(run.Plan.Added)
	if slices.Contains(run.Plan.Variants, run.Plan.Baseline) {
		ours--
	}
	return ours > 0 && slices.ContainsFunc(run.Plan.Added, func(a record.Added) bool { return a.Name == arm })
}

// bestFirst sorts the arms by their values, and returns the first of them. One that is lower than that in the same
// turns, and not only by noise, comes first instead.
func bestFirst(all []entrant, values map[string]samples) (best string) {
	slices.SortStableFunc(all, func(a, b entrant) int { return cmp.Compare(a.centre, b.centre) })
	lowest, place := 1.0, 0
	for i, e := range all {
		if r := values[e.arm].ratio(values[all[0].arm], stat.Confidence); stat.Distinguishable(r) && r.Centre < lowest {
			lowest, place = r.Centre, i
		}
	}
	if len(all) == 0 {
		return ""
	}
	first := all[place]
	copy(all[1:], all[:place])
	all[0] = first
	return first.arm
}

// differs reports whether an arm differs from the best by more than noise or, in an exact metric, in the digits shown.
func (e entrant) differs(m Metric) bool {
	if m.Exact && e.ratio.Lo == e.ratio.Hi {
		return number(e.ratio.Centre) != number(1)
	}
	return stat.Distinguishable(e.ratio)
}

// settled reports whether there were at least two arms to compare, and enough rounds to compare them.
func (s standing) settled() bool {
	return len(s.leaders)+len(s.others) > 1 && (s.metric.Exact || s.leaders[0].ratio.Attained())
}

// names lists the leaders for a sentence.
func (s standing) names() string {
	var names []string
	for _, e := range s.leaders {
		names = append(names, e.arm)
	}
	return list(names)
}

// String is the standing as a sentence.
func (s standing) String() string {
	best := s.leaders[0]
	shown := s.shown(best)
	var parts []string
	switch {
	case len(s.others) == 0:
		parts = []string{fmt.Sprintf("no difference was detected between %s, at about %s", s.names(), shown)}
	case len(s.leaders) == 1:
		parts = []string{fmt.Sprintf("%s is lowest, at %s", best.arm, shown)}
	default:
		var others []string
		for _, e := range s.leaders[1:] {
			others = append(others, fmt.Sprintf("%s (%s)", e.arm, s.shown(e)))
		}
		parts = []string{fmt.Sprintf("%s is lowest, at %s; no difference from it was detected for %s",
			best.arm, shown, list(others))}
	}
	for i, e := range s.others {
		part := fmt.Sprintf("%s, %s times", e.arm, number(e.ratio.Centre))
		if i == 0 {
			part = fmt.Sprintf("%s needs %s times as much", e.arm, number(e.ratio.Centre))
		}
		if e.ratio.Lo != e.ratio.Hi {
			part += fmt.Sprintf(" [%s, %s]", number(e.ratio.Lo), number(e.ratio.Hi))
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, "; ") + "."
}

// shown is the value of one of them, with its unit.
func (s standing) shown(e entrant) string {
	return number(e.centre/s.metric.Unit.Per) + " " + s.metric.Unit.Name
}

// headlineMetrics are the metrics that the verdict is about.
func headlineMetrics() []Metric { return Tables()[0].Metrics }

// verdict says in sentences what the run shows beyond its noise, and which variants are not compared.
func verdict(run record.Run) []fact {
	facts := appFacts(run)
	noisy := false
	for _, m := range headlineMetrics() {
		if s := stand(run, m); planned(run, m) && s.settled() {
			facts = append(facts, fact{m.Title, s.String()})
			noisy = noisy || !m.Exact
		}
	}
	if noisy {
		facts = append(facts, fact{"confidence", together(run)})
	}
	facts = append(facts, limitVerdict(run)...)
	if run.Plan.Unchecked {
		facts = append(facts, fact{"checks", unchecked + " Variants that may not conform are not ranked."})
	}
	facts = append(facts, controlFacts(run)...)
	facts = append(facts, idleFacts(run)...)
	if rounds(run) == 1 {
		facts = append(facts, fact{"noise",
			"one round cannot show with confidence that two variants differ; that takes two."})
	}
	var out []string
	for _, arm := range run.Plan.Variants {
		if c, ok := conformanceOf(run, arm); ok && !c.comparable() || failure(run, arm) != "" && !started(run, arm) {
			out = append(out, arm)
		}
	}
	if len(out) > 0 {
		facts = append(facts, fact{"not compared",
			list(out) + ", because of failed checks or failed starts: see below."})
	}
	return append(facts, addedFacts(run)...)
}

// addedFacts say which servers are somebody's own, and that they are not ranked among variants of another app.
func addedFacts(run record.Run) []fact {
	var facts []fact
	for _, a := range run.Plan.Added {
		text := a.Name + " is " + a.Server
		switch another := ofAnotherApp(run, a.Name); {
		case another && run.Plan.App != nil:
			text += "; whether it serves the same build as the variants is not known, and it is not ranked among them"
		case another:
			text += "; it serves another app than the variants, and is not ranked among them"
		}
		facts = append(facts, fact{"added", text + "."})
	}
	return facts
}

// together says how the verdicts' confidence is meant.
func together(run record.Run) string {
	return fmt.Sprintf("headline verdicts have simultaneous %.0f%% confidence (Bonferroni over %s: each interval has "+
		"%s).", 100*stat.Confidence, plural(comparisons(run), "comparison"), asConfidence(HeadlineConfidence(run)))
}

// Settled reports whether more rounds would add little to the headline: every valid ratio to the baseline has an
// interval of HeadlineConfidence, and neither end of it is farther from its centre than the fraction within of the
// centre.
func Settled(run record.Run, within float64) bool {
	for _, m := range headlineMetrics() {
		for _, arm := range run.Plan.Variants {
			values := measured(run, arm, m)
			if m.Exact || arm == run.Plan.Baseline || markOf(run, arm, m) != "" || len(values) == 0 {
				continue
			}
			i := values.ratio(measured(run, run.Plan.Baseline, m), HeadlineConfidence(run))
			if !i.Attained() || i.Spread() > within {
				return false
			}
		}
	}
	return true
}
