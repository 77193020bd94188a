package table

import (
	"bytes"
	"fmt"
	"strings"

	"github.com/olekukonko/tablewriter/renderer"
	"github.com/olekukonko/tablewriter/tw"
)

// markdownStyle draws for a page, which has room for a column of ratios with their intervals.
type markdownStyle struct {
	heading string // of a table: ## or ###
}

func (m markdownStyle) title(b *bytes.Buffer, t Table) {
	fmt.Fprintf(b, "%s %s\n\n%s\n\n", m.heading, t.Title, escape(t.Doc))
}

func (m markdownStyle) grid(b *bytes.Buffer, g grid) error {
	head, cells := cellsOf(g)
	s := sheet{head: head}
	for _, r := range cells {
		var row []string
		for _, c := range r {
			row = append(row, c.Text)
		}
		s.rows = append(s.rows, row)
	}
	return m.sheet(b, s)
}

// fullRatio is a cell's comparison with its interval.
func fullRatio(m Metric, c cell) string {
	short := ratioOf(m, c)
	if c.mark != "" || c.ratio.N == 0 || c.ratio.Lo == c.ratio.Hi {
		return orElse(short, missing)
	}
	return short + " " + unbroken(fmt.Sprintf("[%s, %s]", number(c.ratio.Lo), number(c.ratio.Hi)))
}

// unbroken keeps a browser from breaking the line within s where a table is narrow.
func unbroken(s string) string { return strings.ReplaceAll(s, " ", "\u00a0") }

func (markdownStyle) sheet(b *bytes.Buffer, s sheet) error {
	for _, r := range s.rows {
		for i := range r {
			r[i] = escape(r[i])
		}
	}
	drawn, err := draw(s, markdownTable())
	if err != nil {
		return err
	}
	b.WriteString(drawn)
	b.WriteByte('\n')
	return nil
}

func (m markdownStyle) wide(b *bytes.Buffer, s sheet) error { return m.sheet(b, s) }

func markdownTable() tw.Renderer { return renderer.NewMarkdown() }

func (markdownStyle) notes(b *bytes.Buffer, notes []string) {
	for _, n := range notes {
		fmt.Fprintf(b, "- %s\n", escape(n))
	}
	if len(notes) > 0 {
		b.WriteByte('\n')
	}
}

func (m markdownStyle) facts(b *bytes.Buffer, title string, facts []fact) {
	fmt.Fprintf(b, "%s %s\n\n", m.heading, title)
	for _, f := range facts {
		fmt.Fprintf(b, "- **%s**: %s\n", escape(f.label), escape(f.text))
	}
	b.WriteByte('\n')
}

// escape keeps text from a record from being read as Markdown or HTML.
func escape(s string) string { return markup.Replace(s) }

var markup = strings.NewReplacer(`\`, `\\`, "|", `\|`, "<", "&lt;", ">", "&gt;", "*", `\*`, "_", `\_`, "`", "\\`",
	"](", `]\(`, "~", `\~`, "&", "&amp;", "\n", " ")
