package table

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// Differences lists what makes two runs incomparable: where their Envs and plans differ, except for what a comparison
// may be about (the commit) and what does not matter to it (the number and the order of rounds, which variants there
// are, and which checks they are held to).
func Differences(a, b record.Run) []record.Difference {
	a.Plan, b.Plan = byDigest(a.Plan), byDigest(b.Plan)
	return append(record.Differences(a.Env, b.Env, "commit", "dirty"),
		record.Differences(a.Plan, b.Plan,
			"rounds", "seed", "control", "variants", "added", "command", "checks", "unchecked")...)
}

// byDigest is the plan with nothing of somebody's own build but what tells it from others: the same files may have been
// given by another path.
func byDigest(p record.Plan) record.Plan {
	if p.App != nil {
		p.App = &record.App{Digest: p.App.Digest}
	}
	return p
}

// Change is one metric of one arm in two runs.
type Change struct {
	Arm    string
	Metric Metric
	A, B   stat.Interval // in base units, each with its run's own interval
	Factor stat.Interval // from A to B

	// DividedBy is the arm that both runs' values were divided by in each round, to cancel out how fast the machine
	// was; "" for none.
	DividedBy string
}

// Verdict is better, worse, ~ (no difference was detected), or ? (too few rounds to say).
func (c Change) Verdict() string {
	switch {
	case c.Metric.Exact && c.Factor.Lo == c.Factor.Hi && number(c.Factor.Centre) == number(1):
		return "~"
	case c.Metric.Exact && c.Factor.Lo == c.Factor.Hi:
	case !c.Factor.Attained():
		return "?"
	case !stat.Distinguishable(c.Factor):
		return "~"
	}
	if (c.Factor.Centre < 1) == (c.Metric.Better == Lower) {
		return "better"
	}
	return "worse"
}

// Changes compares run b with run a: every metric that is valid in both, of every arm that both have.
//
// The runs share no rounds, and the machine may have been faster in one of them. So where both runs have the same
// baseline, each value is first divided by the baseline's of the same round (turn by turn where both took the same
// turns), except in exact metrics and for the baseline itself. Where the baseline does not get that load, its value for
// the page is used.
func Changes(a, b record.Run) []Change { return changesOf(a, b, Metrics()) }

// changesOf is Changes for these metrics only.
func changesOf(a, b record.Run, metrics []Metric) []Change {
	var changes []Change
	for _, arm := range a.Plan.Variants {
		if !slices.Contains(b.Plan.Variants, arm) {
			continue
		}
		for _, m := range metrics {
			if m.ofImage() && !sameStore(a, b) {
				continue
			}
			if c, ok := changeOf(a, arm, b, arm, m, stat.Confidence); ok {
				changes = append(changes, c)
			}
		}
	}
	return changes
}

// ofImage reports whether the metric is one of images.
func (m Metric) ofImage() bool { return strings.HasPrefix(m.Name, imagePrefix) }

// sameStore reports whether the engines of both runs kept images in the same way. Otherwise they built them in other
// ways, too, and neither layers nor sizes are to be compared.
func sameStore(a, b record.Run) bool { return record.StoreOf(a.Env) == record.StoreOf(b.Env) }

// changeOf compares one metric of an arm in run a with that of an arm in run b, with this confidence; false where one
// of them has no valid value.
func changeOf(a record.Run, arm string, b record.Run, other string, m Metric, confidence float64) (Change, bool) {
	if markOf(a, arm, m) != "" || markOf(b, other, m) != "" {
		return Change{}, false
	}
	of, to := measured(a, arm, m), measured(b, other, m)
	if len(of) == 0 || len(to) == 0 {
		return Change{}, false
	}
	c := Change{Arm: arm, Metric: m, A: of.summary(), B: to.summary()}
	x, y := of.values(), to.values()
	if base := a.Plan.Baseline; base == b.Plan.Baseline && base != arm && !m.Exact {
		by := m
		if len(measured(a, base, by)) == 0 {
			by = ofPage(m)
		}
		byA, byB := of.over(measuredWith(a, base, by, m)), to.over(measuredWith(b, base, by, m))
		if len(byA) > 0 && len(byB) > 0 {
			x, y, c.DividedBy = byA, byB, base
		}
	}
	c.Factor = stat.ShiftAt(x, y, confidence)
	return c, c.Factor.N > 0
}

