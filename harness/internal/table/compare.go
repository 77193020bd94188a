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

// Differences lists what the two runs' Env and plans differ in, but for what a comparison may be about (the commit) and
// what it allows for (the number and the order of rounds, which variants there are, and what is checked of them).
func Differences(a, b record.Run) []record.Difference {
	return append(record.Differences(a.Env, b.Env, "commit", "dirty"),
		record.Differences(a.Plan, b.Plan, "rounds", "seed", "control", "variants", "command", "checks", "unchecked")...)
}

// Change is one metric of one arm in two runs.
type Change struct {
	Arm    string
	Metric Metric
	A, B   stat.Interval // in base units, each with its run's own interval
	Factor stat.Interval // that takes A to B
	To     string        // the arm that both runs' values were divided by in each round, to take out what the machine did; "" for none
}

// Verdict is better, worse, ~ (no difference was seen), or ? (too few rounds to say).
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

// Changes compares run b with run a: every metric that both measured rightly, of every arm that both have.
//
// The runs share no rounds, and the machine may have been faster in one of them. So where both runs measured their
// baseline, each value is first divided by the baseline's of the same round, but for exact metrics and for the baseline
// itself; where the baseline has not that load, by what it has of the page.
func Changes(a, b record.Run) []Change { return changesOf(a, b, Metrics()) }

// changesOf is Changes for these metrics alone.
func changesOf(a, b record.Run, metrics []Metric) []Change {
	var changes []Change
	for _, arm := range a.Plan.Variants {
		if !slices.Contains(b.Plan.Variants, arm) {
			continue
		}
		for _, m := range metrics {
			if markOf(a, arm, m) != "" || markOf(b, arm, m) != "" {
				continue
			}
			of, to := measured(a, arm, m), measured(b, arm, m)
			if len(of) == 0 || len(to) == 0 {
				continue
			}
			c := Change{Arm: arm, Metric: m, A: stat.Summary(of.values()), B: stat.Summary(to.values())}
			if base := a.Plan.Baseline; base == b.Plan.Baseline && base != arm && !m.Exact {
				by := m
				if len(measured(a, base, by)) == 0 {
					by = ofPage(m)
				}
				x, y := of.over(measured(a, base, by)), to.over(measured(b, base, by))
				if len(x) > 0 && len(y) > 0 {
					of, to, c.To = x, y, base
				}
			}
			if c.Factor = stat.Shift(of.values(), to.values()); c.Factor.N > 0 {
				changes = append(changes, c)
			}
		}
	}
	return changes
}

// ofPage is the same metric of the page, or else its median latency.
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

// over divides by another arm's values of the same rounds.
func (s samples) over(by samples) samples {
	quotients := samples{}
	for round, v := range s {
		if d := by[round]; d > 0 {
			quotients[round] = v / d
		}
	}
	return quotients
}

// Compare writes the changes from run a to run b for a terminal: of each arm the headline's metrics, and every other
// that differs; with all, every metric.
func Compare(w io.Writer, a, b record.Run, all bool) error {
	if err := intact(a); err != nil {
		return fmt.Errorf("run A: %w", err)
	}
	if err := intact(b); err != nil {
		return fmt.Errorf("run B: %w", err)
	}
	var out bytes.Buffer
	fmt.Fprintf(&out, "A  %s\nB  %s\n", origin(a), origin(b))
	headline := map[string]bool{}
	for _, m := range headlineMetrics() {
		headline[m.Name] = true
	}
	changes := Changes(a, b)
	hidden := 0
	divided := ""
	for _, arm := range a.Plan.Variants {
		s := sheet{head: []string{arm, "A", "B", "B/A", ""}}
		for _, c := range changes {
			if c.Arm != arm {
				continue
			}
			v := c.Verdict()
			if !all && !headline[c.Metric.Name] && (v == "~" || v == "?") {
				hidden++
				continue
			}
			if c.To != "" {
				divided = c.To
			}
			s.rows = append(s.rows, []string{c.Metric.Name, c.Metric.Show(c.A.Centre), c.Metric.Show(c.B.Centre), ShowInterval(c.Factor, Factor), v})
		}
		if len(s.rows) == 0 {
			continue
		}
		drawn, err := draw(s, rules())
		if err != nil {
			return fmt.Errorf("draw the changes of %s: %w", arm, err)
		}
		out.WriteString("\n" + trimLines(drawn))
	}
	out.WriteByte('\n')
	if len(changes) == 0 {
		out.WriteString("The runs have no measurement in common.\n")
	}
	if hidden > 0 {
		out.WriteString(wrap("", fmt.Sprintf("%s without a difference not shown; --all shows them.", plural(hidden, "metric"))))
	}
	if divided != "" {
		out.WriteString(wrap("", fmt.Sprintf("B/A is the factor from A to B with its interval (Hodges and Lehmann, Mann and Whitney), of values divided by those of %[1]s in the same round (of its page, where it has not that load): what the machine did meanwhile is taken out, and %[1]s alone shows it. ~: the interval includes 1. ?: too few rounds to say.", divided)))
	}
	_, err := w.Write(out.Bytes())
	return err
}

// origin says which run it is.
func origin(run record.Run) string {
	commit := run.Env.Commit
	if len(commit) > 12 {
		commit = commit[:12]
	}
	if run.Env.Dirty {
		commit += " with changes not committed"
	}
	return fmt.Sprintf("%s, %s, commit %s", run.Started.UTC().Format("2006-01-02 15:04 UTC"), plural(rounds(run), "round"), orElse(commit, "unknown"))
}

// Alone is the run as if it had measured one arm, by the name of another, and the baseline. So an arm of one run can be
// compared with another one of a second.
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
