package page

import (
	_ "embed"
	"fmt"
	"io"
	"slices"
	"time"

	"spabench/harness/internal/table"
)

//go:embed index.js
var indexScript string

// Site is what the index of a site leads to.
type Site struct {
	Base     string // path that the site is under on its server, with a slash at its end
	Headline string // name of the run whose results the index begins with
	Runs     []table.Published
	Matrices []table.Published
	Claims   []table.PublishedClaims
	Series   []Series
}

// Series is a series that tests the benchmark itself, or a run with two load generators.
type Series struct {
	Name string // of its folder
	View table.SeriesView
}

// Files of a site, from its folder.
const (
	IndexFile  = "index.html"
	ChecksFile = "checks.html"
)

// RunFile is the file with the report of the run of that name.
func RunFile(name string) string { return "runs/" + name + "/" + IndexFile }

// MatrixFile is the file with the matrix of that name.
func MatrixFile(name string) string { return "matrix/" + name + "/" + IndexFile }

// ClaimsFile is the file with the claims of that name.
func ClaimsFile(name string) string { return "claims/" + name + "/" + IndexFile }

// Named are the runs of the site with the files of their reports.
func (s Site) Named() []Named {
	var all []Named
	for _, r := range s.Runs {
		all = append(all, Named{Name: r.Name, File: RunFile(r.Name), Run: r.Run})
	}
	return all
}

// SeriesFile is the file with the series of that name.
func SeriesFile(name string) string { return "series/" + name + "/" + IndexFile }

// siteIndex is what the template of an index shows.
type siteIndex struct {
	frame
	Base             string
	Headline         *headlined
	Runs             sheet
	Matrices, Claims []link
	Series           []link
	Checks, Trends   string
}

// headlined is the run that an index begins with.
type headlined struct {
	Run       link
	Sentences []table.Sentence
	Table     *sheet
}

// WriteIndex writes the page that leads to all others of a site. It fails when the headline's run is not there or
// damaged, and when w does.
func WriteIndex(w io.Writer, s Site) error {
	x := siteIndex{frame: framed("spabench: ways to serve a single-page app, checked and measured", indexScript),
		Base: s.Base, Checks: ChecksFile, Trends: TrendsFile}
	h, err := headlineOf(s)
	if err != nil {
		return err
	}
	x.Headline = &h
	runs, err := table.IndexRuns(s.Runs)
	if err != nil {
		return err
	}
	x.Runs = sheetOf("table-runs", runs)
	for _, row := range x.Runs.Rows {
		row[0].Link = RunFile(row[0].Text)
	}
	for _, m := range slices.Backward(s.Matrices) {
		x.Matrices = append(x.Matrices, link{m.Name, MatrixFile(m.Name),
			day(m.Run.Started) + ", " + counted(len(m.Run.Plan.Variants), "server")})
	}
	for _, c := range slices.Backward(s.Claims) {
		view, err := table.ViewClaims(c.Claims)
		if err != nil {
			return err
		}
		x.Claims = append(x.Claims, link{c.Name, ClaimsFile(c.Name), day(c.Claims.Started) + ", " + view.Count})
	}
	for _, s := range slices.Backward(s.Series) {
		x.Series = append(x.Series, link{s.View.Title, SeriesFile(s.Name), day(s.View.Began) + "; " + s.View.Summary})
	}
	return fill(w, "index.gohtml", x)
}

func headlineOf(s Site) (headlined, error) {
	i := slices.IndexFunc(s.Runs, func(r table.Published) bool { return r.Name == s.Headline })
	if i < 0 {
		return headlined{}, fmt.Errorf("write the index: there is no run %s", s.Headline)
	}
	run := s.Runs[i].Run
	h := headlined{Run: link{s.Headline, RunFile(s.Headline), lead(run) + ", on " + table.Title(run)},
		Sentences: table.Summary(run)}
	filled, err := table.Fill(run, "headline")
	if err != nil {
		return h, fmt.Errorf("write the index: %s: %w", s.Headline, err)
	}
	for _, f := range filled {
		t := sheetOf("headline", f)
		t.Doc = "" // the sentences above say it
		h.Table = &t
	}
	return h, nil
}

func day(t time.Time) string { return t.UTC().Format("2 January 2006") }