// ofPage is the same metric of the page or, where that does not exist, the page's median latency.
func ofPage(m Metric) Metric {
	if m.Load == "" {
		return m
	}
	name := page + strings.TrimPrefix(m.Name, m.Load)
	if !slices.ContainsFunc(Metrics(), func(m Metric) bool { return m.Name == name }) {
		name = page + "-p50"
	}
	return metric(name)
}

// Compare writes the changes from run a to run b for a terminal: for each arm the headline metrics, and all others that
// differ; with all, every metric.
func Compare(w io.Writer, a, b record.Run, all bool) error {
	if err := intact(a); err != nil {
		return fmt.Errorf("run A: %w", err)
	}
	if err := intact(b); err != nil {
		return fmt.Errorf("run B: %w", err)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "A  %s\nB  %s\n", origin(a), origin(b))
	changes := Changes(a, b)
	hidden := 0
	for _, arm := range a.Plan.Variants {
		s, left := changeSheet(arm, changes, all)
		hidden += left
		if len(s.rows) == 0 {
			continue
		}
		drawn, err := draw(s, rules())
		if err != nil {
			return fmt.Errorf("render the changes of %s: %w", arm, err)
		}
		out.WriteString("\n" + trimLines(drawn))
	}
	out.WriteByte('\n')
	if len(changes) == 0 {
		out.WriteString("The runs have no measurements in common.\n")
	}
	if !sameStore(a, b) {
		out.WriteString(wrap("", fmt.Sprintf("Images are not compared: the engine of A kept them in another way (%s) "+
			"than that of B (%s).", record.StoreOf(a.Env), record.StoreOf(b.Env))))
	}
	if hidden > 0 {
		out.WriteString(wrap("", fmt.Sprintf("%s without a difference not shown; --all shows "+
			"them.", plural(hidden, "metric"))))
	}
	if i := slices.IndexFunc(changes, func(c Change) bool { return c.DividedBy != "" }); i >= 0 {
		out.WriteString(wrap("", fmt.Sprintf("B/A is the factor from A to B with its confidence interval "+
			"(Hodges–Lehmann estimate, Mann–Whitney interval). Values are first divided by those of %[1]s (baseline) "+
			"in the same round, and turn by turn where both took the same turns, or by its value for the page where "+
			"it does not get that load, so that a faster or slower machine cancels out; only the rows of %[1]s show "+
			"it. ~: the interval includes 1. ?: too few rounds to say.", changes[i].DividedBy)))
	}
	_, err := w.Write(out.Bytes())
	return err
}

// changeSheet shows the changes of one arm, and counts those that it leaves out.
func changeSheet(arm string, changes []Change, all bool) (s sheet, hidden int) {
	headline := map[string]bool{}
	for _, m := range headlineMetrics() {
		headline[m.Name] = true
	}
	s.head = []string{arm, "A", "B", "B/A", ""}
	for _, c := range changes {
		if c.Arm != arm {
			continue
		}
		v := c.Verdict()
		if !all && !headline[c.Metric.Name] && (v == "~" || v == "?") {
			hidden++
			continue
		}
		s.rows = append(s.rows, []string{c.Metric.Name, c.Metric.Show(c.A.Centre), c.Metric.Show(c.B.Centre),
			ShowInterval(c.Factor, Factor), v})
	}
	return s, hidden
}

// origin says which run it is.
func origin(run record.Run) string {
	return fmt.Sprintf("%s, %s, commit %s", run.Started.UTC().Format("2006-01-02 15:04 UTC"),
		plural(rounds(run), "round"), Commit(run))
}

// Alone is the run as if it had measured only the baseline and one arm, which takes the name as. So one arm of a run
// can be compared with a different arm of another run.
func Alone(run record.Run, arm, as string) record.Run {
	base := run.Plan.Baseline
	var trials []record.Trial
	for _, t := range run.Trials {
		switch t.Variant {
		case arm:
			t.Variant = as
			trials = append(trials, t)
		case base:
			trials = append(trials, t)
		}
	}
	run.Trials, run.Plan.Variants = trials, []string{as, base}
	return run
}
