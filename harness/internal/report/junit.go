package report

import (
	"cmp"
	"encoding/xml"
	"fmt"
	"io"
	"time"

	"spabench/harness/spatest"
)

// The elements that continuous integration systems agree on: each group is a suite, each check a case.
type (
	junitSuites struct {
		XMLName xml.Name `xml:"testsuites"`
		Name    string   `xml:"name,attr"`
		junitCounts
		Suites []junitSuite `xml:"testsuite"`
	}
	junitSuite struct {
		Name      string `xml:"name,attr"`
		Timestamp string `xml:"timestamp,attr"`
		junitCounts
		Cases []junitCase `xml:"testcase"`
	}
	junitCounts struct {
		Tests    int    `xml:"tests,attr"`
		Failures int    `xml:"failures,attr"`
		Errors   int    `xml:"errors,attr"`
		Skipped  int    `xml:"skipped,attr"`
		Time     string `xml:"time,attr"` // seconds
	}
	junitCase struct {
		Class   string       `xml:"classname,attr"`
		Name    string       `xml:"name,attr"`
		Time    string       `xml:"time,attr"`
		Failure *junitResult `xml:"failure"`
		Error   *junitResult `xml:"error"`
		Skipped *junitResult `xml:"skipped"`
	}
	junitResult struct {
		Message string `xml:"message,attr"`
		Type    string `xml:"type,attr,omitempty"`
		Text    string `xml:",chardata"`
	}
)

// JUnit writes the document as JUnit XML. A case is red exactly where its check keeps the target from conforming: a
// violation is a failure, and a check that is undecided or blocked is an error. Checks that do not count (skipped,
// waived, or of level MAY) are skipped, with the reason.
func JUnit(w io.Writer, d Document) error {
	all := junitSuites{Name: "spabench check " + d.Target}
	all.Time = seconds(d.Took)
	for _, group := range d.Groups() {
		suite := junitSuite{Name: cmp.Or(group[0].Group, "other"), Timestamp: d.Began.Format("2006-01-02T15:04:05")}
		var took time.Duration
		for _, o := range group {
			suite.Cases = append(suite.Cases, suite.add(o))
			took += o.Duration
		}
		suite.Time = seconds(took)
		all.Tests += suite.Tests
		all.Failures += suite.Failures
		all.Errors += suite.Errors
		all.Skipped += suite.Skipped
		all.Suites = append(all.Suites, suite)
	}
	if _, err := io.WriteString(w, xml.Header); err != nil {
		return err
	}
	e := xml.NewEncoder(w)
	e.Indent("", "  ")
	if err := e.Encode(all); err != nil {
		return err
	}
	_, err := io.WriteString(w, "\n")
	return err
}

// add counts an outcome and returns its case.
func (c *junitCounts) add(o Outcome) junitCase {
	c.Tests++
	result := junitCase{Class: "spabench." + cmp.Or(o.Group, "other"), Name: o.Check, Time: seconds(o.Duration)}
	found := ""
	if len(o.Findings) > 0 {
		found = o.Findings[0].Message
	}
	switch {
	case o.Verdict == spatest.Passed:
	case !o.OK() && o.Verdict == spatest.Failed:
		c.Failures++
		result.Failure = &junitResult{Message: found, Type: o.Level.String(), Text: violations(o)}
	case !o.OK():
		c.Errors++
		result.Error = &junitResult{Message: o.Reason, Type: string(o.Verdict), Text: o.Requirement + "\n"}
	default:
		c.Skipped++
		reason := cmp.Or(o.Reason, found)
		if o.Waived != "" {
			reason = "waived: " + o.Waived
		} else if o.Verdict != spatest.Skipped {
			reason = fmt.Sprintf("%s, %s: %s", o.Level, o.Verdict, reason)
		}
		result.Skipped = &junitResult{Message: reason}
	}
	return result
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

func seconds(d time.Duration) string { return fmt.Sprintf("%.3f", d.Seconds()) }
