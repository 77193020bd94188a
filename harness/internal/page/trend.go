package page

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"spabench/harness/internal/chart"
	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
	"spabench/harness/internal/table"
)

// TrendsFile is the file of a site with the trends of all machines.
const TrendsFile = "trends.html"

// trends is what the page of trends shows.
type trends struct {
	frame
	Lead     string
	Sections []section
}

// WriteTrends writes the page that shows how the headline's numbers went from run to run, for each machine that has
// two runs or more, and where they changed. It leads to the report of each run, and to the values behind each number.
func WriteTrends(w io.Writer, runs []Named, home string) error {
	files := map[string]string{}
	var published []table.Published
	for _, r := range runs {
		files[r.Name] = r.File
		published = append(published, table.Published{Name: r.Name, Run: r.Run})
	}
	t := trends{frame: framed("Trends: what changed from run to run", script)}
	t.Home = home
	shown := 0
	for i, h := range table.Histories(published) {
		s, err := trendSection(fmt.Sprintf("machine-%d", i+1), history{h, files})
		if err != nil {
			return err
		}
		t.Sections = append(t.Sections, s)
		shown += len(h.Runs)
	}
	t.Lead = fmt.Sprintf("%d of %s, by machine", shown, counted(len(runs), "run"))
	switch left := len(runs) - shown; {
	case left == 1:
		t.Lead += ". One run is left out: " + needed
	case left > 1:
		t.Lead += fmt.Sprintf(". %d runs are left out: %s", left, needed)
	}
	return fill(w, "trends", t)
}

// needed is what makes a trend.
const needed = "a trend needs two runs of one machine, with the same limits and by the same method"

// history is the runs of one machine, with the files of their reports.
type history struct {
	table.History
	files map[string]string
}

func trendSection(id string, h history) (section, error) {
	s := section{ID: id, Title: fmt.Sprintf("%s: %s", h.Title(), counted(len(h.Runs), "run"))}
	if !table.Current(h.Newest()) {
		s.Title += ", by an older method"
	}
	changes := sheet{ID: id + "-changes", Title: "Change points",
		Head: []string{"metric", "variant", "from run", "change", "p-value"}}
	series := 0
	var arms []string
	for _, m := range table.HeadlineMetrics() {
		divided, absolute := apart(h.Trends(m))
		for _, group := range [][]table.Trend{divided, absolute} {
			if len(group) == 0 {
				continue
			}
			f, err := h.figure(id, group)
			if err != nil {
				return s, err
			}
			s.Figures = append(s.Figures, f)
			for _, t := range group {
				series++
				arms = append(arms, t.Arm)
				changes.Rows = append(changes.Rows, h.changes(t)...)
			}
		}
	}
	s.Texts = []string{fmt.Sprintf("Each mark is a run, with its %.0f%% interval. Values with noise are divided by those "+
		"of the baseline in the same round, so that the speed of the machine cancels out: it shows only in the pictures "+
		"of the baseline itself. A line is the geometric mean of the runs between two change points, so that a change "+
		"is a step.", 100*stat.Confidence), changesFound(len(changes.Rows), series)}
	if len(changes.Rows) > 0 {
		s.Lead = []sheet{changes}
	}
	s.Lead = append(s.Lead, h.runs(id))
	for i := range s.Lead {
		s.Lead[i].Of = s.Title
	}
	for _, f := range s.Figures {
		f.Table.Of = s.Title
	}
	var err error
	s.Keys, err = keysOf(h.looks(), h.Arms(), arms)
	return s, err
}

// looks are those of all arms, the same in every picture.
func (h history) looks() map[string]chart.Look { return looksOf(h.Newest().Plan.Baseline, h.Arms()) }

// changesFound says how many change points there are, and how many to expect where nothing changed.
func changesFound(changes, series int) string {
	number := "No change point"
	if changes > 0 {
		number = counted(changes, "change point")
	}
	return fmt.Sprintf("%s in %d series. Change points are found by the method of Hunter (ICPE 2023), which Apache "+
		"Otava implements: energy statistic, then Student's t-test of the values before and after, p below 0.001. As the "+
		"place is chosen because it looks like a change, one in a hundred series of ten to twenty runs has one although "+
		"nothing changed. A series of three or four runs shows only changes that are far larger than its noise.",
		number, series)
}

