package table

import (
	"bytes"
	"fmt"
	"io"
	"strings"

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
		fmt.Fprintf(&b, "%2d  %s  %s\n", c.Number, padRight(c.ID, margin), strings.ToUpper(string(c.Verdict)))
		b.WriteString(wrap("    ", "“"+c.Words+"”"))
		b.WriteString(wrap("    ", capital(c.Why)+"."))
		if c.Err != "" {
			b.WriteString(wrap("    ", firstLine(c.Err)))
		}
		b.WriteByte('\n')
	}
	b.WriteString(wrap("", claimCount(run)))
	_, err := w.Write(b.Bytes())
	return err
}

// ClaimsPage is the README of a published run that tested claims: the verdicts, then each claim with its evidence, then
// where the claims were tested and how to repeat that.
func ClaimsPage(run record.Claims, name string) (string, error) {
	style := markdownStyle{heading: "###"}
	var b bytes.Buffer
	fmt.Fprintf(&b, "# Claims about baking a single-page app into its back end, tested on %s\n\n%s: %s\n\n",
		escape(machine(run.Env)), day(run.Started), escape(claimCount(run)))
	if run.Ended == nil {
		fmt.Fprintf(&b, "**This run was interrupted** after %d of %d claims.\n\n", len(run.Claims), len(run.Asked))
	}
	s := sheet{head: []string{"#", "claim", "verdict", "evidence"}}
	for _, c := range run.Claims {
		s.rows = append(s.rows, []string{fmt.Sprint(c.Number), fmt.Sprintf("[%s](#%s)", escape(c.Words), c.ID),
			"**" + string(c.Verdict) + "**", escape(capital(c.Why) + ".")})
	}
	drawn, err := draw(s, markdownTable())
	if err != nil {
		return "", fmt.Errorf("render page of %s: %w", name, err)
	}
	b.WriteString(drawn)
	b.WriteString("\nHolds: all observations agree with the claim. Partly holds: some do, and the evidence says which. " +
		"Refuted: the " +
		"observations contradict the claim. Not tested: the evidence says why.\n\n")
	for _, c := range run.Claims {
		if err := claim(&b, c, style); err != nil {
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

// claim writes the section of one claim.
func claim(b *bytes.Buffer, c record.Claim, style markdownStyle) error {
	fmt.Fprintf(b, "## %s\n\n“%s”\n\n%s.\n\n**%s**: %s.\n\n",
		c.ID, escape(c.Words), escape(strings.TrimSuffix(c.Test, ".")), capital(string(c.Verdict)), escape(c.Why))
	for _, e := range c.Evidence {
		fmt.Fprintf(b, "- %s\n", escape(e))
	}
	if len(c.Evidence) > 0 {
		b.WriteByte('\n')
	}
	if c.Err != "" {
		block(b, strings.Split(c.Err, "\n"))
	}
	for _, t := range c.Tables {
		style.title(b, Table{Title: t.Title, Doc: t.Doc})
		cells := sheet{head: t.Head}
		for _, row := range t.Rows { // copied, because drawing escapes cells in place
			cells.rows = append(cells.rows, append([]string{}, row...))
		}
		if err := style.sheet(b, cells); err != nil {
			return fmt.Errorf("draw table %s: %w", t.Name, err)
		}
	}
	for _, t := range c.Transcripts {
		fmt.Fprintf(b, "%s %s\n\n", style.heading, t.Title)
		block(b, t.Lines)
	}
	fmt.Fprintf(b, "To repeat: `%s`, which took %s.\n\n", c.Command, duration(c.Took))
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
			if c.Verdict == v {
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
	return append(facts,
		fact{"Software", fmt.Sprintf("spabench %s, %s, testcontainers %s",
			commit(run.Env), run.Env.Go, run.Env.Tools.Testcontainers)},
		fact{"Run", fmt.Sprintf("began %s, %s", run.Started.UTC().Format("2006-01-02 15:04 UTC"), ending)})
}

// claimLinks writes the part of the index that links runs that tested claims, newest first.
func claimLinks(b *bytes.Buffer, all []PublishedClaims) {
	if len(all) == 0 {
		return
	}
	b.WriteString("\n## Claims\n\nThe claims of the article behind this project, tested on real containers: verdict, " +
		"evidence, and the " +
		"command that repeats the test.\n\n")
	for i := len(all) - 1; i >= 0; i-- {
		c := all[i]
		fmt.Fprintf(b, "- [%s](%s/README.md): %s\n",
			c.Claims.Started.UTC().Format("2006-01-02"), c.Name, escape(claimCount(c.Claims)))
	}
}
