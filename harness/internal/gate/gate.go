// Package gate holds a recorded run against budgets, so that continuous integration can reject a regression.
//
// Each line of a file is a budget, and all of them must hold:
//
//	embedded-go.page.p99 <= 1.5 * null.page.p99   # a ratio, paired by round
//	fastapi.image.compressed <= 120MB
//	*.start.page <= 2s                            # every variant but the baseline
//	embedded-go.page.capacity >= 5000/s
//	* conformance must                            # no MUST fails; or: should, no MUST and no SHOULD
//
// A measurement breaks its budget only if its entire confidence interval lies beyond the bound. What noise could
// explain breaks nothing, nor do rounds too few for an interval. A metric that was not measured at all breaks its
// budget, because nothing shows that the budget was kept.
package gate

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"spabench/harness/internal/nearest"
	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
	"spabench/harness/internal/table"
	"spabench/harness/spatest"
)

// Budget is one line of a gate.
type Budget struct {
	Line int    // from 1
	Text string // as written, without its comment

	arm         string // "*": every arm but the baseline
	conformance spatest.Level
	metric      table.Metric
	atLeast     bool    // the metric must be at least the bound, instead of at most
	bound       float64 // in the metric's base unit; a factor with to
	to          string  // the arm that the bound is a multiple of; "" for none
	by          table.Metric
}

// Read reads budgets, one per line. Blank lines and comments, which start with #, are ignored. An error names the line.
func Read(r io.Reader) ([]Budget, error) {
	var budgets []Budget
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		text, _, _ := strings.Cut(lines.Text(), "#")
		text = strings.TrimSpace(text)
		if text == "" {
			continue
		}
		b, err := parse(text)
		if err != nil {
			return nil, fmt.Errorf("line %d: %q: %w", n, text, err)
		}
		b.Line, b.Text = n, text
		budgets = append(budgets, b)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(budgets) == 0 {
		return nil, fmt.Errorf("the file contains no budget; a budget is a line such as embedded-go.page.p99 <= 20ms")
	}
	return budgets, nil
}

func parse(text string) (Budget, error) {
	words := strings.Fields(text)
	if len(words) == 3 && words[1] == "conformance" {
		levels := map[string]spatest.Level{"must": spatest.Must, "should": spatest.Should}
		level, ok := levels[words[2]]
		if !ok {
			return Budget{}, fmt.Errorf("conformance %s: give must or should", words[2])
		}
		return Budget{arm: words[0], conformance: level}, nil
	}
	var b Budget
	left, right, ok := strings.Cut(text, "<=")
	if !ok {
		b.atLeast = true
		if left, right, ok = strings.Cut(text, ">="); !ok {
			return b, fmt.Errorf("a budget needs <=, >= or conformance")
		}
	}
	var err error
	if b.arm, b.metric, err = reference(left); err != nil {
		return b, err
	}
	factor, other, multiple := strings.Cut(right, "*")
	if !multiple {
		if _, _, err := reference(right); err == nil {
			factor, other, multiple = "1", right, true
		}
	}
	if !multiple {
		b.bound, err = quantity(strings.TrimSpace(right), b.metric.Unit)
		return b, err
	}
	if b.bound, err = strconv.ParseFloat(strings.TrimSpace(factor), 64); err != nil || b.bound <= 0 {
		return b, fmt.Errorf("%q is not a factor: give a number above 0", strings.TrimSpace(factor))
	}
	if b.to, b.by, err = reference(other); err == nil && b.to == "*" {
		err = fmt.Errorf("say which variant's %s is meant, instead of *", b.by.Name)
	}
	if err == nil && b.by.Unit != b.metric.Unit {
		err = fmt.Errorf("%s and %s have different units", b.metric.Name, b.by.Name)
	}
	return b, err
}

// reference parses an arm and a metric: embedded-go.page.p99 is the metric that CSV calls page-p99.
func reference(text string) (string, table.Metric, error) {
	text = strings.TrimSpace(text)
	arm, name, ok := strings.Cut(text, ".")
	if !ok {
		return "", table.Metric{}, fmt.Errorf("%q: give VARIANT.METRIC, such as embedded-go.page.p99", text)
	}
	name = strings.ReplaceAll(name, ".", "-")
	var names []string
	for _, m := range table.Metrics() {
		if m.Name == name {
			return arm, m, nil
		}
		names = append(names, m.Name)
	}
	return "", table.Metric{}, fmt.Errorf("unknown metric %q%s", name, nearest.Suggestion(name, names))
}

