package table

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/olekukonko/tablewriter"
	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// width of the terminal that text is made for, characters.
const width = 80

// Text writes the named tables (all of them without a name; see Names), how to read them, and where and how they were
// measured, for a terminal of 80 columns. It fails on an unknown name, on a damaged histogram, and when w does.
func Text(w io.Writer, run record.Run, names ...string) error {
	return render(w, run, names, textStyle{})
}

// Markdown writes the same as Text, for a page.
func Markdown(w io.Writer, run record.Run, names ...string) error {
	return render(w, run, names, markdownStyle{heading: "##"})
}

// style draws the parts of a document.
type style interface {
	title(b *bytes.Buffer, t Table)
	grid(b *bytes.Buffer, g grid) error
	sheet(b *bytes.Buffer, s sheet) error
	wide(b *bytes.Buffer, s sheet) error // of a sheet that may have more columns than there is room for
	notes(b *bytes.Buffer, notes []string)
	facts(b *bytes.Buffer, title string, facts []fact)
}

func render(w io.Writer, run record.Run, names []string, s style) error {
	var b bytes.Buffer
	if err := tables(&b, run, names, s); err != nil {
		return err
	}
	if app := appFacts(run); len(app) > 0 {
		s.facts(&b, "What is served", capitalised(app))
	}
	s.facts(&b, "How to read", legend(run))
	if noise := controlFacts(run); len(noise) > 0 {
		s.facts(&b, "Noise", capitalised(noise))
	}
	s.facts(&b, "Measured", context(run))
	_, err := w.Write(append(bytes.TrimRight(b.Bytes(), "\n"), '\n'))
	return err
}

func capitalised(facts []fact) []fact {
	out := slices.Clone(facts)
	for i := range out {
		out[i].label = capital(out[i].label)
	}
	return out
}

// sheets make the tables whose cells are not metrics by arm.
var sheets = map[string]func(record.Run) sheet{
	conformance: conformanceSheet, control: controlSheet, generator: generatorSheet, connections: connectionsSheet,
}

func tables(b *bytes.Buffer, run record.Run, names []string, s style) error {
	chosen, err := choose(run, names)
	if err != nil {
		return err
	}
	if err := intact(run); err != nil {
		return err
	}
	for _, t := range chosen {
		s.title(b, t)
		if of, ok := sheets[t.Name]; ok {
			v := of(run)
			if err := s.wide(b, v); err != nil {
				return fmt.Errorf("render table %s: %w", t.Name, err)
			}
			s.notes(b, v.notes)
			continue
		}
		g := arrange(run, t)
		if err := s.grid(b, g); err != nil {
			return fmt.Errorf("render table %s: %w", t.Name, err)
		}
		s.notes(b, g.notes)
	}
	return nil
}

// intact returns an error for the first histogram that cannot be read. Without it, damage would look like missing
// values.
func intact(run record.Run) error {
	for _, t := range run.Trials {
		for _, l := range t.Loads {
			all := []record.Histogram{l.Latency, l.Planned, l.Lag}
			for _, p := range l.Parts {
				all = append(all, p.Latency)
			}
			for _, s := range l.Slices {
				all = append(all, s.Planned)
			}
			for _, h := range all {
				if err := stat.Check(string(h)); err != nil {
					return fmt.Errorf("read round %d of %s under load %s: %w", t.Round, t.Variant, l.Load, err)
				}
			}
		}
	}
	return nil
}

// draw lays out rows with tablewriter, aligning the first column to the left and all others to the right.
func draw(s sheet, with tw.Renderer) (string, error) {
	var b bytes.Buffer
	align := make([]tw.Align, len(s.head))
	for i := range align {
		align[i] = tw.AlignRight
	}
	align[0] = tw.AlignLeft
	cells := tw.CellConfig{
		Alignment:  tw.CellAlignment{PerColumn: align},
		Formatting: tw.CellFormatting{AutoFormat: tw.Off, AutoWrap: tw.WrapNone},
		Padding:    tw.CellPadding{Global: tw.Padding{Left: " ", Right: " ", Overwrite: true}},
	}
	t := tablewriter.NewTable(&b,
		tablewriter.WithRenderer(with),
		tablewriter.WithConfig(tablewriter.Config{Header: cells, Row: cells}),
		tablewriter.WithTrimSpace(tw.Off),
		tablewriter.WithEastAsian(tw.Off), // the same bytes in every locale
	)
	t.Header(s.head)
	if err := t.Bulk(s.rows); err != nil {
		return "", err
	}
	if err := t.Render(); err != nil {
		return "", err
	}
	return b.String(), nil
}

// rules draws text tables: a line under the head, nothing else.
func rules() tw.Renderer {
	return renderer.NewBlueprint(tw.Rendition{
		Borders: tw.BorderNone,
		Symbols: tw.NewSymbols(tw.StyleLight),
		Settings: tw.Settings{
			Separators: tw.Separators{BetweenColumns: tw.Off, BetweenRows: tw.Off},
			Lines:      tw.Lines{ShowHeaderLine: tw.On},
		},
	})
}

// valueOf is a cell's value with its spread.
func valueOf(m Metric, c cell) string {
	if c.value.N == 0 {
		return missing
	}
	shown := number(c.value.Centre / m.Unit.Per)
	if m.Unit == pieces {
		shown = count(c.value.Centre)
	}
	if m.Exact && c.value.Lo == c.value.Hi {
		return shown
	}
	if c.value.N == 1 {
		return shown + " ±?"
	}
	return shown + " " + spread(c.value)
}

// ratioOf is a cell's comparison in the shortest form.
func ratioOf(m Metric, c cell) string {
	switch {
	case c.mark != "":
		return string(c.mark)
	case c.ratio.N == 0 || m.Unit == pieces:
		return ""
	case c.reference:
		return "×1"
	case m.Exact && c.ratio.Lo == c.ratio.Hi, stat.Distinguishable(c.ratio):
		return "×" + number(c.ratio.Centre)
	case !c.ratio.Attained():
		return "×" + number(c.ratio.Centre) + "?"
	default:
		return c.more.untold()
	}
}

// heading is a column's title with its unit.
func heading(m Metric) string {
	if m.Unit.Name == "" {
		return m.Title
	}
	return m.Title + ", " + m.Unit.Name
}

// label is an arm with the mark of one that does not conform.
func label(r row) string {
	if r.fails {
		return r.arm + " ✗"
	}
	return r.arm
}

// padLeft fills up to n characters.
func padLeft(s string, n int) string {
	return strings.Repeat(" ", max(0, n-utf8.RuneCountInString(s))) + s
}

func padRight(s string, n int) string {
	return s + strings.Repeat(" ", max(0, n-utf8.RuneCountInString(s)))
}
