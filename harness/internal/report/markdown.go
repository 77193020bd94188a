package report

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"strings"
)

// Markdown writes the document for a pull request or a job summary: a line for each level, a table for each group, and
// how to fix each violation. What a server sent appears only in code, so that nothing in it is read as markup or a
// mention.
func Markdown(w io.Writer, d Document) error {
	b := bufio.NewWriter(w)
	fmt.Fprintf(b, "## %s\n\n", plain(d.Title()))
	for _, line := range d.Summary() {
		level, counts, _ := strings.Cut(line, " ")
		fmt.Fprintf(b, "- **%s**: %s\n", level, strings.TrimSpace(counts))
	}
	for _, group := range d.Groups() {
		fmt.Fprintf(b, "\n### %s\n\n| verdict | level | check | requirement |\n|:--|:--|:--|:--|\n",
			cmp.Or(group[0].Group, "other"))
		for _, o := range group {
			state, note := State(o.Outcome), o.Waived
			if !o.OK() {
				state = "**" + state + "**"
			}
			if note == "" {
				note = o.Reason
			}
			requirement := plain(o.Requirement)
			if note != "" {
				requirement += " <br> " + inCell(note)
			}
			fmt.Fprintf(b, "| %s | %s | %s | %s |\n", state, o.Level, link(o), requirement)
		}
	}
	heading := "\n### What to fix\n"
	for _, o := range d.Outcomes {
		if !Explained(o.Outcome) {
			continue
		}
		fmt.Fprint(b, heading)
		heading = ""
		explain(b, o)
	}
	return b.Flush()
}

func explain(b *bufio.Writer, o Outcome) {
	fmt.Fprintf(b, "\n#### %s (%s)\n\n%s.\n", link(o), o.Level, plain(o.Requirement))
	if o.Rationale != "" {
		fmt.Fprintf(b, "\n%s\n", plain(o.Rationale))
	}
	for _, f := range o.Findings {
		fmt.Fprintf(b, "\n- %s\n", code(f.Message))
		for _, line := range [][2]string{{"expected", f.Expected}, {"got", f.Got}} {
			if line[1] != "" {
				fmt.Fprintf(b, "  - %s: %s\n", line[0], code(line[1]))
			}
		}
		if f.Exchange != nil {
			fmt.Fprintf(b, "\n%s\n", fence("  ", "sh", f.Exchange.Curl()))
		}
	}
	for _, r := range o.Remedies {
		fmt.Fprintf(b, "\nWith %s:\n\n%s\n", plain(r.Server), fence("", "", r.Text))
	}
}

// link is the check's name, linked to the text that requires it.
func link(o Outcome) string {
	if !strings.HasPrefix(o.Spec, "https://") {
		return "`" + o.Check + "`"
	}
	return fmt.Sprintf("[`%s`](<%s>)", o.Check, o.Spec)
}

// plain joins the text into one line and escapes it, so that Markdown shows it verbatim.
func plain(text string) string {
	var b strings.Builder
	for _, r := range strings.Join(strings.Fields(text), " ") {
		if strings.ContainsRune("\\`*_{}[]<>()#+!|~&@", r) {
			b.WriteByte('\\')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// code makes a code span of text on one line, delimited by more backticks than it has in a row.
func code(text string) string {
	text = strings.Join(strings.Fields(text), " ")
	if text == "" {
		return "(empty)"
	}
	ticks := strings.Repeat("`", longestRun(text)+1)
	if strings.HasPrefix(text, "`") || strings.HasSuffix(text, "`") {
		text = " " + text + " " // renderers strip these spaces again
	}
	return ticks + text + ticks
}

// inCell is code within a table, where a bar must be escaped even in code.
func inCell(text string) string { return strings.ReplaceAll(code(text), "|", `\|`) }

// fence makes a block of code, with each line indented.
func fence(indent, language, text string) string {
	ticks := strings.Repeat("`", max(3, longestRun(text)+1))
	lines := []string{ticks + language}
	for line := range strings.Lines(text) {
		lines = append(lines, strings.TrimRight(line, "\r\n"))
	}
	return indent + strings.Join(append(lines, ticks), "\n"+indent)
}

// longestRun is the length of the longest run of backticks.
func longestRun(text string) int {
	longest, run := 0, 0
	for _, r := range text {
		if run++; r != '`' {
			run = 0
		}
		longest = max(longest, run)
	}
	return longest
}
