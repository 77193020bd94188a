package table

import (
	"bytes"
	"fmt"
	"strings"
	"time"

	"spabench/harness/internal/record"
)

// SeriesView is what the page of a series, or of a run with two load generators, says, for whoever lays it out
// elsewhere.
type SeriesView struct {
	Title, Lead string
	Began       time.Time
	Shows       []Sentence // what it must show, and whether it does; or what it shows
	Sheets      []Filled
	Measured    []Sentence
	Summary     string // what it shows, for a list of such pages
}

// collected is a style that keeps tables instead of drawing them.
type collected struct{ all *[]Filled }

func (c collected) title(_ *bytes.Buffer, t Table) {
	*c.all = append(*c.all, Filled{Title: t.Title, Doc: t.Doc})
}

func (c collected) sheet(_ *bytes.Buffer, s sheet) error {
	last := &(*c.all)[len(*c.all)-1]
	*last = filled(last.Title, last.Doc, s)
	return nil
}

func (c collected) notes(_ *bytes.Buffer, notes []string) {
	(*c.all)[len(*c.all)-1].Notes = notes
}

func (c collected) wide(b *bytes.Buffer, s sheet) error { return c.sheet(b, s) }

// grid and facts are of single runs.
func (collected) grid(*bytes.Buffer, grid) error { panic("table: a series has no grid") }
func (collected) facts(*bytes.Buffer, string, []fact) {
	panic("table: a series has its facts elsewhere")
}

// View is the view of the series.
func (t Trust) View() (SeriesView, error) { return viewSeries(t) }

// View is the view of the series.
func (d Duels) View() (SeriesView, error) { return viewSeries(d) }

func viewSeries(s scored) (SeriesView, error) {
	first := s.measured()[0]
	v := SeriesView{
		Title: s.title() + ", on " + machine(first.Env),
		Lead:  strings.ReplaceAll(s.lead(), "`", ""), // which marks code
		Began: first.Started, Shows: sentences(boundFacts(s.Bounds())),
		Measured: sentences(seriesContext(s.measured())), Summary: s.shown(),
	}
	return v, s.tables(new(bytes.Buffer), collected{&v.Sheets})
}

// ViewWitness is the view of a run with two load generators.
func ViewWitness(run record.Witness) (SeriesView, error) {
	all, err := Testimonies(run)
	if err != nil {
		return SeriesView{}, err
	}
	v := SeriesView{Began: run.Started, Shows: sentences(witnessFacts(run, all)), Measured: sentences(witnessContext(run)),
		Summary: testimonyCount(all)}
	v.Title = "A second load generator, on " + machine(run.Env)
	v.Lead = witnessLead(run, record.Theirs)
	if run.Ended == nil {
		v.Lead += fmt.Sprintf(" It was interrupted after %d of %s.", witnessRounds(run), plural(run.Rounds, "round"))
	}
	return v, testimonySheet(new(bytes.Buffer), run, all, collected{&v.Sheets})
}
