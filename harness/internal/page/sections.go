package page

import (
	"slices"
	"strings"

	"spabench/harness/internal/record"
)

// sections are the parts of the page with pictures, and at last the tables that are in none of them.
func sections(run record.Run, l links, sheets map[string]sheet, names []string) ([]section, error) {
	var all []section
	shown := []string{"conformance"}
	for _, part := range []struct {
		of     func(record.Run, links) (section, error)
		tables []string
	}{
		{headline, []string{"headline"}},
		{latency, []string{"latency-page", "latency-deep-link", "latency-asset", "latency-api", "latency-more"}},
		{coldStart, []string{"coldstart"}},
		{image, []string{"image"}},
		{memory, []string{"memory"}},
		{visits, []string{"visit", "visit-parts"}},
		{rounds, []string{"control"}},
	} {
		s, err := part.of(run, l)
		if err != nil {
			return nil, err
		}
		for _, name := range part.tables {
			if t, ok := sheets[name]; ok {
				s.Tables = append(s.Tables, t)
			}
		}
		shown = append(shown, part.tables...)
		all = append(all, s)
	}
	rest := section{ID: "tables", Title: "More tables"}
	for _, name := range names {
		if !slices.Contains(shown, name) {
			rest.Tables = append(rest.Tables, sheets[name])
		}
	}
	return append(all, rest), nil
}

// sentence joins parts for the label of a picture.
func sentence(parts ...string) string { return strings.Join(parts, "; ") }
