package table

import (
	"fmt"
	"math"
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

// controlRatio is the ratio of the control to the same variant under its own name, with this confidence. It is false
// where there is no control, or where the two may differ for a reason or cannot differ at all.
func controlRatio(run record.Run, m Metric, confidence float64) (stat.Interval, bool) {
	ratios := controlRatios(run, m)
	return stat.Factor(ratios, confidence), len(ratios) > 0
}

// controlRatios are those of each round.
func controlRatios(run record.Run, m Metric) []float64 {
	once := func(l record.Load) bool { return l.Once }
	if run.Plan.Control == "" || m.Exact || ofAllLoads[m.Name] && slices.ContainsFunc(run.Plan.Loads, once) {
		return nil
	}
	return measured(run, record.ControlArm, m).over(measured(run, run.Plan.Control, m))
}

// ofAllLoads are the metrics that depend on which loads there were. They differ for a reason where the control does not
// get all loads.
var ofAllLoads = map[string]bool{"memory-loaded": true, "memory-peak": true}

// unseen is the largest relative difference that could hide in an interval around 1.
func unseen(i stat.Interval) float64 { return max(i.Hi-1, 1-i.Lo) }

// halfWidth is half of the width of an interval on the scale of logarithms, as a relative difference.
func halfWidth(i stat.Interval) float64 { return math.Sqrt(i.Hi/i.Lo) - 1 }

// controlled are the metrics of the A/A test: those that the run's verdicts rest on.
func controlled() []Metric {
	return metricsNamed("start-page", "page-p50", "page-p99", "page-cpu", "deep-link-cpu", "asset-cpu", "api-p50",
		"api-cpu", "memory-idle", "memory-loaded")
}

// controlSheet is the table of the A/A test.
func controlSheet(run record.Run) sheet {
	s := sheet{head: []string{"metric", run.Plan.Control, "control", "ratio", "differs"}}
	for _, m := range controlled() {
		ratios := controlRatios(run, m)
		if len(ratios) == 0 {
			continue
		}
		i := stat.Factor(ratios, stat.Confidence)
		differs := foretell(ratios, stat.Confidence).untold()
		switch {
		case !i.Attained():
			differs = "?"
		case stat.Distinguishable(i):
			differs = "yes"
		}
		once, again := measured(run, run.Plan.Control, m).summary(), measured(run, record.ControlArm, m).summary()
		s.rows = append(s.rows, []string{
			m.Name, m.Show(once.Centre), m.Show(again.Centre), ShowInterval(i, number), differs,
		})
	}
	return s
}

// noisyAbove has how wide the interval of the A/A test may be, either way: a run in which it is wider is noisy.
var noisyAbove = []struct {
	metric, title string
	within        float64
}{
	{"page-cpu", "CPU per page", 0.03},
	{"page-p50", "the page's p50", 0.05},
	{"page-p99", "the page's p99", 0.15},
}

// aaTest labels what the control shows.
const aaTest = "A/A test"

// controlFacts says what the A/A test shows about the run's noise, if there were enough rounds to show anything.
func controlFacts(run record.Run) []fact {
	var differs, within []string
	for _, m := range headlineMetrics() {
		i, ok := controlRatio(run, m, HeadlineConfidence(run))
		switch {
		case !ok || !i.Attained():
		case stat.Distinguishable(i):
			differs = append(differs, fmt.Sprintf("%s, by a factor of %s", m.Title, ShowInterval(i, number)))
		default:
			reach := fmt.Sprintf("±%.0f%%", 100*unseen(i))
			if len(within) == 0 {
				reach = "the interval reaches to " + reach
			}
			within = append(within, fmt.Sprintf("%s (%s)", m.Title, reach))
		}
	}
	var facts []fact
	if len(differs) > 0 {
		facts = append(facts, fact{aaTest, fmt.Sprintf("%s, measured twice, differs from itself in %s: this is noise, "+
			"so treat differences of that size as noise, too.", run.Plan.Control, strings.Join(differs, "; "))})
	}
	if len(within) > 0 {
		facts = append(facts, fact{aaTest, fmt.Sprintf("%s, measured twice: no difference was detected in %s.",
			run.Plan.Control, list(within))})
	}
	return append(facts, noisyFacts(run)...)
}

// noisyFacts says what the run is too noisy for.
func noisyFacts(run record.Run) []fact {
	var noisy []string
	for _, n := range noisyAbove {
		i, ok := controlRatio(run, metric(n.metric), stat.Confidence)
		if ok && i.Attained() && halfWidth(i) > n.within {
			noisy = append(noisy, fmt.Sprintf("%s is known only to within ±%.1f%% (the aim is ±%.0f%%)",
				n.title, 100*halfWidth(i), 100*n.within))
		}
	}
	if len(noisy) == 0 {
		return nil
	}
	return []fact{{"noisy", strings.Join(noisy, "; ") + "."}}
}
