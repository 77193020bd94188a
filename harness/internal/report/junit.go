package report

import (
	"cmp"
	"fmt"
	"io"

	"spabench/harness/internal/junit"
	"spabench/harness/spatest"
)

// JUnit writes the document as JUnit XML: each group is a suite, each check a case. A case is red exactly where its
// check keeps the target from conforming: a violation is a failure, and a check that is undecided or blocked is an
// error. Checks that do not count (skipped, waived, or of level MAY) are skipped, with the reason.
func JUnit(w io.Writer, d Document) error {
	var suites []junit.Suite
	for _, group := range d.Groups() {
		suite := junit.Suite{Name: cmp.Or(group[0].Group, "other"), Began: d.Began}
		for _, o := range group {
			suite.Cases = append(suite.Cases, caseOf(o))
		}
		suites = append(suites, suite)
	}
	return junit.Write(w, "spabench check "+d.Target, d.Took, suites)
}

func caseOf(o Outcome) junit.Case {
	c := junit.Case{Class: "spabench." + cmp.Or(o.Group, "other"), Name: o.Check, Took: junit.Seconds(o.Duration)}
	found := ""
	if len(o.Findings) > 0 {
		found = o.Findings[0].Message
	}
	switch {
	case o.Verdict == spatest.Passed:
	case !o.OK() && o.Verdict == spatest.Failed:
		c.Failure = &junit.Result{Message: found, Type: o.Level.String(), Text: violations(o)}
	case !o.OK():
		c.Error = &junit.Result{Message: o.Reason, Type: string(o.Verdict), Text: o.Requirement + "\n"}
	default:
		reason := cmp.Or(o.Reason, found)
		if o.Waived != "" {
			reason = "waived: " + o.Waived
		} else if o.Verdict != spatest.Skipped {
			reason = fmt.Sprintf("%s, %s: %s", o.Level, o.Verdict, reason)
		}
		c.Skipped = &junit.Result{Message: reason}
	}
	return c
}

// violations explains all findings as go test shows them.
func violations(o Outcome) string {
	text := ""
	for _, f := range o.Findings {
		text += f.String() + "\n\n"
	}
	if o.Rationale != "" {
		text += o.Rationale + "\n"
	}
	for _, r := range o.Remedies {
		text += "\n" + r.Server + ":\n" + r.Text + "\n"
	}
	return text
}
