package table

import (
	"fmt"
	"strings"

	"spabench/harness/spatest"
)

// changedCheck is a check whose verdict differs.
type changedCheck struct {
	name    string
	was, is spatest.Outcome
}

func (d Duel) changedChecks() []changedCheck {
	reports := map[string]spatest.Report{}
	for _, c := range d.Run.Conformance {
		reports[c.Variant] = c.Report
	}
	var changed []changedCheck
	for _, c := range spatest.Checks() {
		was, checkedBefore := reports[Before].Outcome(c.Name)
		is, checkedAfter := reports[After].Outcome(c.Name)
		if checkedBefore && checkedAfter && was.Verdict != is.Verdict {
			changed = append(changed, changedCheck{c.Name, was, is})
		}
	}
	return changed
}

// change is worse if the check passed and no longer does, better if it passes only now, and else "". A skip is neither,
// and nor is a failure that the server's own project waives. Verdicts have no noise, so that no second set of rounds
// has to confirm them.
func (c changedCheck) change() string {
	switch {
	case c.was.Verdict == spatest.Passed && c.is.Verdict != spatest.Skipped && c.is.Waived == "":
		return "worse"
	case c.is.Verdict == spatest.Passed && c.was.Verdict != spatest.Skipped:
		return "better"
	}
	return ""
}

// sentence is the change with both verdicts.
func (c changedCheck) sentence() string {
	text := fmt.Sprintf("%s before, %s after", c.was.Verdict, c.is.Verdict)
	if change := c.change(); change != "" {
		text = change + ": " + text
	}
	if c.is.Waived != "" {
		text += ", and waived: " + c.is.Waived
	}
	return text
}

// reasons are why the check does not pass now.
func (c changedCheck) reasons() string {
	var b strings.Builder
	if c.is.Reason != "" {
		b.WriteString(c.is.Reason + "\n")
	}
	for _, f := range c.is.Findings {
		b.WriteString(f.String() + "\n")
	}
	return b.String()
}
