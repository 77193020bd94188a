package page

import (
	"fmt"

	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// links are where the evidence of each number is in the page.
type links struct {
	values map[string]map[int]float64 // of a metric of an arm by round, under their anchor
	checks map[string]bool            // the arms that have a report
	edits  EditCosts
}

func newLinks(run record.Run) links {
	l := links{values: map[string]map[int]float64{}, checks: map[string]bool{}}
	for _, m := range table.Metrics() {
		for _, arm := range arms(run) {
			if values := table.ByRound(run, arm, m); len(values) > 0 {
				l.values[valueAnchor(m.Name, arm)] = values
			}
		}
	}
	for _, c := range run.Conformance {
		l.checks[c.Variant] = true
	}
	return l
}

// arms are those of the plan and, where there is one, the control.
func arms(run record.Run) []string {
	all := append([]string{}, run.Plan.Variants...)
	if run.Plan.Control != "" {
		all = append(all, record.ControlArm)
	}
	return all
}

func valueAnchor(metric, arm string) string { return "v-" + metric + "-" + arm }

func checksAnchor(arm string) string { return "c-" + arm }

func trialAnchor(arm string, round int) string { return fmt.Sprintf("t-%s-%d", arm, round) }

// value is the link to the values of a metric by round; "" where there are none.
func (l links) value(metric, arm string) string {
	if a := valueAnchor(metric, arm); l.values[a] != nil {
		return "#" + a
	}
	return ""
}

// of is the link to what a cell of a table comes from; "" where it comes from nothing that was measured.
func (l links) of(c table.Cell) string {
	switch {
	case c.Metric != "":
		return l.value(c.Metric, c.Arm)
	case c.Arm != "" && l.checks[c.Arm]:
		return "#" + checksAnchor(c.Arm)
	}
	return ""
}

// sheet is a table of the page. The first cell of each row is its head.
type sheet struct {
	ID, Title, Doc string
	Of             string // tells it from another one of that title on the page; "" where there is none
	Head           []string
	Rows           [][]cell
	Notes          []string
}

// sheetOf is a table that leads nowhere.
func sheetOf(id string, f table.Filled) sheet {
	s := sheet{ID: id, Title: f.Title, Doc: f.Doc, Head: f.Head, Notes: f.Notes}
	for _, r := range f.Rows {
		s.Rows = append(s.Rows, cells(r))
	}
	return s
}

// fewNotes are as many as are shown without being unfolded.
const fewNotes = 3

// Few reports whether the notes are shown.
func (s sheet) Few() bool { return len(s.Notes) > 0 && len(s.Notes) <= fewNotes }

// Many reports whether there are so many notes that they are folded.
func (s sheet) Many() bool { return len(s.Notes) > fewNotes }

type cell struct{ Text, Link, ID string }

// sheets are all tables that the run has, by their names, and the names in their order.
func (l links) sheets(run record.Run) (byName map[string]sheet, names []string, err error) {
	filled, err := table.Fill(run)
	byName = map[string]sheet{}
	for _, f := range filled {
		s := sheet{ID: "table-" + f.Name, Title: f.Title, Doc: f.Doc, Head: f.Head, Notes: f.Notes}
		for _, r := range f.Rows {
			var row []cell
			for _, c := range r {
				row = append(row, cell{Text: c.Text, Link: l.of(c)})
			}
			s.Rows = append(s.Rows, row)
		}
		byName[f.Name], names = s, append(names, f.Name)
	}
	return byName, names, err
}
