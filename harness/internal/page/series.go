package page

import (
	"fmt"
	"io"

	"spabench/harness/internal/table"
)

// seriesPage is what the template of a series shows.
type seriesPage struct {
	frame
	Lead  string
	Facts []facts
	Shown section
}

// WriteSeries writes the page of a series that tests the benchmark itself, or of a run with two load generators. Home
// is as for Write. It fails when w does.
func WriteSeries(w io.Writer, v table.SeriesView, home string) error {
	s := seriesPage{frame: framed(v.Title, script), Lead: v.Lead,
		Facts: []facts{{"shows", "What it shows", v.Shows}, {"measured", "Where and how it was measured", v.Measured}},
		Shown: section{ID: "tables", Title: "Tables"}}
	s.Home = home
	for i, f := range v.Sheets {
		s.Shown.Tables = append(s.Shown.Tables, sheetOf(fmt.Sprintf("table-%d", i+1), f))
	}
	return fill(w, "series", s)
}
