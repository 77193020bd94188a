package table

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// What a series of runs must show for its instrument to be trusted.
const (
	mostDifferent = 0.05 // of the verdicts on the same variant, those that call it different
	leastEqual    = 20   // comparisons of the same variant, each in every metric, before that part says anything
	leastFound    = 9    // of ten runs with a planted regression in every round, those that find it where it is
	leastPlanted  = 10   // runs with each of them, before that part says anything
)

// plantedIn has the metrics in which each planted regression is worse; being found in one of them is enough.
var plantedIn = map[string][]string{
	"planted-cpu":   {"page-cpu"},
	"planted-tail":  {"page-p99"},
	"planted-size":  {"image-unpacked", "image-compressed"},
	"planted-start": {"start-page"},
}

// Trust is what a series of runs shows of the instrument itself: whether it calls things different that are the same,
// and whether it finds a difference that is there.
type Trust struct {
	runs    []record.Run
	Same    []Same    // by headline metric that is not exact
	Planted []Planted // by planted regression, in the plan's order

	equal int // comparisons of the variant with itself, within a run or across two, in which some metric could be decided
}

// Same is one metric of a variant compared with itself. Only verdicts that could be given count: with too few rounds,
// or a load generator that fell behind, there is none.
type Same struct {
	Metric         Metric
	Within, Across Share // called different: the control in its run, and the same variant in two consecutive runs

	reaches []float64 // of the intervals across runs, from their centres
}

// Planted is one regression compared with the variant that it was made from.
type Planted struct {
	Arm       string
	In        []string      // metrics in which it is worse, by construction
	Across    Share         // found there, in the run after the variant's
	Within    Share         // found there, in the variant's own run
	Factor    stat.Interval // of the first of those metrics, between two runs: over all comparisons; N is 0 without any
	Paired    stat.Interval // the same within a run
	Elsewhere Share         // of the comparisons between two runs: some other headline metric was called worse too
	Others    []string      // those metrics, one for each time
}

// Share is so many of so many.
type Share struct{ N, Of int }

func (s *Share) count(hit bool) {
	s.Of++
	if hit {
		s.N++
	}
}

func (s Share) String() string {
	if s.Of == 0 {
		return missing
	}
	return fmt.Sprintf("%d of %d", s.N, s.Of)
}

// Score judges a series of whole runs of one plan, in the order in which they were made. Two consecutive runs are
// compared as Compare does, a planted regression as if it were a later build of the variant that it was made from,
// which is the plan's control.
func Score(runs []record.Run) (Trust, error) {
	if err := alike(runs); err != nil {
		return Trust{}, fmt.Errorf("score the runs: %w", err)
	}
	from := runs[0].Plan.Control
	score := Trust{runs: runs}
	for _, m := range headlineMetrics() {
		if !m.Exact {
			score.Same = append(score.Same, Same{Metric: m})
		}
	}
	for i, run := range runs {
		score.within(run, from)
		if i+1 < len(runs) {
			score.across(run, runs[i+1], from)
		}
	}
	for _, arm := range runs[0].Plan.Variants {
		if in, ok := plantedIn[arm]; ok {
			score.Planted = append(score.Planted, planted(runs, from, arm, in))
		}
	}
	return score, nil
}

// within compares the variant with itself in one run.
func (t *Trust) within(run record.Run, from string) {
	decided := false
	for i := range t.Same {
		s := &t.Same[i]
		if ratio := Ratio(run, record.ControlArm, s.Metric, from, s.Metric); ratio.Attained() {
			s.Within.count(stat.Distinguishable(ratio))
			decided = true
		}
	}
	if decided {
		t.equal++
	}
}

// across compares the variant in one run with itself in the next.
func (t *Trust) across(a, b record.Run, from string) {
	decided := false
	for _, c := range changesOf(Alone(a, from, from), Alone(b, from, from), headlineMetrics()) {
		for i := range t.Same {
			s := &t.Same[i]
			if v := c.Verdict(); c.Arm == from && c.Metric.Name == s.Metric.Name && v != "?" {
				s.Across.count(v != "~")
				s.reaches = append(s.reaches, max(c.Factor.Hi/c.Factor.Centre-1, 1-c.Factor.Lo/c.Factor.Centre))
				decided = true
			}
		}
	}
	if decided {
		t.equal++
	}
}

// Unseen is how large a difference two runs would not have shown, as a part of the whole: the median of how far the
// intervals reach from their centres.
func (s Same) Unseen() float64 { return stat.Summary(s.reaches).Centre }

