package table

import (
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// trials is how many the plan has.
func trials(p record.Plan) int {
	arms := len(p.Variants)
	if p.Control != "" {
		arms++
	}
	return p.Rounds * arms
}

// itself is the ratio of the control to the same variant under its own name, paired by round; false where there is none,
// or nothing that could differ.
func itself(run record.Run, m Metric) (stat.Interval, bool) {
	if run.Plan.Control == "" || m.Exact || ofAllLoads[m.Name] && slices.ContainsFunc(run.Plan.Loads, func(l record.Load) bool { return l.Once }) {
		return stat.Interval{}, false
	}
	i := measured(run, record.ControlArm, m).ratio(measured(run, run.Plan.Control, m))
	return i, i.N > 0
}

// ofAllLoads are the metrics that depend on which loads there were: they differ by right where the control is not asked
// all of them.
var ofAllLoads = map[string]bool{"memory-loaded": true, "memory-peak": true}

// unseen is how large a difference can be that an interval around 1 does not show, as a part of the whole.
func unseen(i stat.Interval) float64 { return max(i.Hi-1, 1-i.Lo) }

// controlled are the metrics that the control's table has: what the run's claims rest on.
func controlled() []Metric {
	var list []Metric
	for _, name := range []string{
		"start-page", "page-p50", "page-p99", "page-cpu", "deep-link-cpu", "asset-cpu", "api-p50", "api-cpu", "memory-idle", "memory-loaded",
	} {
		list = append(list, metric(name))
	}
	return list
}

// controls is the table of the control.
func controls(run record.Run) sheet {
	s := sheet{head: []string{"metric", run.Plan.Control, "again", "ratio", "differs"}}
	for _, m := range controlled() {
		i, ok := itself(run, m)
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
		once, again := stat.Summary(measured(run, run.Plan.Control, m).values()), stat.Summary(measured(run, record.ControlArm, m).values())
		s.rows = append(s.rows, []string{m.Name, m.Show(once.Centre), m.Show(again.Centre), ShowInterval(i, number), differs})
	}
	return s
}

// A run is noisy when its control is not told from itself as closely as this.
const (
	noisyCPU = 0.05 // of the CPU time per page
	noisyP50 = 0.10 // of the page's median latency
)

// controlFacts says what the control shows of the run's noise, where there were rounds enough to show anything.
func controlFacts(run record.Run) []fact {
	var differs, within, noisy []string
	for _, m := range headlineMetrics() {
		i, ok := itself(run, m)
		switch {
		case !ok || !i.Attained():
		case stat.Distinguishable(i):
			differs = append(differs, fmt.Sprintf("%s, %s times", m.Title, ShowInterval(i, number)))
		default:
			within = append(within, fmt.Sprintf("%s of %.0f%%", m.Title, 100*unseen(i)))
		}
	}
	if i, ok := itself(run, metric("page-cpu")); ok && i.Attained() && unseen(i) > noisyCPU {
		noisy = append(noisy, fmt.Sprintf("CPU per page is known within ±%.0f%%, not ±%.0f%%", 100*unseen(i), 100*noisyCPU))
	}
	if i, ok := itself(run, metric("page-p50")); ok && i.Attained() && unseen(i) > noisyP50 {
		noisy = append(noisy, fmt.Sprintf("the page's p50 within ±%.0f%%, not ±%.0f%%", 100*unseen(i), 100*noisyP50))
	}
	var facts []fact
	if len(differs) > 0 {
		facts = append(facts, fact{"control", fmt.Sprintf("%s under a second name differs from itself in %s: that is noise, and a difference of that size is none.", run.Plan.Control, strings.Join(differs, "; "))})
	}
	if len(within) > 0 {
		facts = append(facts, fact{"control", fmt.Sprintf("%s under a second name does not differ from itself; the run could not have seen a difference in %s.", run.Plan.Control, list(within))})
	}
	if len(noisy) > 0 {
		facts = append(facts, fact{"noisy", strings.Join(noisy, "; ") + "."})
	}
	return facts
}
