package page

import (
	"fmt"

	"spabench/harness/internal/chart"
	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
	"spabench/harness/internal/table"
)

// forest is the picture of one headline metric: the ratio of each arm to the reference.
type forest struct {
	Metric table.Metric
	Shown  chart.Intervals
	Labels []string // each estimate in words
}

// forests are those of the headline metrics that have anything to compare. The band is how far the control may be from
// the variant that it is: a ratio within it may be noise.
func forests(run record.Run) []forest {
	look := looks(run)
	var all []forest
	for _, m := range table.HeadlineMetrics() {
		reference := table.Reference(run, m)
		confidence := table.HeadlineConfidence(run)
		f := forest{Metric: m, Shown: chart.Intervals{Line: 1, Title: "times " + reference}}
		if i, ok := table.ControlRatio(run, m, confidence); ok && i.Attained() {
			f.Shown.Band = [2]float64{i.Lo, i.Hi}
		}
		for _, arm := range run.Plan.Variants {
			i := table.RatioAt(run, arm, m, reference, m, confidence)
			if arm == reference || i.N == 0 || i.Centre <= 0 || !table.Comparable(run, arm, reference) {
				continue
			}
			f.Shown.Estimates = append(f.Shown.Estimates,
				chart.Estimate{Row: len(f.Shown.Rows), Look: look[arm], Centre: i.Centre, Lo: i.Lo, Hi: i.Hi})
			f.Shown.Rows = append(f.Shown.Rows, arm)
			f.Labels = append(f.Labels, arm+" "+table.ShowInterval(i, table.Factor))
		}
		if len(f.Shown.Estimates) > 0 {
			all = append(all, f)
		}
	}
	return all
}

func headline(run record.Run, _ links) (section, error) {
	s := section{ID: "headline", Title: "At a glance"}
	all := forests(run)
	if len(all) == 0 {
		s.Texts = []string{"Nothing was measured that could be compared."}
		return s, nil
	}
	s.Texts = []string{fmt.Sprintf("How many times as much each variant needs, on a logarithmic scale: the mark is "+
		"the ratio, the line its %.4g%% interval, so that all of them hold together with %.0f%% confidence. Less is "+
		"better. "+
		"Where an interval crosses the line at 1, no difference was detected. The shaded band is the interval of the "+
		"A/A test, one variant measured twice: what lies within it may be noise. A size has no noise.",
		100*table.HeadlineConfidence(run), 100*stat.Confidence)}
	for _, f := range all {
		p, err := f.Shown.Picture()
		if err != nil {
			return s, err
		}
		label := append([]string{fmt.Sprintf("%s, %s", f.Metric.Title, f.Shown.Title)}, f.Labels...)
		s.Figures = append(s.Figures, figure{Title: f.Metric.Title, Picture: picture(p, sentence(label...))})
	}
	return s, nil
}