// units are what a bound may be written in, by the metric's base unit.
var units = map[string]map[string]float64{
	"bytes": {"B": 1, "kB": 1e3, "MB": 1e6, "GB": 1e9},
	"ns":    {"ns": 1, "us": 1e3, "µs": 1e3, "ms": 1e6, "s": 1e9},
	"1/s":   {"/s": 1},
	"count": {"": 1},
	"1":     {"%": 0.01},
}

func quantity(text string, u table.Unit) (float64, error) {
	digits := strings.TrimRightFunc(text, func(r rune) bool { return r != '.' && (r < '0' || r > '9') })
	scale, ok := units[u.Base][strings.TrimSpace(text[len(digits):])]
	value, err := strconv.ParseFloat(digits, 64)
	if !ok || err != nil {
		var known []string
		for unit := range units[u.Base] {
			known = append(known, unit)
		}
		slices.Sort(known)
		return 0, fmt.Errorf("%q is not a bound: give a number with a unit, %s", text, strings.Join(known, ", "))
	}
	return value * scale, nil
}

// Result says whether one arm kept one budget.
type Result struct {
	Budget Budget
	Arm    string
	Broken bool
	Says   string // what was measured, with its interval
}

// Hold holds a run against budgets. It fails when a budget names an arm that the run does not have.
func Hold(run record.Run, budgets []Budget) ([]Result, error) {
	var results []Result
	for _, b := range budgets {
		arms := []string{b.arm}
		if b.arm == "*" {
			isBaseline := func(arm string) bool { return arm == run.Plan.Baseline }
			arms = slices.DeleteFunc(slices.Clone(run.Plan.Variants), isBaseline)
		}
		for _, arm := range append(arms, b.to) {
			if arm != "" && !slices.Contains(run.Plan.Variants, arm) {
				return nil, fmt.Errorf("line %d: %q: the run has no variant %s; it has %s",
					b.Line, b.Text, arm, strings.Join(run.Plan.Variants, ", "))
			}
		}
		for _, arm := range arms {
			if b.metric.Name == "" {
				results = append(results, b.conforms(run, arm))
			} else {
				results = append(results, b.measures(run, arm))
			}
		}
	}
	return results, nil
}

func (b Budget) measures(run record.Run, arm string) Result {
	r := Result{Budget: b, Arm: arm}
	var i stat.Interval
	show, times := b.metric.Show, ""
	if b.to == "" {
		i = table.Value(run, arm, b.metric)
	} else {
		i = table.Ratio(run, arm, b.metric, b.to, b.by)
		show, times = table.Factor, " times"
	}
	if i.N == 0 {
		r.Broken, r.Says = true, "was not measured"
		return r
	}
	r.Says = table.ShowInterval(i, show) + times
	beyond := i.Lo > b.bound
	if b.atLeast {
		beyond = i.Hi < b.bound
	}
	switch {
	case b.metric.Exact || i.Attained():
		r.Broken = beyond
	case beyond:
		r.Says += ", but " + i.Warning
	}
	return r
}

func (b Budget) conforms(run record.Run, arm string) Result {
	r := Result{Budget: b, Arm: arm}
	n := slices.IndexFunc(run.Conformance, func(c record.Conformance) bool { return c.Variant == arm })
	switch {
	case n < 0:
		r.Broken, r.Says = true, "was not checked"
		return r
	case run.Conformance[n].Err != "":
		r.Broken, r.Says = true, "could not be checked: "+run.Conformance[n].Err
		return r
	}
	var failed []string
	for _, o := range run.Conformance[n].Report.Outcomes {
		counts := o.Level == spatest.Must || o.Level == b.conformance
		if counts && o.Waived == "" && o.Verdict != spatest.Passed && o.Verdict != spatest.Skipped {
			failed = append(failed, fmt.Sprintf("%s (%s)", o.Check, o.Verdict))
		}
	}
	r.Broken, r.Says = len(failed) > 0, "conforms"
	if r.Broken {
		r.Says = strings.Join(failed, ", ")
	}
	return r
}
