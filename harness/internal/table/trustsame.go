package table

import (
	"slices"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// Same is one metric of things compared with what is the same. Only decided verdicts count: with too few rounds, or
// with a load generator that was late, there is none.
type Same struct {
	Metric         Metric
	Within, Across Share // reported as different: two arms of a run, and an arm in two consecutive runs

	// How far the intervals of the variant and its control in a run, and of the variant in two runs, reach from their
	// centres.
	reachesWithin, reachesAcross []float64
}

// twins are two arms of which some metrics are the same.
type twins struct {
	arm, other string
	in         []string // names of these metrics
}

// twinsOf lists them. The control is a second arm of its variant. The planted programs are one and the same, so that
// under load, nothing tells the one that started later from the one with more in its image; and the two that burn CPU
// time when they are asked start alike.
func twinsOf(p record.Plan) []twins {
	return []twins{
		{record.ControlArm, p.Control, []string{"start-page", "page-cpu", "page-p99"}},
		{"planted-start", "planted-size", []string{"page-cpu", "page-p99"}},
		{"planted-cpu-5", "planted-cpu", []string{"start-page"}},
	}
}

// sameIn compares what is the same in a metric: twins within each run, and across runs each arm with itself in the
// next, except for the baseline, by which all are divided there.
func sameIn(runs []record.Run, m Metric, confidence float64) Same {
	s := Same{Metric: m}
	for i, run := range runs {
		s.within(run, confidence)
		if i+1 < len(runs) {
			s.across(run, runs[i+1], confidence)
		}
	}
	return s
}

func (s *Same) within(run record.Run, confidence float64) {
	for _, of := range twinsOf(run.Plan) {
		if !slices.Contains(of.in, s.Metric.Name) {
			continue
		}
		ratio := RatioAt(run, of.arm, s.Metric, of.other, s.Metric, confidence)
		if !ratio.Attained() {
			continue
		}
		s.Within.count(stat.Distinguishable(ratio))
		if of.arm == record.ControlArm {
			s.reachesWithin = append(s.reachesWithin, reach(ratio))
		}
	}
}

func (s *Same) across(a, b record.Run, confidence float64) {
	for _, arm := range append(slices.Clone(a.Plan.Variants), record.ControlArm) {
		if arm == a.Plan.Baseline {
			continue
		}
		c, ok := changeOf(a, arm, b, arm, s.Metric, confidence)
		if !ok || c.Verdict() == "?" {
			continue
		}
		s.Across.count(c.Verdict() != "~")
		if arm == a.Plan.Control {
			s.reachesAcross = append(s.reachesAcross, reach(c.Factor))
		}
	}
}

// reach is how far an interval reaches from its centre, as a part of it.
func reach(i stat.Interval) float64 { return max(i.Hi/i.Centre-1, 1-i.Lo/i.Centre) }

// all are the verdicts within runs and across them.
func (s Same) all() Share { return Share{s.Within.N + s.Across.N, s.Within.Of + s.Across.Of} }

// different counts the verdicts on what is the same in all metrics, and those that report a difference.
func (t Trust) different() Share {
	var all Share
	for _, s := range t.Same {
		all = Share{all.N + s.all().N, all.Of + s.all().Of}
	}
	return all
}