// apart are the trends of values that are divided by the baseline's, and those of values in their unit.
func apart(all []table.Trend) (divided, absolute []table.Trend) {
	for _, t := range all {
		if t.Over != "" {
			divided = append(divided, t)
		} else {
			absolute = append(absolute, t)
		}
	}
	return divided, absolute
}

// figure is the picture of trends of one metric in one unit, with its table.
func (h history) figure(id string, all []table.Trend) (figure, error) {
	m := all[0].Metric
	title := m.Title
	if all[0].Over == "" && !m.Exact && len(all) == 1 {
		title += " of " + all[0].Arm + " itself"
	}
	unit, look := all[0].Unit(), h.looks()
	c := chart.Trend{Runs: len(h.Runs), Title: unit.Name}
	s := sheet{ID: id + "-" + m.Name, Title: title + ", " + unit.Name, Head: []string{"variant"}}
	if all[0].Over == "" {
		s.ID += "-absolute"
	}
	for i := range h.Runs {
		s.Head = append(s.Head, fmt.Sprint(i+1))
	}
	per := unit.Per
	for _, t := range all {
		line := chart.TrendLine{Look: look[t.Arm]}
		row := []cell{{Text: t.Arm}}
		for i, v := range t.Values {
			if v.N == 0 {
				row = append(row, cell{Text: "–"})
				continue
			}
			line.Estimates = append(line.Estimates,
				chart.Estimate{Row: i, Centre: v.Centre / per, Lo: v.Lo / per, Hi: v.Hi / per})
			show := func(v float64) string { return table.Number(v / per) }
			row = append(row, cell{Text: table.ShowInterval(v, show), Link: h.evidence(i, valueAnchor(m.Name, t.Arm))})
		}
		for _, l := range t.Levels {
			line.Levels = append(line.Levels, chart.TrendLevel{From: l.From, To: l.To - 1, Value: l.Value / per})
		}
		c.Lines = append(c.Lines, line)
		s.Rows = append(s.Rows, row)
	}
	p, err := c.Picture()
	label := fmt.Sprintf("%s of %s over %s; the table below has the numbers", s.Title,
		counted(len(all), "variant"), counted(len(h.Runs), "run"))
	return figure{Title: title, Picture: picture(p, label), Table: &s}, err
}

// evidence is the address of a part of a run's report; "" where that has no file.
func (h history) evidence(run int, anchor string) string {
	if file := h.files[h.Runs[run].Name]; file != "" {
		return file + "#" + anchor
	}
	return ""
}

// changes are the change points of a trend.
func (h history) changes(t table.Trend) (rows [][]cell) {
	for i, l := range t.Levels {
		if i == 0 {
			continue
		}
		p := table.Number(l.P)
		if l.P < 1e-6 {
			p = "below 0.000001"
		}
		rows = append(rows, []cell{{Text: t.Metric.Title}, {Text: t.Arm},
			{Text: fmt.Sprintf("%d, %s", l.From+1, h.Runs[l.From].Name), Link: h.files[h.Runs[l.From].Name]},
			{Text: t.Shift(i)}, {Text: p}})
	}
	return rows
}

// runs says which run has which number, and in what it was measured in another way than the one before.
func (h history) runs(id string) sheet {
	s := sheet{ID: id + "-runs", Title: "The runs", Head: []string{"number", "run", "began", "commit", "differs in"},
		Doc: "Differs in: what was not as in the run before, by the rules of spabench compare, which may be the cause of " +
			"a change. The commit is that of the checkout which was measured."}
	since := h.Since()
	for i, r := range h.Runs {
		differs := "–"
		if names := namesOf(since[i]); len(names) > 0 {
			differs = strings.Join(names, ", ")
		}
		s.Rows = append(s.Rows, []cell{{Text: fmt.Sprint(i + 1)}, {Text: r.Name, Link: h.files[r.Name]},
			{Text: r.Run.Started.UTC().Format("2006-01-02 15:04 UTC")}, {Text: table.Commit(r.Run)}, {Text: differs}})
	}
	return s
}

// namesOf are the first two parts of what differs, such as bases.GO_IMAGE, each once.
func namesOf(all []record.Difference) (names []string) {
	for _, d := range all {
		parts := strings.SplitN(d.Name, ".", 3)
		if name := strings.Join(parts[:min(2, len(parts))], "."); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return names
}
