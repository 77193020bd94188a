package table

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// plannedTrials is how many trials the plan has.
func plannedTrials(p record.Plan) int {
	arms := len(p.Variants)
	if p.Control != "" {
		arms++
	}
	return p.Rounds * arms
}

// controlRatio is the ratio of the control to the same variant under its own name, paired by round. It is false where
// there is no control, or where the two may differ for a reason or cannot differ at all.
func controlRatio(run record.Run, m Metric) (stat.Interval, bool) {
	once := func(l record.Load) bool { return l.Once }
	if run.Plan.Control == "" || m.Exact || ofAllLoads[m.Name] && slices.ContainsFunc(run.Plan.Loads, once) {
		return stat.Interval{}, false
	}
	i := measured(run, record.ControlArm, m).ratio(measured(run, run.Plan.Control, m))
	return i, i.N > 0
}

// ofAllLoads are the metrics that depend on which loads there were. They differ for a reason where the control does not
// get all loads.
var ofAllLoads = map[string]bool{"memory-loaded": true, "memory-peak": true}

// unseen is the largest relative difference that could hide in an interval around 1.
func unseen(i stat.Interval) float64 { return max(i.Hi-1, 1-i.Lo) }

// controlled are the metrics of the A/A test: those that the run's verdicts rest on.
func controlled() []Metric {
	var list []Metric
	for _, name := range []string{
		"start-page", "page-p50", "page-p99", "page-cpu", "deep-link-cpu", "asset-cpu", "api-p50", "api-cpu",
		"memory-idle", "memory-loaded",
	} {
		list = append(list, metric(name))
	}
	return list
}

// controlSheet is the table of the A/A test.
func controlSheet(run record.Run) sheet {
	s := sheet{head: []string{"metric", run.Plan.Control, "control", "ratio", "differs"}}
	for _, m := range controlled() {
		i, ok := controlRatio(run, m)
		if !ok {
			continue
		}
		differs := "~"
		switch {
		case !i.Attained():
			differs = "?"
		case stat.Distinguishable(i):
			differs = "yes"
		}
		once := stat.Summary(measured(run, run.Plan.Control, m).values())
		again := stat.Summary(measured(run, record.ControlArm, m).values())
		s.rows = append(s.rows, []string{
			m.Name, m.Show(once.Centre), m.Show(again.Centre), ShowInterval(i, number), differs,
		})
	}
	return s
}

// A run is noisy when its A/A test could hide a difference larger than this.
const (
	noisyCPU = 0.05 // of the CPU time per page
	noisyP50 = 0.10 // of the page's median latency
)

// aaTest labels what the control shows.
const aaTest = "A/A test"

// controlFacts says what the A/A test shows about the run's noise, if there were enough rounds to show anything.
func controlFacts(run record.Run) []fact {
	var differs, within, noisy []string
	for _, m := range headlineMetrics() {
		i, ok := controlRatio(run, m)
		switch {
		case !ok || !i.Attained():
		case stat.Distinguishable(i):
			differs = append(differs, fmt.Sprintf("%s, by a factor of %s", m.Title, ShowInterval(i, number)))
		default:
			within = append(within, fmt.Sprintf("±%.0f%% in %s", 100*unseen(i), m.Title))
		}
	}
	if i, ok := controlRatio(run, metric("page-cpu")); ok && i.Attained() && unseen(i) > noisyCPU {
		noisy = append(noisy, fmt.Sprintf("CPU per page is known only to within ±%.0f%% (the aim is ±%.0f%%)",
			100*unseen(i), 100*noisyCPU))
	}
	if i, ok := controlRatio(run, metric("page-p50")); ok && i.Attained() && unseen(i) > noisyP50 {
		noisy = append(noisy, fmt.Sprintf("the page's p50 is known only to within ±%.0f%% (the aim is ±%.0f%%)",
			100*unseen(i), 100*noisyP50))
	}
	var facts []fact
	if len(differs) > 0 {
		facts = append(facts, fact{aaTest, fmt.Sprintf("%s, measured twice, differs from itself in %s: this is noise, so "+
			"treat "+
			"differences of that size as noise, too.", run.Plan.Control, strings.Join(differs, "; "))})
	}
	if len(within) > 0 {
		facts = append(facts, fact{aaTest, fmt.Sprintf("%s, measured twice, does not differ from itself; this run could "+
			"not have "+
			"detected differences smaller than %s.", run.Plan.Control, list(within))})
	}
	if len(noisy) > 0 {
		facts = append(facts, fact{"noisy", strings.Join(noisy, "; ") + "."})
	}
	return facts
}
