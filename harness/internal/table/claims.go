package table

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"time"

	"spabench/harness/internal/record"
)

// PublishedClaims is a run that tested claims, in results/.
type PublishedClaims struct {
	Name   string // of its folder
	Claims record.Claims
}

// ClaimsText writes the verdicts and their reasons for a terminal of 80 columns.
func ClaimsText(w io.Writer, run record.Claims) error {
	var b bytes.Buffer
	margin := 0
	for _, c := range run.Claims {
		margin = max(margin, len(c.ID))
	}
	for _, c := range run.Claims {
		text, err := textOf(run.Schema, c)
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%2d  %s  %s\n", c.Number, padRight(c.ID, margin), strings.ToUpper(string(c.Verdict)))
		b.WriteString(wrap("    ", "“"+c.Words+"”"))
		b.WriteString(wrap("    ", capital(text.why)+"."))
		if c.Err != "" {
			b.WriteString(wrap("    ", firstLine(c.Err)))
		}
		b.WriteByte('\n')
	}
	b.WriteString(wrap("", claimCount(run)))
	_, err := w.Write(b.Bytes())
	return err
}

// claimPhrases are what a page says of every claim, whatever was observed.
type claimPhrases struct {
	legend string
	repeat string // format of a command and of a duration
}

// phrases are those of a page, by the schema of its run: pages that are published stay as they are.
func phrases(schema int) claimPhrases {
	if schema == 1 {
		return claimPhrases{
			legend: "Holds: everything that was seen agrees. Holds partly: some of it does, and the evidence says " +
				"which. Refuted: what was seen is otherwise. Not tested: the evidence says why.",
			repeat: "Again: `%s`, which took %s.",
		}
	}
	return claimPhrases{
		legend: "Holds: everything observed agrees with the claim. Partly holds: some of it does, and the evidence " +
			"says what. Refuted: what was observed contradicts the claim. Not tested: the evidence says why.",
		repeat: "Repeat with `%s`; it took %s.",
	}
}

// ClaimsPage is the README of a published run that tested claims: the verdicts, then each claim with its evidence, then
// where they were tested, and how to repeat that.
func ClaimsPage(run record.Claims, name string) (string, error) {
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Claims about baking a single-page app into its back end, tested on %s\n\n%s: %s\n\n",
		escape(machine(run.Env)), day(run.Started), escape(claimCount(run)))
	if run.Ended == nil {
		fmt.Fprintf(&b, "**This run was interrupted** after %d of %d claims.\n\n", len(run.Claims), len(run.Asked))
	}
	if err := claimVerdicts(&b, run); err != nil {
		return "", fmt.Errorf("render page of %s: %w", name, err)
	}
	fmt.Fprintf(&b, "\n%s\n\n", phrases(run.Schema).legend)
	for _, c := range run.Claims {
		if err := claimSection(&b, run.Schema, c); err != nil {
			return "", fmt.Errorf("render page of %s: claim %s: %w", name, c.ID, err)
		}
	}
	markdownStyle{heading: "##"}.facts(&b, "Tested", claimsContext(run))
	b.WriteString("## Reproduce\n\n```sh\n")
	if run.Env.Commit != "" {
		fmt.Fprintf(&b, "git checkout %s\n", run.Env.Commit)
	}
	fmt.Fprintf(&b, "%s\n```\n\n`make tables` renders this page again from its `%s`.\n", run.Command, record.ClaimsFile)
	return b.String(), nil
}

// claimVerdicts is the table of all claims of a page.
func claimVerdicts(b *bytes.Buffer, run record.Claims) error {
	s := sheet{head: []string{"#", "claim", "verdict", "evidence"}}
	for _, c := range run.Claims {
		text, err := textOf(run.Schema, c)
		if err != nil {
			return err
		}
		s.rows = append(s.rows, []string{fmt.Sprint(c.Number), fmt.Sprintf("[%s](#%s)", escape(c.Words), c.ID),
			"**" + string(c.Verdict) + "**", escape(capital(text.why) + ".")})
	}
	drawn, err := draw(s, markdownTable())
	b.WriteString(drawn)
	return err
}

