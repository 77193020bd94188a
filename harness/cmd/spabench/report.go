package main

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"spabench/harness/internal/remedy"
	"spabench/harness/internal/report"
)

// writeText shows one line per check below the heading of its group, then explains every violation, then sums up.
func writeText(w io.Writer, d report.Document) {
	nameWidth := 0
	for _, o := range d.Outcomes {
		nameWidth = max(nameWidth, len(o.Check))
	}
	for _, group := range d.Groups() {
		_, _ = fmt.Fprintf(w, "%s\n", strings.ToUpper(cmp.Or(group[0].Group, "other")))
		for _, o := range group {
			lead := fmt.Sprintf("  %-7s  %-6s  %-*s  ", report.State(o.Outcome), o.Level, nameWidth, o.Check)
			_, _ = fmt.Fprintln(w, strings.TrimRight(lead+wrap(len(lead), cmp.Or(o.Waived, o.Reason)), " "))
		}
	}
	shown, unexplained := map[report.Remedy]string{}, false
	for _, o := range d.Outcomes {
		if report.Explained(o.Outcome) {
			explain(w, o, shown)
			unexplained = unexplained || len(o.Remedies) == 0
		}
	}
	if unexplained && len(shown) == 0 {
		advice := "To see how to fix this, name the server software: --server " + strings.Join(remedy.Names(), ", ")
		_, _ = fmt.Fprintf(w, "\n%s\n", wrap(0, advice))
	}
	_, _ = fmt.Fprintf(w, "\n%s\n%s\n", strings.Join(d.Summary(), "\n"), wrap(0, d.Title()))
}

// explain shows the violations of one check to whoever has to fix the server. A curl line and an address stay whole,
// so that they can be copied. A remedy that was shown before is not shown again.
func explain(w io.Writer, o report.Outcome, shown map[report.Remedy]string) {
	_, _ = fmt.Fprintf(w, "\n%s (%s)\n  %s\n", o.Check, o.Level, wrap(2, o.Requirement))
	if o.Rationale != "" {
		_, _ = fmt.Fprintf(w, "\n  %s\n", wrap(2, strings.ReplaceAll(o.Rationale, "\n", " ")))
	}
	for _, f := range o.Findings {
		_, _ = fmt.Fprintf(w, "\n  - %s\n", wrap(4, f.Message))
		line := func(label, value string) {
			if value != "" {
				_, _ = fmt.Fprintf(w, "    %-8s  %s\n", label, value)
			}
		}
		line("expected", wrap(14, f.Expected))
		line("got", wrap(14, f.Got))
		if f.Exchange != nil {
			line("try", f.Exchange.Curl())
		}
	}
	for _, r := range o.Remedies {
		if before := shown[r]; before != "" {
			reference := fmt.Sprintf("fix with %s: the same as for %s, above", r.Server, before)
			_, _ = fmt.Fprintf(w, "\n  %s\n", wrap(2, reference))
			continue
		}
		shown[r] = o.Check
		_, _ = fmt.Fprintf(w, "\n  fix with %s\n%s\n", r.Server, indented(4, r.Text))
	}
	if o.Spec != "" {
		_, _ = fmt.Fprintf(w, "\n  see %s\n", o.Spec)
	}
}

// width is that of the terminal that text is written for, in characters.
const width = 80

// wrap breaks text at spaces into lines of the terminal's width, when the first one begins in this column;
// the others are indented up to it. A word that is longer stays whole.
func wrap(column int, text string) string {
	indent := "\n" + strings.Repeat(" ", column)
	var lines []string
	for paragraph := range strings.Lines(text) {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			switch {
			case line == "":
				line = word
			case column+len([]rune(line))+1+len([]rune(word)) <= width:
				line += " " + word
			default:
				lines, line = append(lines, line), word
			}
		}
		lines = append(lines, line)
	}
	return strings.ReplaceAll(strings.Join(lines, indent), indent+"\n", "\n\n")
}
