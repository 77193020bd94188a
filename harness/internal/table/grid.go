package table

import (
	"slices"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// grid is a table filled from one run, before it is drawn.
type grid struct {
	table      Table
	confidence float64 // of each comparison
	columns    []column
	rows       []row
	notes      []string // why something is missing or marked, in a sentence each
}

type column struct {
	metric    Metric
	reference string // the arm that ratios are taken to; "" when there is none to compare with
}

type row struct {
	arm      string
	checks   string // "20/20", "" without a report
	fails    bool   // at least one check, and not only because of somebody's own build
	conforms bool   // passes all checks, or has a reason not to
	cells    []cell
}

// cell is one metric of one arm over all rounds.
type cell struct {
	value     stat.Interval // N is 0 when it was never measured
	ratio     stat.Interval // to the reference, in the same rounds; N is 0 when the two are not compared
	more      forecast      // of the ratio
	reference bool          // this is the cell that ratios are taken to
	mark      mark
}

// mark says why a value is shown but not compared.
type mark string

const (
	wrong mark = "!" // some answers were not the right ones
	late  mark = "†" // the load generator was late
	bound mark = "‡" // the load generator was the limit
)

// word is the mark for programs; "" without a mark.
func (m mark) word() string {
	switch m {
	case wrong:
		return "wrong"
	case late:
		return "late"
	case bound:
		return "generator-bound"
	}
	return string(m)
}

// differs reports whether a ratio shows a difference, and whether there were enough rounds to say so.
func (m Metric) differs(ratio stat.Interval) (differs, known bool) {
	if m.Exact {
		return ratio.Centre != 1, true
	}
	return stat.Distinguishable(ratio), ratio.Attained()
}

// arrange makes the grid of a table from the run.
func arrange(run record.Run, t Table) grid {
	g := grid{table: t, confidence: confidenceIn(run, t)}
	for _, arm := range run.Plan.Variants {
		r := row{arm: arm}
		if c, ok := conformanceOf(run, arm); ok {
			r.checks, r.conforms, r.fails = c.String(), c.ok(), !c.comparable()
		}
		g.rows = append(g.rows, r)
	}
	for _, m := range t.Metrics {
		c, cells := fill(run, m, g.confidence)
		g.columns = append(g.columns, c)
		for i := range g.rows {
			g.rows[i].cells = append(g.rows[i].cells, cells[i])
		}
	}
	g.notes = notes(run, g)
	return g
}

// fill makes one column: every arm's value, mark, and ratio to the reference with this confidence.
func fill(run record.Run, m Metric, confidence float64) (column, []cell) {
	arms := run.Plan.Variants
	cells := make([]cell, len(arms))
	values := make([]samples, len(arms))
	for i, arm := range arms {
		values[i] = measured(run, arm, m)
		cells[i] = cell{value: values[i].summary(), mark: markOf(run, arm, m)}
	}
	comparable := func(i int) bool { return i >= 0 && cells[i].value.N > 0 && cells[i].mark == "" }
	ref := referenceOf(run, comparable)
	if ref < 0 {
		return column{metric: m}, cells
	}
	for i := range arms {
		if comparable(i) && Comparable(run, arms[i], arms[ref]) {
			ratios := values[i].over(values[ref])
			cells[i].ratio = stat.Factor(ratios, confidence)
			if !m.Exact {
				cells[i].more = foretell(ratios, confidence)
			}
			cells[i].reference = i == ref
		}
	}
	return column{metric: m, reference: arms[ref]}, cells
}

// referenceOf is the number of the arm that ratios are taken to: the baseline or, where that has no valid value, the
// first arm that has one, with our variants before servers that serve another app. It is -1 if there is none.
func referenceOf(run record.Run, comparable func(arm int) bool) int {
	if i := slices.Index(run.Plan.Variants, run.Plan.Baseline); comparable(i) {
		return i
	}
	another := -1
	for i, arm := range run.Plan.Variants {
		switch {
		case !comparable(i):
		case !ofAnotherApp(run, arm):
			return i
		case another < 0:
			another = i
		}
	}
	return another
}

// Comparable reports whether a ratio of two arms compares ways of serving, and not apps: both serve the same app, or
// one of them is the baseline, which is what everything is measured against.
func Comparable(run record.Run, arm, reference string) bool {
	return reference == run.Plan.Baseline || ofAnotherApp(run, arm) == ofAnotherApp(run, reference)
}

// markOf says why the metric of an arm must not be compared; "" when it may be.
func markOf(run record.Run, arm string, m Metric) mark {
	if m.Name == kneeMetric().Name && kneeGeneratorBound(run, arm) {
		return bound
	}
	if m.Load == "" {
		return ""
	}
	if bad, _, _ := wrongAnswers(run, arm, m.Load); bad > 0 {
		return wrong
	}
	switch {
	case m.Quantile == 0: // the other marks concern latencies only
	case lag(run, arm, m) > lateAbove:
		return late
	case generatorBound(run, arm, m.Load) != "":
		return bound
	}
	return ""
}

// wrongAnswers counts the wrong answers under a load over all rounds, and gives one of the reasons.
func wrongAnswers(run record.Run, arm, load string) (bad, requests uint64, reason string) {
	for _, t := range run.Trials { // including those that, before schema 4, were repeated
		for _, l := range t.Loads {
			if t.Variant != arm || l.Load != load {
				continue
			}
			bad += l.Wrong
			requests += l.Requests
			if reason == "" && len(l.Reasons) > 0 {
				reason = firstLine(l.Reasons[0])
			}
		}
	}
	return bad, requests, reason
}

// lateAbove is the lag, in nanoseconds, above which a latency says as much about the generator as about the server.
const lateAbove = 1e6

// lag is the generator's lag at the metric's own quantile: the median over the rounds, in nanoseconds.
func lag(run record.Run, arm string, m Metric) float64 {
	return stat.Summary(measured(run, arm, ofLoad(m.Load, Metric{}, func(l record.Loaded) (float64, bool) {
		d, ok, err := stat.Quantile(string(l.Lag), m.Quantile)
		return float64(d), ok && err == nil
	})).values()).Centre
}
