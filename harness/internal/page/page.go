// Package page makes the pages that people look at: the report of a run with its pictures, the matrix of checks, the
// tested claims, and what leads to them. Each is one HTML file that loads nothing from anywhere, and can be read
// without JavaScript. The numbers and sentences are those of package table; this package chooses, draws and links them.
package page

import (
	"fmt"
	"html/template"
	"io"

	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// runReport is what the template of a run shows.
type runReport struct {
	frame
	Lead        string
	Interrupted string // why a part is missing; "" for nothing
	Answer      answer
	Sections    []section
	Cost        cost
	Facts       []facts
	Evidence    evidence
}

// facts are labelled sentences under a heading.
type facts struct {
	ID, Title string
	Sentences []table.Sentence
}

// section is a part of the page: pictures, and the tables that show the same numbers.
type section struct {
	ID, Title string
	Texts     []string
	Lead      []sheet // before the pictures
	Keys      []key
	Figures   []figure
	Tables    []sheet
}

// key explains one colour and mark, or one part of a bar.
type key struct {
	Name   string
	Swatch template.HTML
}

// figure is a picture with its title, and its own table where the tables of the section do not have its numbers.
type figure struct {
	Title   string
	Picture template.HTML
	Table   *sheet
}

// Beside is what a report has that is not of its run.
type Beside struct {
	Home  string    // address of the page that leads to all results; "" for none
	Edits EditCosts // what an edit of each kind costs to pull
}

// EditCosts are of a run that tested claims. The zero value is none.
type EditCosts struct {
	Table table.Filled
	Name  string // of that run
	File  string // its page; "" for none
}

// Write writes the report of a run. It fails on a damaged histogram, and when w does.
func Write(w io.Writer, run record.Run, beside Beside) error {
	r, err := compose(run, beside.Edits)
	if err != nil {
		return err
	}
	r.Home = beside.Home
	return fill(w, "page.gohtml", r)
}

// compose makes all parts of the report.
func compose(run record.Run, edits EditCosts) (runReport, error) {
	l := newLinks(run)
	l.edits = edits
	r := runReport{
		frame:       framed("Ways to serve a single-page app, on "+table.Title(run), script),
		Lead:        lead(run),
		Interrupted: interrupted(run),
		Cost:        costOf(run),
		Facts: []facts{
			{"reading", "How to read the tables", table.HowToRead(run)},
			{"measured", "Where and how it was measured", table.Setting(run)},
		},
	}
	sheets, names, err := l.sheets(run)
	if err != nil {
		return r, err
	}
	r.Answer = answerOf(run, sheets)
	if r.Sections, err = sections(run, l, sheets, names); err != nil {
		return r, err
	}
	r.Evidence, err = evidenceOf(run, l)
	return r, err
}

// lead says when the run was and how large it is.
func lead(run record.Run) string {
	rounds := map[int]bool{}
	for _, t := range run.Counted() {
		rounds[t.Round] = true
	}
	variants := len(run.Plan.Variants)
	return fmt.Sprintf("%s, %d variants, %d of %d rounds recorded", day(run.Started),
		variants, len(rounds), max(run.Plan.Rounds, len(rounds)))
}

// interrupted says that a run has no end.
func interrupted(run record.Run) string {
	switch {
	case run.End != nil:
		return ""
	case len(run.Trials) == 0:
		return "This run was interrupted before its first round: nothing was measured. What follows is what was " +
			"planned."
	}
	return fmt.Sprintf("This run was interrupted after %d trials: what follows is made of those alone, and says less "+
		"than the run was planned to.", len(run.Trials))
}
