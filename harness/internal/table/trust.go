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
	maxFalsePositives = 0.05 // share of A/A verdicts that may report a difference
	minComparisons    = 20   // A/A comparisons, each in every metric, before that share means anything
	minDetections     = 9    // of ten runs with a planted regression in every round, those that must detect it
	minPlantedRuns    = 10   // runs with each planted regression before that number means anything
)

// plantedIn has the metrics in which each planted regression is worse. Detecting it in one of them is enough.
var plantedIn = map[string][]string{
	"planted-cpu":   {"page-cpu"},
	"planted-tail":  {"page-p99"},
	"planted-size":  {"image-unpacked", "image-compressed"},
	"planted-start": {"start-page"},
}

// Trust is what a series of runs shows about the instrument itself: how often it reports a difference between identical
// things (false positives), and whether it detects differences that exist.
type Trust struct {
	runs    []record.Run
	Same    []Same    // by headline metric that is not exact
	Planted []Planted // by planted regression, in the plan's order

	comparisons int // of the variant with itself, within a run or across two, in which at least one metric was decided
}

// Same is one metric of a variant compared with itself. Only decided verdicts count: with too few rounds, or with a
// load generator that was late, there is none.
type Same struct {
	Metric         Metric
	Within, Across Share // reported as different: the control in its run, and the same variant in two consecutive runs

	reaches []float64 // how far the intervals across runs reach from their centres
}

// Planted is one planted regression compared with the variant that it was made from.
type Planted struct {
	Arm       string
	In        []string      // metrics in which it is worse by construction
	Across    Share         // detected there in the run after the variant's
	Within    Share         // detected there in the variant's own run
	Factor    stat.Interval // of the first of those metrics between two runs, over all comparisons; N is 0 without any
	Paired    stat.Interval // the same within a run
	Elsewhere Share         // of the comparisons between two runs, those that report another headline metric as worse
	Others    []string      // those metrics, once for each comparison
}

// Share is a count out of a total.
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

// Score judges a series of completed runs of one plan, in the order in which they were made. It compares consecutive
// runs as Compare does, and a planted regression as if it were a later build of the variant that it was made from,
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
		t.comparisons++
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
		t.comparisons++
	}
}

// Unseen is the smallest relative difference that two runs would have detected: the median of how far the intervals
// reach from their centres.
func (s Same) Unseen() float64 { return stat.Summary(s.reaches).Centre }

// alike returns an error unless the runs are a series whose neighbours may be compared.
func alike(runs []record.Run) error {
	if len(runs) == 0 {
		return errors.New("no run is complete")
	}
	for i, run := range runs {
		if err := intact(run); err != nil {
			return fmt.Errorf("run %d: %w", i+1, err)
		}
		if run.Plan.Control == "" || run.Plan.Control != runs[0].Plan.Control {
			return fmt.Errorf("run %d has the control %q: a series has the same control in each run", i+1, run.Plan.Control)
		}
		if i == 0 {
			continue
		}
		var lines []string
		for _, d := range Differences(runs[i-1], run) {
			lines = append(lines, "  "+d.String())
		}
		if len(lines) > 0 {
			return fmt.Errorf("runs %d and %d were not measured in the same way; measure the whole series again:\n%s",
				i, i+1, strings.Join(lines, "\n"))
		}
	}
	return nil
}

// planted compares one regression, within each run and between consecutive ones.
func planted(runs []record.Run, from, arm string, in []string) Planted {
	p := Planted{Arm: arm, In: in}
	var across, within []float64
	for i, run := range runs {
		within = append(within, p.within(run, from)...)
		if i+1 < len(runs) {
			across = append(across, p.across(run, runs[i+1], from)...)
		}
	}
	p.Factor, p.Paired = stat.Summary(across), stat.Summary(within)
	return p
}

// within compares the regression with its variant in one run, and returns the ratio in the first of its metrics, if
// any.
func (p *Planted) within(run record.Run, from string) (first []float64) {
	found := false
	for i, name := range p.In {
		m := metric(name)
		ratio := Ratio(run, p.Arm, m, from, m)
		if ratio.N == 0 {
			continue
		}
		found = found || Change{Metric: m, Factor: ratio}.Verdict() == "worse"
		if i == 0 {
			first = append(first, ratio.Centre)
		}
	}
	p.Within.count(found)
	return first
}

// across compares the regression in run b with its variant in run a, as within does in one run.
func (p *Planted) across(a, b record.Run, from string) (first []float64) {
	metrics := headlineMetrics()
	for _, name := range p.In {
		if !slices.ContainsFunc(metrics, func(m Metric) bool { return m.Name == name }) {
			metrics = append(metrics, metric(name))
		}
	}
	found := false
	var others []string
	for _, c := range changesOf(Alone(a, from, from), Alone(b, p.Arm, from), metrics) {
		switch {
		case c.Arm != from:
		case slices.Contains(p.In, c.Metric.Name):
			found = found || c.Verdict() == "worse"
			if c.Metric.Name == p.In[0] {
				first = append(first, c.Factor.Centre)
			}
		case c.Verdict() == "worse":
			others = append(others, c.Metric.Name)
		}
	}
	p.Across.count(found)
	p.Elsewhere.count(len(others) > 0)
	p.Others = append(p.Others, others...)
	return first
}

// Bound is something that the series must show, and whether it does.
type Bound struct {
	Holds bool
	Says  string
}

// Bounds holds the series against what it must show.
func (t Trust) Bounds() []Bound {
	all := t.different()
	same := Bound{Holds: float64(all.N) <= maxFalsePositives*float64(all.Of),
		Says: fmt.Sprintf("the A/A comparisons report a difference in %s verdicts, %s; at most %.0f%% are allowed",
			all, asPercent(all), 100*maxFalsePositives)}
	if t.comparisons < minComparisons {
		same = Bound{Says: fmt.Sprintf("%s of a variant with itself, but at least %d are needed: %s",
			plural(t.comparisons, "comparison"), minComparisons, tooFew)}
	}
	bounds := []Bound{same}
	for _, p := range t.Planted {
		needed := (minDetections*p.Within.Of + 9) / 10 // rounded up
		b := Bound{Holds: p.Within.N >= needed,
			Says: fmt.Sprintf("%s is detected in %s runs; at least %d are required", p.Arm, p.Within, needed)}
		if p.Within.Of < minPlantedRuns {
			b = Bound{Says: fmt.Sprintf("%s with %s, but at least %d are needed: %s",
				plural(p.Within.Of, "run"), p.Arm, minPlantedRuns, tooFew)}
		}
		bounds = append(bounds, b)
	}
	if len(t.Planted) == 0 {
		bounds = append(bounds, Bound{Says: "no planted regression was measured"})
	}
	return bounds
}

// tooFew is what to do when a series is too short to be judged.
const tooFew = "make at least 11 runs (--runs 10) of at least 6 rounds each"

// Holds reports whether all bounds hold.
func (t Trust) Holds() bool {
	return !slices.ContainsFunc(t.Bounds(), func(b Bound) bool { return !b.Holds })
}

// different counts the A/A verdicts of all metrics, and those that report a difference.
func (t Trust) different() Share {
	var all Share
	for _, s := range t.Same {
		all.N += s.Within.N + s.Across.N
		all.Of += s.Within.Of + s.Across.Of
	}
	return all
}

// asPercent formats a share to a tenth of a percent.
func asPercent(s Share) string {
	if s.Of == 0 {
		return missing
	}
	return fmt.Sprintf("%.1f%%", 100*float64(s.N)/float64(s.Of))
}
