package table

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/spatest"
)

// Matrix is the page of a run that checked conformance and measured nothing: every server by every check. A failure
// links to the explanation of its check in the file explained, which has what Explanations returns.
func Matrix(run record.Run, name, explained string) (string, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Conformance of ways to serve a single-page app\n\n%s, %s. Each server ran in its own "+
		"containers; its report "+
		"is in `%s`, unmodified.\n\n",
		day(run.Started), plural(len(run.Plan.Variants), "server"), ReportsFile)
	if run.End == nil {
		fmt.Fprintf(&b, "**This run was interrupted** after %d of %d servers.\n\n",
			len(run.Conformance), len(run.Plan.Variants))
	}
	if err := (markdownStyle{}).sheet(&b, serversSheet(run)); err != nil {
		return "", fmt.Errorf("render matrix of %s: %w", name, err)
	}
	b.WriteString("✓ pass, [✗](" + explained + ") fail, with a link to what the check requires and why, w waived " +
		"with a reason, – skipped because it cannot be decided on this server, ⊘ blocked by a failed check, ? " +
		"undecided because of an error.\n\n")
	if err := groups(&b, run, explained); err != nil {
		return "", fmt.Errorf("render matrix of %s: %w", name, err)
	}
	if notes := waivers(run); len(notes) > 0 {
		b.WriteString("## Waived and undecided\n\n")
		markdownStyle{}.notes(&b, notes)
	}
	markdownStyle{heading: "##"}.facts(&b, "Checked", context(run))
	b.WriteString(reproduce(run))
	b.WriteString("`make tables` renders this page again from its reports.\n")
	return b.String(), nil
}

// groups writes the matrix of each group of checks.
func groups(b *bytes.Buffer, run record.Run, explained string) error {
	for _, g := range MatrixGroups(run) {
		drawn, err := draw(groupMatrix(run, g, explained), markdownTable())
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "## %s\n\n%s\n", g.Title, drawn)
	}
	return nil
}

// ReportsFile is the name of the record of a run that checked conformance and measured nothing.
const ReportsFile = "reports.jsonl"

// serversSheet numbers the servers of the matrix and counts their verdicts by level.
func serversSheet(run record.Run) sheet {
	s := sheet{head: []string{"server", "#", "conforms", "MUST ✓", "MUST ✗", "SHOULD ✓", "SHOULD ✗", "other"}}
	for i, arm := range run.Plan.Variants {
		title := arm
		if t := ServerTitle(run, arm); t != "" {
			title += ": " + t
		}
		n, ok := conformanceOf(run, arm)
		if !ok {
			title += " (" + orElse(failure(run, arm), "not checked") + ")"
			s.rows = append(s.rows,
				[]string{title, fmt.Sprint(i + 1), missing, missing, missing, missing, missing, missing})
			continue
		}
		count := map[spatest.Level]map[bool]int{spatest.Must: {}, spatest.Should: {}}
		other := 0
		for _, o := range n.Report.Outcomes {
			decided := o.Verdict == spatest.Passed || o.Verdict == spatest.Failed && o.Waived == ""
			if counts, ok := count[o.Level]; ok && decided {
				counts[o.Verdict == spatest.Passed]++
			} else {
				other++
			}
		}
		row := []string{title, fmt.Sprint(i + 1), yesNo(n.ok())}
		for _, level := range []spatest.Level{spatest.Must, spatest.Should} {
			row = append(row, fmt.Sprint(count[level][true]), fmt.Sprint(count[level][false]))
		}
		s.rows = append(s.rows, append(row, fmt.Sprint(other)))
	}
	return s
}

// groupMatrix has the checks of a group as rows and the numbers of the servers as columns.
func groupMatrix(run record.Run, g MatrixGroup, explained string) sheet {
	s := sheet{head: []string{"check", "level"}}
	for i := range run.Plan.Variants {
		s.head = append(s.head, fmt.Sprint(i+1))
	}
	for _, c := range g.Checks {
		name := escape(c.Name)
		if c.Known() {
			name = fmt.Sprintf("[%s](%s#%[1]s)", c.Name, explained)
		}
		row := []string{name, c.Level.String()}
		for _, o := range c.Outcomes {
			shown := " "
			if o != nil {
				shown = Sign(*o)
			}
			if o != nil && o.Verdict == spatest.Failed && o.Waived == "" && c.Known() {
				shown = fmt.Sprintf("[%s](%s#%s)", shown, explained, o.Check)
			}
			row = append(row, shown)
		}
		s.rows = append(s.rows, row)
	}
	return s
}

// waivers says what was waived, could not be run, or was left undecided by an error, and why.
func waivers(run record.Run) []string {
	var notes []string
	for _, arm := range run.Plan.Variants {
		n, ok := conformanceOf(run, arm)
		if !ok {
			continue
		}
		if n.Err != "" {
			notes = append(notes, fmt.Sprintf("%s: the checks could not be run: %s", arm, firstLine(n.Err)))
		}
		for _, o := range n.Report.Outcomes {
			switch {
			case o.Waived != "":
				notes = append(notes, fmt.Sprintf("%s waives %s: %s", arm, o.Check, firstLine(o.Waived)))
			case o.Verdict == spatest.Errored:
				notes = append(notes, fmt.Sprintf("%s: %s was not decided: %s", arm, o.Check, firstLine(o.Reason)))
			}
		}
	}
	return notes
}

// Explanations is a page that says what every check requires, why, and where that comes from.
func Explanations() string {
	var b strings.Builder
	b.WriteString("# The checks\n\n" +
		"What each check of `spatest` requires, how a violation hurts users, and where the requirement comes from. " +
		"`spabench check --explain NAME` shows the same.\n")
	group := ""
	for _, c := range spatest.Checks() {
		if c.Group != group {
			group = c.Group
			fmt.Fprintf(&b, "\n## %s\n", GroupTitle(group))
		}
		fmt.Fprintf(&b, "\n### %s\n\n**%s**: %s.\n\n%s\n\n",
			c.Name, c.Level, escape(c.Requirement()), paragraphs(c.Rationale()))
		if len(c.Needs) > 0 {
			var needs []string
			for _, f := range c.Needs {
				needs = append(needs, string(f))
			}
			slices.Sort(needs)
			fmt.Fprintf(&b, "Needs: %s. ", strings.Join(needs, ", "))
		}
		if len(c.DependsOn) > 0 {
			fmt.Fprintf(&b, "Depends on: %s. ", strings.Join(c.DependsOn, ", "))
		}
		fmt.Fprintf(&b, "Source: <%s>\n", c.Spec)
	}
	return b.String()
}

// paragraphs escapes a text and keeps its blank lines.
func paragraphs(text string) string {
	parts := strings.Split(text, "\n\n")
	for i := range parts {
		parts[i] = escape(parts[i])
	}
	return strings.Join(parts, "\n\n")
}
