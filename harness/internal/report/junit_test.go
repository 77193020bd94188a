package report_test

import (
	"bytes"
	"encoding/xml"
	"strings"
	"testing"

	"github.com/joshdk/go-junit"

	"spabench/harness/internal/report"
	"spabench/harness/spatest"
)

// TestJUnitAsOthersCount: a parser of JUnit that others wrote is red exactly where the document does not conform.
func TestJUnitAsOthersCount(t *testing.T) {
	for name, d := range documents(t) {
		t.Run(name, func(t *testing.T) {
			var b bytes.Buffer
			if err := report.JUnit(&b, d); err != nil {
				t.Fatal(err)
			}
			suites, err := junit.Ingest(b.Bytes())
			if err != nil {
				t.Fatalf("%v\n%s", err, b.String())
			}
			var got junit.Totals
			tests := map[string]junit.Test{}
			for _, s := range suites {
				got.Tests += s.Totals.Tests
				got.Passed += s.Totals.Passed
				got.Failed += s.Totals.Failed
				got.Error += s.Totals.Error
				got.Skipped += s.Totals.Skipped
				for _, test := range s.Tests {
					tests[test.Name] = test
				}
			}
			want := junit.Totals{Tests: len(d.Outcomes)}
			for _, o := range d.Outcomes {
				switch {
				case o.Verdict == spatest.Passed:
					want.Passed++
				case o.OK():
					want.Skipped++
					if tests[o.Check].Message == "" {
						t.Errorf("%s is skipped without a reason", o.Check)
					}
				case o.Verdict == spatest.Failed:
					want.Failed++
					text := tests[o.Check].Error.Error()
					if !strings.Contains(text, "curl -i") || !strings.Contains(text, o.Rationale) ||
						!strings.Contains(text, "try_files") {
						t.Errorf("%s: a failure without its explanation: %s", o.Check, text)
					}
				default:
					want.Error++
				}
			}
			if got != want {
				t.Errorf("counted %+v, want %+v", got, want)
			}
			if red := got.Failed+got.Error > 0; red == d.Conforms {
				t.Errorf("red: %t, conforms: %t", red, d.Conforms)
			}
			// Some systems read the attributes instead.
			var root struct {
				Tests    int `xml:"tests,attr"`
				Failures int `xml:"failures,attr"`
				Errors   int `xml:"errors,attr"`
				Skipped  int `xml:"skipped,attr"`
			}
			if err := xml.Unmarshal(b.Bytes(), &root); err != nil {
				t.Fatal(err)
			}
			if root.Tests != want.Tests || root.Failures != want.Failed || root.Errors != want.Error ||
				root.Skipped != want.Skipped {
				t.Errorf("attributes %+v, want %+v", root, want)
			}
		})
	}
}
