package table

import (
	"bytes"
	"fmt"
	"io"
	"slices"

	"spabench/harness/internal/record"
)

// scored is a series of runs that was held against bounds: [Trust] or [Duels].
type scored interface {
	title() string // of its page
	lead() string  // what was done, in Markdown
	shown() string // what it shows, in a line
	Bounds() []Bound
	measured() []record.Run
	tables(b *bytes.Buffer, s style) error
}

// seriesText writes what a series shows, for a terminal of 80 columns.
func seriesText(w io.Writer, s scored) error {
	var b bytes.Buffer
	if err := s.tables(&b, textStyle{}); err != nil {
		return err
	}
	textStyle{}.facts(&b, "What it must show", boundFacts(s.Bounds()))
	textStyle{}.facts(&b, "Measured", seriesContext(s.measured()))
	_, err := w.Write(append(bytes.TrimRight(b.Bytes(), "\n"), '\n'))
	return err
}

// seriesPage is the README of a published series: its lead, what it must show and whether it does, its tables, how it
// was measured, and how to repeat it. Derived says which records the tables are from.
func seriesPage(name, derived string, s scored) (string, error) {
	style := markdownStyle{heading: "##"}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# %s, on %s\n\n%s\n\n", s.title(), escape(machine(s.measured()[0].Env)), s.lead())
	bullets(&b, boundFacts(s.Bounds()))
	b.WriteByte('\n')
	if err := s.tables(&b, style); err != nil {
		return "", fmt.Errorf("render page of %s: %w", name, err)
	}
	style.facts(&b, "Measured", seriesContext(s.measured()))
	b.WriteString(reproduce(s.measured()[0]))
	fmt.Fprintf(&b, "%s\n\n```sh\ngo run ./harness/cmd/spabench trust --score results/%s\n```\n", derived, name)
	return b.String(), nil
}

// linked is a series in results/, as the index shows it.
type linked struct {
	name        string // of its folder
	first       record.Run
	made, shown string
}

// seriesLinks writes a part of the index that links series, newest first. Series of older records were judged by other
// comparisons, and only their own pages say what they showed.
func seriesLinks(b *bytes.Buffer, lead string, series []linked) {
	if len(series) == 0 {
		return
	}
	b.WriteString(lead)
	slices.SortStableFunc(series, func(x, y linked) int { return y.first.Started.Compare(x.first.Started) })
	for _, s := range series {
		if !Current(s.first) {
			s.shown = "measured in an older way"
		}
		fmt.Fprintf(b, "- [%s](%s/README.md): %s on %s; %s\n", s.first.Started.UTC().Format("2006-01-02"), s.name, s.made,
			escape(machine(s.first.Env)), s.shown)
	}
}
