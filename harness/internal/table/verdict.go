package table

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// standing is one metric's order among the arms that conform, as far as the noise allows one.
type standing struct {
	metric  Metric
	leaders []entrant // cannot be told apart from the best; the best first
	others  []entrant // differ from the best; from the least to the most
}

type entrant struct {
	arm    string
	centre float64
	ratio  stat.Interval // to the best
}

// stand orders the arms by a metric of which less is better. Only arms that conform and were measured rightly take part:
// the floor has no report, so it does not.
func stand(run record.Run, m Metric) standing {
	var all []entrant
	values := map[string]samples{}
	for _, arm := range run.Plan.Variants {
		if c, ok := conformanceOf(run, arm); !ok || !c.ok() || markOf(run, arm, m) != "" {
			continue
		}
		if s := measured(run, arm, m); len(s) > 0 {
			values[arm] = s
			all = append(all, entrant{arm: arm, centre: stat.Summary(s.values()).Centre})
		}
	}
	slices.SortStableFunc(all, func(a, b entrant) int { return cmp.Compare(a.centre, b.centre) })
	s := standing{metric: m}
	for i, e := range all {
		e.ratio = values[e.arm].ratio(values[all[0].arm])
		if i > 0 && e.differs(m) {
			s.others = append(s.others, e)
		} else {
			s.leaders = append(s.leaders, e)
		}
	}
	return s
}

// differs reports whether an arm differs from the best by more than the noise and, where there is none, than is shown.
func (e entrant) differs(m Metric) bool {
	if m.Exact && e.ratio.Lo == e.ratio.Hi {
		return number(e.ratio.Centre) != number(1)
	}
	return stat.Distinguishable(e.ratio)
}

// settled reports whether there were two to compare, and enough rounds to compare them.
func (s standing) settled() bool {
	return len(s.leaders)+len(s.others) > 1 && (s.metric.Exact || s.leaders[0].ratio.Attained())
}

// names are the leaders as a sentence has them.
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
	shown := number(best.centre/s.metric.Unit.Per) + " " + s.metric.Unit.Name
	var parts []string
	switch {
	case len(s.others) == 0:
		parts = []string{fmt.Sprintf("no difference was seen between %s, about %s", s.names(), shown)}
	case len(s.leaders) == 1:
		parts = []string{fmt.Sprintf("%s needs least, %s", best.arm, shown)}
	default:
		parts = []string{fmt.Sprintf("%s need least, about %s, with no difference seen between them", s.names(), shown)}
	}
	for i, e := range s.others {
		part := fmt.Sprintf("%s %s times", e.arm, number(e.ratio.Centre))
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

// headlineMetrics are the metrics that verdicts are about.
func headlineMetrics() []Metric { return Tables()[0].Metrics }

// verdict says in sentences what the run shows outside its noise, and who takes no part in that.
func verdict(run record.Run) []fact {
	var facts []fact
	for _, m := range headlineMetrics() {
		if s := stand(run, m); planned(run, m) && s.settled() {
			facts = append(facts, fact{m.Title, s.String()})
		}
	}
	facts = append(facts, limitVerdict(run)...)
	if run.Plan.Unchecked {
		facts = append(facts, fact{"checks", unchecked + " No order is made of what may not conform."})
	}
	facts = append(facts, controlFacts(run)...)
	facts = append(facts, disturbances(run)...)
	if n := rounds(run); n < enough() {
		facts = append(facts, fact{"noise", fmt.Sprintf("with %s no time can be told from another with confidence; that needs %d.", plural(n, "round"), enough())})
	}
	var out []string
	for _, arm := range run.Plan.Variants {
		if c, ok := conformanceOf(run, arm); ok && !c.ok() || failure(run, arm) != "" && !started(run, arm) {
			out = append(out, arm)
		}
	}
	if len(out) > 0 {
		facts = append(facts, fact{"not compared", list(out) + ", for not conforming or not running: see below."})
	}
	return facts
}

// Settled reports whether a run says all that its headline can: of every arm but the baseline, each ratio to the
// baseline that was measured rightly has an interval of the confidence asked for, and no end of it is further from its
// centre than within, a part of the centre.
func Settled(run record.Run, within float64) bool {
	for _, m := range headlineMetrics() {
		for _, arm := range run.Plan.Variants {
			if m.Exact || arm == run.Plan.Baseline || markOf(run, arm, m) != "" {
				continue
			}
			i := measured(run, arm, m).ratio(measured(run, run.Plan.Baseline, m))
			if !i.Attained() || i.Spread() > within {
				return false
			}
		}
	}
	return true
}
