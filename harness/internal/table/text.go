package table

import (
	"bytes"
	"fmt"
	"strings"
	"unicode/utf8"
)

// textStyle draws for a terminal. It cuts a grid that is too wide into panels, one below the other.
type textStyle struct{}

func (textStyle) title(b *bytes.Buffer, t Table) {
	fmt.Fprintf(b, "%s\n", strings.ToUpper(t.Title))
	b.WriteString(wrap("", t.Doc))
	b.WriteByte('\n')
}

func (textStyle) grid(b *bytes.Buffer, g grid) error {
	var columns [][]string // head first, then a cell for each row
	if g.table.Checks {
		checks := []string{"checks"}
		for _, r := range g.rows {
			checks = append(checks, orElse(r.checks, missing))
		}
		columns = append(columns, checks)
	}
	for i, c := range g.columns {
		columns = append(columns, textColumn(c, i, g.rows))
	}
	names := []string{"variant"}
	for _, r := range g.rows {
		names = append(names, label(r))
	}
	return panels(b, names, columns)
}

// panels draws columns, head first, beside the names of their rows: as many as fit, then the rest below.
func panels(b *bytes.Buffer, names []string, columns [][]string) error {
	for len(columns) > 0 {
		panel, n := [][]string{names}, 0
		for used := 2 + widest(names); n < len(columns) && (n == 0 || used+2+widest(columns[n]) <= width); n++ {
			used += 2 + widest(columns[n])
			panel = append(panel, columns[n])
		}
		columns = columns[n:]
		drawn, err := draw(transpose(panel), rules())
		if err != nil {
			return err
		}
		b.WriteString(trimLines(drawn))
		b.WriteByte('\n')
	}
	return nil
}

// textColumn aligns values and ratios within one column, so that both can be read downwards.
func textColumn(c column, i int, rows []row) []string {
	var values, ratios []string
	for _, r := range rows {
		values = append(values, valueOf(c.metric, r.cells[i]))
		ratios = append(ratios, ratioOf(c.metric, r.cells[i]))
	}
	v, q := widest(values), widest(ratios)
	cells := []string{heading(c.metric)}
	for i := range values {
		cell := padLeft(values[i], v)
		if q > 0 {
			cell += " " + padRight(ratios[i], q)
		}
		cells = append(cells, cell)
	}
	return cells
}

func (textStyle) sheet(b *bytes.Buffer, s sheet) error {
	drawn, err := draw(s, rules())
	if err != nil {
		return err
	}
	b.WriteString(trimLines(drawn))
	b.WriteByte('\n')
	return nil
}

func (textStyle) wide(b *bytes.Buffer, s sheet) error {
	columns := make([][]string, len(s.head))
	for _, r := range append([][]string{s.head}, s.rows...) {
		for i, cell := range r {
			columns[i] = append(columns[i], cell)
		}
	}
	return panels(b, columns[0], columns[1:])
}

func (textStyle) notes(b *bytes.Buffer, notes []string) {
	for _, n := range notes {
		b.WriteString(wrap("  ", n))
	}
	if len(notes) > 0 {
		b.WriteByte('\n')
	}
}

func (textStyle) facts(b *bytes.Buffer, title string, facts []fact) {
	fmt.Fprintf(b, "%s\n", strings.ToUpper(title))
	margin := 10
	for _, f := range facts {
		margin = max(margin, utf8.RuneCountInString(f.label)+1)
	}
	for _, f := range facts {
		b.WriteString(wrap(padRight(f.label, margin), f.text))
	}
	b.WriteByte('\n')
}

// wrap breaks text at spaces into lines of the terminal's width. The first begins with lead, the others are indented
// alike.
func wrap(lead, text string) string {
	indent := strings.Repeat(" ", utf8.RuneCountInString(lead))
	var b strings.Builder
	line := lead
	empty := true
	for _, word := range strings.Fields(text) {
		if !empty && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > width {
			b.WriteString(line + "\n")
			line, empty = indent, true
		}
		if !empty {
			line += " "
		}
		line += word
		empty = false
	}
	return b.String() + line + "\n"
}

// transpose makes a sheet of columns, each with its head first.
func transpose(columns [][]string) sheet {
	var s sheet
	for i := range columns[0] {
		var row []string
		for _, c := range columns {
			row = append(row, c[i])
		}
		if i == 0 {
			s.head = row
		} else {
			s.rows = append(s.rows, row)
		}
	}
	return s
}

// widest is the length of the longest cell, characters.
func widest(cells []string) int {
	longest := 0
	for _, c := range cells {
		longest = max(longest, utf8.RuneCountInString(c))
	}
	return longest
}

// trimLines removes the spaces at the ends of lines.
func trimLines(s string) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimRight(line, " ")
	}
	return strings.Join(lines, "\n") + "\n"
}
