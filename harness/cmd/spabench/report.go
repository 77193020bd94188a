package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"spabench/harness/spatest"
)

// verdicts, in the order in which a summary counts them.
var verdicts = []spatest.Verdict{spatest.Passed, spatest.Failed, spatest.Skipped, spatest.Errored, spatest.Blocked}

// writeReport shows one line a check under the heading of its group, then explains every violation, then sums up.
func writeReport(w io.Writer, r spatest.Report, took time.Duration) {
	checks := map[string]spatest.Check{}
	nameWidth := 0
	for _, c := range spatest.Checks() {
		checks[c.Name] = c
		nameWidth = max(nameWidth, len(c.Name))
	}
	group := ""
	for _, o := range r.Outcomes {
		if g := checks[o.Check].Group; g != group {
			group = g
			_, _ = fmt.Fprintf(w, "%s\n", strings.ToUpper(group))
		}
		lead := fmt.Sprintf("  %-7s  %-6s  %-*s  ", o.Verdict, o.Level, nameWidth, o.Check)
		_, _ = fmt.Fprintln(w, strings.TrimRight(lead+wrap(len(lead), o.Reason), " "))
	}
	for _, o := range r.Outcomes {
		if len(o.Findings) > 0 {
			explain(w, checks[o.Check], o)
		}
	}
	_, _ = fmt.Fprintf(w, "\n%s\n%s\n", counts(r), summary(r, took))
}

// explain shows the violations of one check to whoever has to mend the server. A curl line and an address stay whole,
// so that they can be copied.
func explain(w io.Writer, c spatest.Check, o spatest.Outcome) {
	_, _ = fmt.Fprintf(w, "\n%s (%s)\n  %s\n", o.Check, o.Level, wrap(2, c.Requirement()))
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
	if c.Spec != "" {
		_, _ = fmt.Fprintf(w, "\n  see %s\n", c.Spec)
	}
}

// counts has one line a level.
func counts(r spatest.Report) string {
	var lines []string
	for level := spatest.Must; level <= spatest.May; level++ {
		var parts []string
		for _, v := range verdicts {
			n := 0
			for _, o := range r.Outcomes {
				if o.Level == level && o.Verdict == v {
					n++
				}
			}
			if n > 0 {
				parts = append(parts, fmt.Sprintf("%d %s", n, v))
			}
		}
		if len(parts) > 0 {
			lines = append(lines, fmt.Sprintf("%-6s  %s", level, strings.Join(parts, ", ")))
		}
	}
	return strings.Join(lines, "\n")
}

// summary is the whole report in one line.
func summary(r spatest.Report, took time.Duration) string {
	verdict := "conforms"
	if r.Err() != nil {
		verdict = "does not conform"
	}
	checks := "checks"
	if len(r.Outcomes) == 1 {
		checks = "check"
	}
	return fmt.Sprintf("%s %s (%d %s in %s)", r.Target, verdict, len(r.Outcomes), checks, took.Round(time.Millisecond))
}

// width of the terminal that text is made for, characters.
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
