package page

import (
	_ "embed"
	"fmt"
	"io"
	"regexp"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/report"
	"spabench/harness/internal/table"
	"spabench/harness/spatest"
)

var (
	//go:embed matrix.css
	matrixStyle string
	//go:embed matrix.js
	matrixScript string
)

// Mend returns what makes the server of a report keep the rule of an outcome.
type Mend func(spatest.Report) func(spatest.Outcome) []report.Remedy

// matrix is what the template shows: servers by checks, and what was found in each cell.
type matrix struct {
	frame
	Lead        string
	Interrupted string
	Servers     []server
	Counts      sheet // of the servers
	States      []state
	Groups      []group
	Notes       []string
	Sections    []section
	Facts       []facts
}

// server is a column. Its key is in the address of each of its cells.
type server struct{ Key, Name string }

// state is one that a cell can be in, with the sign that it has beside its colour.
type state struct{ Name, Sign, Doc string }

// states are all of them, in the order of the legend.
var states = []state{
	{"pass", table.Sign(spatest.Outcome{Verdict: spatest.Passed}), "the server does what the check requires"},
	{"fail", table.Sign(spatest.Outcome{Verdict: spatest.Failed}), "it does not"},
	{"waived", table.Sign(spatest.Outcome{Waived: "so"}), "it does not, for a reason that is given"},
	{"skip", table.Sign(spatest.Outcome{Verdict: spatest.Skipped}), "cannot be decided on this server"},
	{"blocked", table.Sign(spatest.Outcome{Verdict: spatest.Blocked}), "a check that this one depends on did not pass"},
	{"error", table.Sign(spatest.Outcome{Verdict: spatest.Errored}), "undecided because of an error"},
}

// group is a group of rows.
type group struct {
	Name, Title string
	Checks      []checked
}

// checked is a row: a check, its cells, and what they lead to.
type checked struct {
	reference
	Cells  []verdict
	Counts string // how often it ended otherwise than with a pass
	Found  []found
}

// verdict is a cell. Its link is empty if there is nothing to show.
type verdict struct{ State, Sign, Link string }

// WriteMatrix writes the matrix of a run that checked conformance. Home is as for Write; it fails when w does.
func WriteMatrix(w io.Writer, run record.Run, mend Mend, home string) error {
	m := matrixOf(run, mend)
	m.Title = "Conformance of ways to serve a single-page app"
	m.Home = home
	m.Facts = []facts{{"checked", "Where and how they were checked", table.Setting(run)}}
	return fill(w, "matrix.gohtml", m)
}

// WriteChecked writes the report of one server: a matrix of one.
func WriteChecked(w io.Writer, d report.Document) error {
	return fill(w, "matrix.gohtml", checkedMatrix(d))
}

func checkedMatrix(d report.Document) matrix {
	run := record.Run{Started: d.Began, End: &record.End{}, Plan: record.Plan{Variants: []string{d.Target}}}
	remedies := map[string][]report.Remedy{}
	of := spatest.Report{Target: d.Target}
	for _, o := range d.Outcomes {
		of.Outcomes = append(of.Outcomes, o.Outcome)
		remedies[o.Check] = o.Remedies
	}
	run.Conformance = []record.Conformance{{Variant: d.Target, Report: of}}
	m := matrixOf(run, func(spatest.Report) func(spatest.Outcome) []report.Remedy {
		return func(o spatest.Outcome) []report.Remedy { return remedies[o.Check] }
	})
	m.Title = d.Title()
	return m
}

// matrixOf makes all parts of a matrix but its title.
func matrixOf(run record.Run, mend Mend) matrix {
	m := matrix{frame: framed("", matrixScript, verdictStyle, matrixStyle), States: states, Notes: table.MatrixNotes(run)}
	m.Servers = serversOf(run)
	counts := table.MatrixServers(run)
	m.Counts = sheet{ID: "table-servers", Title: counts.Title, Head: counts.Head}
	for i, r := range counts.Rows {
		row := cells(r)
		row[0].ID = "server-" + m.Servers[i].Key
		m.Counts.Rows = append(m.Counts.Rows, row)
	}
	remedies := make([]func(spatest.Outcome) []report.Remedy, len(m.Servers))
	for i, s := range m.Servers {
		for _, c := range run.Conformance {
			if c.Variant == s.Name {
				remedies[i] = mend(c.Report)
			}
		}
	}
	rows := 0
	for _, g := range table.MatrixGroups(run) {
		of := group{Name: g.Name, Title: g.Title}
		for _, c := range g.Checks {
			of.Checks = append(of.Checks, m.row(c, remedies))
		}
		rows += len(g.Checks)
		m.Groups = append(m.Groups, of)
	}
	m.Lead = fmt.Sprintf("%s, %s, %s", day(run.Started),
		counted(len(m.Servers), "server"), counted(rows, "check"))
	if run.End == nil {
		m.Interrupted = fmt.Sprintf("This run was interrupted after %d of %d servers: the columns of the others are "+
			"empty.", len(run.Conformance), len(m.Servers))
	}
	return m
}

// row is the row of a check. A cell leads to what was found in it. One without a link has nothing to show: most cells
// are such, and a page of thousands of links takes long to open.
func (m matrix) row(c table.MatrixCheck, remedies []func(spatest.Outcome) []report.Remedy) checked {
	r := checked{reference: referenceOf(c.Check)}
	counts := map[string]int{}
	for i, o := range c.Outcomes {
		if o == nil {
			r.Cells = append(r.Cells, verdict{})
			continue
		}
		of := verdict{State: report.State(*o), Sign: table.Sign(*o)}
		counts[of.State]++
		if of.State != "pass" || o.Reason != "" {
			f := foundIn(m.Servers[i], of, *o, remedies[i])
			of.Link = "#" + f.ID
			r.Found = append(r.Found, f)
		}
		r.Cells = append(r.Cells, of)
	}
	var parts []string
	for _, s := range states[1:] {
		if n := counts[s.Name]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, s.Name))
		}
	}
	r.Counts = strings.Join(parts, ", ")
	return r
}

// Alone reports whether there is one server, whose column has room for words.
func (m matrix) Alone() bool { return len(m.Servers) == 1 }

// Columns are those of the grid.
func (m matrix) Columns() int {
	if m.Alone() {
		return 3
	}
	return 1 + len(m.Servers)
}

// Said is what the one server was found to do, or else what is required of it.
func (c checked) Said() string {
	if len(c.Found) == 0 {
		return c.Requirement
	}
	if f := c.Found[0]; len(f.Findings) > 0 {
		return f.Findings[0].Message
	}
	return c.Found[0].Reason
}

var plainKey = regexp.MustCompile(`^[A-Za-z0-9._-]+$`)

// serversOf are the servers of the plan. A name that does not stand in an address as it is gets a number for its key.
func serversOf(run record.Run) []server {
	var all []server
	for i, name := range run.Plan.Variants {
		s := server{Key: name, Name: name}
		if !plainKey.MatchString(name) {
			s.Key = fmt.Sprint(i + 1)
		}
		all = append(all, s)
	}
	return all
}

// counted is a number with its noun.
func counted(n int, noun string) string {
	if n != 1 {
		noun += "s"
	}
	return fmt.Sprintf("%d %s", n, noun)
}

// cells are those of a table that lead nowhere.
func cells(row []table.Cell) []cell {
	all := make([]cell, len(row))
	for i, c := range row {
		all[i].Text = c.Text
	}
	return all
}