// claimSection is the section of one claim on a page.
func claimSection(b *bytes.Buffer, schema int, c record.Claim) error {
	text, err := textOf(schema, c)
	if err != nil {
		return err
	}
	fmt.Fprintf(b, "## %s\n\n“%s”\n\n%s.\n\n", c.ID, escape(c.Words), escape(strings.TrimSuffix(c.Test, ".")))
	fmt.Fprintf(b, "**%s**: %s.\n\n", capital(string(c.Verdict)), escape(text.why))
	for _, e := range text.evidence {
		fmt.Fprintf(b, "- %s\n", escape(e))
	}
	if len(text.evidence) > 0 {
		b.WriteByte('\n')
	}
	if c.Err != "" {
		block(b, strings.Split(c.Err, "\n"))
	}
	style := markdownStyle{heading: "###"}
	for _, t := range text.sheets {
		style.title(b, Table{Title: t.title, Doc: t.doc})
		cells := sheet{head: t.head}
		for _, row := range t.rows { // a copy: drawing escapes
			cells.rows = append(cells.rows, append([]string{}, row...))
		}
		if err := style.sheet(b, cells); err != nil {
			return fmt.Errorf("render table %s: %w", t.title, err)
		}
	}
	for _, t := range append(text.transcripts, c.Transcripts...) {
		fmt.Fprintf(b, "%s %s\n\n", style.heading, t.Title)
		block(b, t.Lines)
	}
	fmt.Fprintf(b, phrases(schema).repeat+"\n\n", c.Command, duration(c.Took))
	return nil
}

// block writes lines verbatim.
func block(b *bytes.Buffer, lines []string) {
	fence := "```"
	for _, line := range lines {
		for strings.Contains(line, fence) {
			fence += "`"
		}
	}
	fmt.Fprintf(b, "%stext\n%s\n%s\n\n", fence, strings.Join(lines, "\n"), fence)
}

// claimCount says how many claims have which verdict: 19 claims: 8 hold and 11 partly hold.
func claimCount(run record.Claims) string {
	var parts []string
	for _, v := range []record.Verdict{record.Holds, record.Partly, record.Refuted, record.NotTested} {
		n := 0
		for _, c := range run.Claims {
			if c.Verdict == v || v == record.Partly && c.Verdict == record.PartlySchema1 {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, predicate(v, n)))
		}
	}
	return fmt.Sprintf("%s: %s.", plural(len(run.Claims), "claim"), list(parts))
}

// predicate is the verdict on n claims, as a sentence has it.
func predicate(v record.Verdict, n int) string {
	switch {
	case n > 1 && v == record.Holds:
		return "hold"
	case n > 1 && v == record.Partly:
		return "partly hold"
	}
	return string(v)
}

// claimsContext says where claims were tested.
func claimsContext(run record.Claims) []fact {
	facts := append([]fact{machineFact(run.Env), engineFact(run.Env)}, baseFacts(run.Env)...)
	ending := "interrupted"
	if run.Ended != nil {
		ending = "completed"
	}
	if run.Resumed > 0 {
		ending += ", was interrupted and resumed " + times(run.Resumed)
	} else if run.Ended != nil {
		ending += " after " + duration(run.Ended.Sub(run.Started))
	}
	software := fmt.Sprintf("spabench %s, %s, testcontainers %s",
		commit(run.Env), run.Env.Go, run.Env.Tools.Testcontainers)
	return append(facts,
		fact{"Software", software},
		fact{"Run", fmt.Sprintf("began %s, %s", run.Started.UTC().Format("2006-01-02 15:04 UTC"), ending)})
}

// claimLinks are the lines of the index that link to runs that tested claims, newest first.
func claimLinks(b *bytes.Buffer, all []PublishedClaims) {
	if len(all) == 0 {
		return
	}
	b.WriteString("\n## Claims\n\nWhat the article behind this project claims, tested on real containers: " +
		"verdict, evidence, and the command that tests it again.\n\n")
	for i := len(all) - 1; i >= 0; i-- {
		c := all[i]
		fmt.Fprintf(b, "- [%s](%s/README.md): %s\n",
			c.Claims.Started.UTC().Format(time.DateOnly), c.Name, escape(claimCount(c.Claims)))
	}
}