// alike holds that the runs are a series whose neighbours may be compared.
func alike(runs []record.Run) error {
	if len(runs) == 0 {
		return errors.New("there is no whole run")
	}
	for i, run := range runs {
		if err := intact(run); err != nil {
			return fmt.Errorf("run %d: %w", i+1, err)
		}
		if run.Plan.Control == "" || run.Plan.Control != runs[0].Plan.Control {
			return fmt.Errorf("run %d has the control %q: a series has the same in each", i+1, run.Plan.Control)
		}
		if i == 0 {
			continue
		}
		var lines []string
		for _, d := range Differences(runs[i-1], run) {
			lines = append(lines, "  "+d.String())
		}
		if len(lines) > 0 {
			return fmt.Errorf("runs %d and %d were not measured alike: make the series again, in one go:\n%s", i, i+1, strings.Join(lines, "\n"))
		}
	}
	return nil
}

// planted compares one regression, within each run and between consecutive ones.
func planted(runs []record.Run, from, arm string, in []string) Planted {
	p := Planted{Arm: arm, In: in}
	var across, within []float64
	for i, run := range runs {
		found := false
		for k, name := range in {
			m := metric(name)
			ratio := Ratio(run, arm, m, from, m)
			if ratio.N == 0 {
				continue
			}
			found = found || Change{Metric: m, Factor: ratio}.Verdict() == "worse"
			if k == 0 {
				within = append(within, ratio.Centre)
			}
		}
		p.Within.count(found)
		if i+1 == len(runs) {
			break
		}
		found = false
		var others []string
		metrics := headlineMetrics()
		for _, name := range in {
			if !slices.ContainsFunc(metrics, func(m Metric) bool { return m.Name == name }) {
				metrics = append(metrics, metric(name))
			}
		}
		for _, c := range changesOf(Alone(run, from, from), Alone(runs[i+1], arm, from), metrics) {
			switch {
			case c.Arm != from:
			case slices.Contains(in, c.Metric.Name):
				found = found || c.Verdict() == "worse"
				if c.Metric.Name == in[0] {
					across = append(across, c.Factor.Centre)
				}
			case c.Verdict() == "worse":
				others = append(others, c.Metric.Name)
			}
		}
		p.Across.count(found)
		p.Elsewhere.count(len(others) > 0)
		p.Others = append(p.Others, others...)
	}
	p.Factor, p.Paired = stat.Summary(across), stat.Summary(within)
	return p
}

// Bound is what the series must show, and whether it does.
type Bound struct {
	Holds bool
	Says  string
}

// Bounds holds the series against what it must show.
func (t Trust) Bounds() []Bound {
	all := t.different()
	same := Bound{Holds: float64(all.N) <= mostDifferent*float64(all.Of),
		Says: fmt.Sprintf("the same is called different in %s verdicts, %s; at most %.0f%%", all, asPercent(all), 100*mostDifferent)}
	if t.equal < leastEqual {
		same = Bound{Says: fmt.Sprintf("the same was compared %s; that says something from %d on: %s", times(t.equal), leastEqual, wayOut)}
	}
	bounds := []Bound{same}
	for _, p := range t.Planted {
		needed := (leastFound*p.Within.Of + 9) / 10 // rounded up
		b := Bound{Holds: p.Within.N >= needed, Says: fmt.Sprintf("%s is found in %s runs; at least %d", p.Arm, p.Within, needed)}
		if p.Within.Of < leastPlanted {
			b = Bound{Says: fmt.Sprintf("%s was compared %s; that says something from %d on: %s", p.Arm, times(p.Within.Of), leastPlanted, wayOut)}
		}
		bounds = append(bounds, b)
	}
	if len(t.Planted) == 0 {
		bounds = append(bounds, Bound{Says: "no planted regression was measured"})
	}
	return bounds
}

const wayOut = "make at least 11 runs (--runs 10), each of at least 6 rounds"

// Holds reports whether all bounds do.
func (t Trust) Holds() bool {
	return !slices.ContainsFunc(t.Bounds(), func(b Bound) bool { return !b.Holds })
}

// different counts all verdicts on the same variant.
func (t Trust) different() Share {
	var all Share
	for _, s := range t.Same {
		all.N += s.Within.N + s.Across.N
		all.Of += s.Within.Of + s.Across.Of
	}
	return all
}

// asPercent is a share to a tenth.
func asPercent(s Share) string {
	if s.Of == 0 {
		return missing
	}
	return fmt.Sprintf("%.1f%%", 100*float64(s.N)/float64(s.Of))
}
