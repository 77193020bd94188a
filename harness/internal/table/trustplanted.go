package table

import (
	"slices"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// plant is a regression that is planted in the plan's control, and how reliably it must be detected.
type plant struct {
	arm string
	in  []string // names of the metrics in which it is worse; detecting it in one of them is enough

	within, across int // percent of the runs, and of the pairs of consecutive runs, in which it must be; 0: no bound
}

// plants are in the order of the catalogue.
var plants = []plant{
	{arm: "planted-cpu", in: []string{"page-cpu"}, within: 95, across: 90},
	{arm: "planted-cpu-5", in: []string{"page-cpu"}, within: 80},
	{arm: "planted-tail", in: []string{"page-p99"}, within: 95},
	{arm: "planted-size", in: []string{"image-unpacked", "image-compressed"}, within: 95},
	{arm: "planted-start", in: []string{"start-page"}, within: 95},
}

// Planted is one planted regression compared with the variant that it was made from.
type Planted struct {
	Arm       string
	In        []string      // metrics in which it is worse by construction
	Within    Share         // detected there in the variant's own run
	Paired    stat.Interval // factor in the first of those metrics within a run, over all runs; N is 0 without any
	Across    Share         // detected there in the run after the variant's
	Factor    stat.Interval // the same between two runs
	Elsewhere Share         // of the comparisons between two runs, those that report another headline metric as worse
	Others    []string      // those metrics, once for each comparison
}

// planted compares one regression with the control, within each run and between consecutive ones, in these metrics of
// the headline.
func planted(runs []record.Run, of plant, metrics []Metric, confidence float64) Planted {
	p := Planted{Arm: of.arm, In: of.in}
	var in []Metric
	for _, name := range of.in {
		i := slices.IndexFunc(metrics, func(m Metric) bool { return m.Name == name })
		if i < 0 {
			in = append(in, metric(name))
			continue
		}
		in = append(in, metrics[i])
	}
	elsewhere := slices.DeleteFunc(slices.Clone(metrics), func(m Metric) bool { return slices.Contains(of.in, m.Name) })
	var across, within []float64
	for i, run := range runs {
		found, factor := detection(in, func(m Metric) (Change, bool) {
			ratio := RatioAt(run, p.Arm, m, run.Plan.Control, m, confidence)
			return Change{Metric: m, Factor: ratio}, ratio.N > 0
		})
		p.Within.count(found)
		within = append(within, factor...)
		if i+1 == len(runs) {
			break
		}
		change := func(m Metric) (Change, bool) {
			return changeOf(run, run.Plan.Control, runs[i+1], p.Arm, m, confidence)
		}
		found, factor = detection(in, change)
		p.Across.count(found)
		across = append(across, factor...)
		p.elsewhere(elsewhere, change)
	}
	p.Factor, p.Paired = stat.Summary(across), stat.Summary(within)
	return p
}

// detection reports whether one of the metrics changed for the worse, and returns the factor in the first of them, if
// any.
func detection(in []Metric, change func(Metric) (Change, bool)) (found bool, first []float64) {
	for i, m := range in {
		c, ok := change(m)
		found = found || ok && c.Verdict() == "worse"
		if ok && i == 0 {
			first = append(first, c.Factor.Centre)
		}
	}
	return found, first
}

// elsewhere counts a comparison in which other metrics changed for the worse, and notes which.
func (p *Planted) elsewhere(metrics []Metric, change func(Metric) (Change, bool)) {
	worse := false
	for _, m := range metrics {
		if c, ok := change(m); ok && c.Verdict() == "worse" {
			worse = true
			p.Others = append(p.Others, m.Name)
		}
	}
	p.Elsewhere.count(worse)
}
