package report_test

import (
	"bytes"
	"html"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/extension"
	renderer "github.com/yuin/goldmark/renderer/html"

	"spabench/harness/internal/report"
)

var (
	tableRow = regexp.MustCompile(`(?s)<tr>.*?</tr>`)
	cell     = regexp.MustCompile(`(?s)<t[hd][^>]*>(.*?)</t[hd]>`)
	tag      = regexp.MustCompile(`<[^>]*>`)
	block    = regexp.MustCompile(`(?s)<pre><code[^>]*>(.*?)</code></pre>`)
)

// TestMarkdownRendered: as a renderer sees it, there is a row of four cells for each check, nothing that a server sent
// is markup, and every curl line can be copied.
func TestMarkdownRendered(t *testing.T) {
	md := goldmark.New(goldmark.WithExtensions(extension.GFM),
		goldmark.WithRendererOptions(renderer.WithUnsafe())) // to see raw HTML
	for name, d := range documents(t) {
		t.Run(name, func(t *testing.T) {
			var source, b bytes.Buffer
			if err := report.Markdown(&source, d); err != nil {
				t.Fatal(err)
			}
			if err := md.Convert(source.Bytes(), &b); err != nil {
				t.Fatal(err)
			}
			page := b.String()
			rows := map[string][]string{}
			for _, row := range tableRow.FindAllString(page, -1) {
				var cells []string
				for _, c := range cell.FindAllStringSubmatch(row, -1) {
					cells = append(cells, html.UnescapeString(tag.ReplaceAllString(c[1], "")))
				}
				if len(cells) != 4 {
					t.Errorf("a row of %d cells: %s", len(cells), row)
					continue
				}
				rows[cells[2]] = cells
			}
			for _, o := range d.Outcomes {
				row := rows[o.Check]
				if row == nil || row[0] != report.State(o.Outcome) || row[1] != o.Level.String() ||
					!strings.HasPrefix(row[3], o.Requirement) {
					t.Errorf("%s: row %q", o.Check, row)
				}
			}
			if strings.Contains(page, "<script") || strings.Contains(page, "<h1>") || strings.Contains(page, "<!--") {
				t.Errorf("what a server sent became markup:\n%s", page)
			}
			for _, o := range d.Outcomes {
				for _, f := range o.Findings {
					if !report.Explained(o.Outcome) || f.Exchange == nil {
						continue
					}
					want := strings.ReplaceAll(strings.ReplaceAll(f.Exchange.Curl(), "\r\n", "\n"), "\x00", "\ufffd")
					if !slices.ContainsFunc(block.FindAllStringSubmatch(page, -1), func(m []string) bool {
						return strings.TrimSpace(html.UnescapeString(m[1])) == strings.TrimSpace(want)
					}) {
						t.Errorf("%s: no block has %s", o.Check, want)
					}
				}
			}
			if !d.Conforms && !strings.Contains(page, "does not conform") {
				t.Error("the page does not say that the target does not conform")
			}
		})
	}
}
