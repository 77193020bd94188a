package table

import (
	"fmt"
	"math"
	"slices"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// History is runs that make one series, in the order in which they began: of one machine and the same limits, with one
// baseline, and with records of one schema, since each schema is of another method.
type History struct{ Runs []Published }

// Histories are those with two runs or more, the one with the newest run first.
func Histories(runs []Published) []History {
	var all []History
	for _, r := range slices.Backward(newestFirst(runs)) {
		i := slices.IndexFunc(all, func(h History) bool { return h.takes(r.Run) })
		if i < 0 {
			i, all = len(all), append(all, History{})
		}
		all[i].Runs = append(all[i].Runs, r)
	}
	all = slices.DeleteFunc(all, func(h History) bool { return len(h.Runs) < 2 })
	slices.SortStableFunc(all, func(a, b History) int { return b.Newest().Started.Compare(a.Newest().Started) })
	return all
}

func (h History) takes(run record.Run) bool {
	own := h.Newest()
	return Title(own) == Title(run) && own.Schema == run.Schema && own.Plan.Baseline == run.Plan.Baseline
}

// Newest is the run that began last.
func (h History) Newest() record.Run { return h.Runs[len(h.Runs)-1].Run }

// Title is the machine, and what the variants were limited to.
func (h History) Title() string { return Title(h.Newest()) }

// Since says in what each run was measured in another way than the one before it, by the rules of compare. The first
// has nothing before it.
func (h History) Since() [][]record.Difference {
	found := make([][]record.Difference, len(h.Runs))
	for i := range found[1:] {
		found[i+1] = Differences(h.Runs[i].Run, h.Runs[i+1].Run)
	}
	return found
}

// Trend is one metric of one arm over the runs of a machine.
type Trend struct {
	Metric Metric
	Arm    string
	Over   string          // the arm whose value each is divided by; "" for none
	Values []stat.Interval // one for each run, in base units or times Over; N is 0 where a run has no valid value
	Levels []Level         // one more than there are change points
}

// Level is a stretch of runs in which no change was found.
type Level struct {
	From, To int     // indexes of its runs: the first, and the one after the last
	Value    float64 // geometric mean of the values
	P        float64 // p-value of the change point at which it begins; 1 for the first level
}

// Trends are those of a metric for all arms that at least two runs have, in the order of the newest run. Values are
// divided by those of the baseline in the same round, so that the machine cancels out; exact metrics and the baseline
// itself are not.
func (h History) Trends(m Metric) []Trend {
	var all []Trend
	for _, arm := range h.Arms() {
		t := Trend{Metric: m, Arm: arm}
		valid := 0
		for _, r := range h.Runs {
			base := r.Run.Plan.Baseline
			var v stat.Interval
			if m.Exact || base == "" || base == arm {
				v = Value(r.Run, arm, m)
			} else {
				v, t.Over = Ratio(r.Run, arm, m, base, m), base
			}
			if v.N > 0 {
				valid++
			}
			t.Values = append(t.Values, v)
		}
		if valid >= 2 {
			t.Levels = levels(t.Values)
			all = append(all, t)
		}
	}
	return all
}

// Arms are those of any run: first those of the newest.
func (h History) Arms() []string {
	var all []string
	for _, r := range slices.Backward(h.Runs) {
		for _, arm := range r.Run.Plan.Variants {
			if !slices.Contains(all, arm) {
				all = append(all, arm)
			}
		}
	}
	return all
}

// levels divides values at their change points, on the scale of logarithms. Those that are not above 0 are left out.
func levels(values []stat.Interval) []Level {
	var logs []float64
	var at []int // index of each among the values
	for i, v := range values {
		if v.N > 0 && v.Centre > 0 {
			logs, at = append(logs, math.Log(v.Centre)), append(at, i)
		}
	}
	if len(logs) == 0 {
		return nil
	}
	all := []Level{{From: at[0], P: 1}}
	begins := []int{0}
	for _, c := range stat.ChangePoints(logs) {
		all, begins = append(all, Level{From: at[c.Index], P: c.P}), append(begins, c.Index)
	}
	for i := range all {
		end := len(logs)
		if all[i].To = at[end-1] + 1; i+1 < len(all) {
			end, all[i].To = begins[i+1], all[i+1].From
		}
		sum := 0.0
		for _, v := range logs[begins[i]:end] {
			sum += v - logs[begins[i]]
		}
		all[i].Value = math.Exp(logs[begins[i]] + sum/float64(end-begins[i]))
	}
	return all
}

// Unit is that of the values as shown: the metric's, or times the baseline.
func (t Trend) Unit() Unit {
	if t.Over == "" {
		return t.Metric.Unit
	}
	return Unit{Name: "times " + t.Over, Per: 1}
}

// Shift says in words how far a change point took the values, and which way: "worse: ×1.12".
func (t Trend) Shift(level int) string {
	factor := t.Levels[level].Value / t.Levels[level-1].Value
	word := "worse"
	if (factor < 1) == (t.Metric.Better == Lower) {
		word = "better"
	}
	return fmt.Sprintf("%s: ×%s", word, Factor(factor))
}

// Commit is the beginning of the commit that a run measured, and whether there were changes beside it.
func Commit(run record.Run) string {
	commit := run.Env.Commit
	if len(commit) > 12 {
		commit = commit[:12]
	}
	if run.Env.Dirty {
		commit += " with uncommitted changes"
	}
	return orElse(commit, "unknown")
}
