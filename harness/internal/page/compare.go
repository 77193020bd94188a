package page

import (
	"fmt"
	"io"
	"slices"

	"spabench/harness/internal/chart"
	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// Named is a run with the name that readers know it by, and the file that its own report is in.
type Named struct {
	Name, File string
	Run        record.Run
}

// comparison is what the page of several runs shows.
type comparison struct {
	frame
	Runs     []link
	Warnings []string // in what the runs differ that was not meant to
	Sections []section
}

type link struct{ Name, File, Text string }

// WriteComparison writes the page of several runs side by side: each of the others against the first, by the rules of
// package table, with what makes them incomparable at its top. It leads to the report of each run.
func WriteComparison(w io.Writer, runs []Named) error {
	c := comparison{frame: framed(fmt.Sprintf("%d runs side by side", len(runs)), script)}
	for i, r := range runs {
		c.Runs = append(c.Runs, link{r.Name, r.File, lead(r.Run) + ", on " + table.Title(r.Run)})
		if i == 0 {
			continue
		}
		for _, d := range table.Differences(runs[0].Run, r.Run) {
			c.Warnings = append(c.Warnings, fmt.Sprintf("%s and %s: %s", runs[0].Name, r.Name, d))
		}
		s, err := changes(runs[0], r, i)
		if err != nil {
			return err
		}
		c.Sections = append(c.Sections, s)
	}
	return fill(w, "comparison", c)
}

// changes are what became better or worse from run a to run b.
func changes(a, b Named, number int) (section, error) {
	s := section{ID: fmt.Sprintf("changes-%d", number), Title: fmt.Sprintf("From %s to %s", a.Name, b.Name)}
	all := table.Changes(a.Run, b.Run)
	if len(all) == 0 {
		s.Texts = []string{"These runs have no measurements in common."}
		return s, nil
	}
	s.Texts = []string{"How many times as much each variant needs in the second run, with its 95% interval. Where " +
		"the interval crosses the line at 1, no difference was detected. Values are first divided by those of the " +
		"baseline in the same round, so that a faster or slower machine cancels out; only the rows of the baseline " +
		"show it."}
	for _, m := range table.HeadlineMetrics() {
		f := changeForest(a.Run, all, m)
		if len(f.Estimates) == 0 {
			continue
		}
		p, err := f.Picture()
		if err != nil {
			return s, err
		}
		label := fmt.Sprintf("%s of %d variants, %s; the table below has the numbers", m.Title, len(f.Rows), f.Title)
		s.Figures = append(s.Figures, figure{Title: m.Title, Picture: picture(p, label)})
	}
	for _, arm := range a.Run.Plan.Variants {
		if t := changeSheet(arm, all, number); len(t.Rows) > 0 {
			s.Tables = append(s.Tables, t)
		}
	}
	return s, nil
}

// changeForest is the picture of one metric's changes.
func changeForest(run record.Run, all []table.Change, m table.Metric) chart.Intervals {
	f := chart.Intervals{Line: 1, Title: "times as much as before"}
	look := looks(run)
	for _, c := range all {
		if c.Metric.Name != m.Name || c.Factor.Centre <= 0 {
			continue
		}
		f.Estimates = append(f.Estimates, chart.Estimate{Row: len(f.Rows), Look: look[c.Arm],
			Centre: c.Factor.Centre, Lo: c.Factor.Lo, Hi: c.Factor.Hi})
		f.Rows = append(f.Rows, c.Arm)
	}
	return f
}

// changeSheet has every metric of an arm that both runs measured: the headline, then what differs, then the rest.
func changeSheet(arm string, all []table.Change, number int) sheet {
	s := sheet{ID: fmt.Sprintf("changes-%d-%s", number, arm), Title: arm,
		Head: []string{"metric", "first", "second", "factor", "verdict"}}
	headline := map[string]bool{}
	for _, m := range table.HeadlineMetrics() {
		headline[m.Name] = true
	}
	rank := func(c table.Change) int {
		switch v := c.Verdict(); {
		case headline[c.Metric.Name]:
			return 0
		case v == "better" || v == "worse":
			return 1
		}
		return 2
	}
	own := slices.DeleteFunc(slices.Clone(all), func(c table.Change) bool { return c.Arm != arm })
	slices.SortStableFunc(own, func(a, b table.Change) int { return rank(a) - rank(b) })
	for _, c := range own {
		verdict := map[string]string{"~": "no difference detected", "?": "too few rounds"}[c.Verdict()]
		if verdict == "" {
			verdict = c.Verdict()
		}
		s.Rows = append(s.Rows, []cell{{Text: c.Metric.Name}, {Text: c.Metric.Show(c.A.Centre)},
			{Text: c.Metric.Show(c.B.Centre)}, {Text: table.ShowInterval(c.Factor, table.Factor)}, {Text: verdict}})
	}
	return s
}
