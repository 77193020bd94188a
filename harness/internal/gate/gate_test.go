package gate

import (
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/spatest"
)

// made is a run of made-up numbers: a page starts in 300, 310, … ms with "a", in 100, 100, … ms with "null".
func made(rounds int) record.Run {
	run := record.Run{Plan: record.Plan{Variants: []string{"a", "b", "null"}, Baseline: "null", Rounds: rounds}}
	for round := 1; round <= rounds; round++ {
		for arm, ms := range map[string]int{"a": 290 + 10*round, "null": 100} {
			run.Trials = append(run.Trials, record.Trial{
				Variant: arm, Round: round, Image: record.Image{Images: []string{arm}, Unpacked: 11_000_000},
				Start: &record.Start{Page: time.Duration(ms) * time.Millisecond},
				Loads: []record.Loaded{{Load: "page", Requests: 1000,
					Usage: []record.UsageDelta{{CPU: 100 * time.Millisecond}}}},
			})
		}
	}
	outcome := func(level spatest.Level, v spatest.Verdict, waived string) spatest.Outcome {
		name := "check-" + strings.ToLower(level.String())
		return spatest.Outcome{Check: name, Level: level, Verdict: v, Waived: waived}
	}
	run.Conformance = []record.Conformance{
		{Variant: "a", Report: spatest.Report{Outcomes: []spatest.Outcome{
			outcome(spatest.Must, spatest.Passed, ""), outcome(spatest.Must, spatest.Failed, "it cannot"),
			outcome(spatest.Should, spatest.Failed, ""), outcome(spatest.May, spatest.Failed, ""),
		}}},
		{Variant: "b", Err: "does not start"},
	}
	return run
}

func TestHold(t *testing.T) {
	for _, tc := range []struct {
		text   string
		rounds int
		broken bool
		says   string
	}{
		{"a.start.page <= 330ms", 9, false, "339 ms [315 ms, 366 ms]"}, // the interval does not leave it out
		{"a.start.page <= 0.316 s", 9, false, ""},
		{"a.start.page <= 314ms", 9, true, ""},
		{"a.start.page >= 365ms", 9, false, ""},
		{"a.start.page >= 367 ms", 9, true, ""},
		{"a.start-page <= 3.2 * null.start.page", 9, false, "3.39 [3.15, 3.66] times"},
		{"a.start.page <= 3 * null.start.page", 9, true, ""},
		{"null.start.page <= a.start.page", 9, false, ""},
		{"a.start.page <= null.start.page", 9, true, ""},
		{"a.start.page <= 1ms", 1, false, "too few"}, // beyond it, but one round makes no interval
		{"a.image.unpacked <= 11MB", 1, false, "11.0 MB"},
		{"a.image.unpacked <= 10.9MB", 1, true, ""}, // exact: one round is enough
		{"a.page.capacity >= 10000/s", 9, false, "10,000 1/s"},
		{"a.page.capacity >= 10001/s", 9, true, ""},
		{"b.start.page <= 1h", 9, true, "was not measured"},
		{"a conformance must", 9, false, "conforms"},
		{"a conformance should", 9, true, "check-should (fail)"},
		{"b conformance must", 9, true, "does not start"},
		{"null conformance must", 9, true, "was not checked"},
	} {
		t.Run(tc.text, func(t *testing.T) {
			budget := strings.Replace(tc.text, "1h", "3600 s", 1)
			budgets, err := Read(strings.NewReader("\n# a comment\n" + budget + " # and why\n"))
			if err != nil {
				t.Fatal(err)
			}
			results, err := Hold(made(tc.rounds), budgets)
			if err != nil || len(results) != 1 {
				t.Fatalf("%+v, %v", results, err)
			}
			r := results[0]
			says := tc.says
			if says == "too few" {
				says = "needs at least 2 rounds"
			}
			if r.Broken != tc.broken || !strings.Contains(r.Says, says) || r.Budget.Line != 3 {
				t.Errorf("broken: %t, line %d: %s; want %t: %s", r.Broken, r.Budget.Line, r.Says, tc.broken, says)
			}
		})
	}
}

// Every variant but the baseline.
func TestHoldAll(t *testing.T) {
	budgets, err := Read(strings.NewReader("*.start.page <= 2s\n"))
	if err != nil {
		t.Fatal(err)
	}
	results, err := Hold(made(9), budgets)
	if err != nil {
		t.Fatal(err)
	}
	var arms []string
	for _, r := range results {
		arms = append(arms, r.Arm)
	}
	if !slices.Equal(arms, []string{"a", "b"}) {
		t.Errorf("held %q", arms)
	}
}

// A number that comes from wrong answers keeps no budget.
func TestHoldWrongAnswers(t *testing.T) {
	run := made(9)
	for i := range run.Trials {
		run.Trials[i].Loads[0].Wrong = 1
	}
	budgets, err := Read(strings.NewReader("a.page.cpu <= 1s\n"))
	if err != nil {
		t.Fatal(err)
	}
	if results, err := Hold(run, budgets); err != nil || !results[0].Broken {
		t.Errorf("%+v, %v", results, err)
	}
}

func TestReadRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "the file contains no budget",
		"# nothing":                           "the file contains no budget",
		"a.page.p99":                          "a budget needs <=, >= or conformance",
		"a.page.p999 <= 1ms":                  `did you mean "page-p99"?`,
		"page <= 1ms":                         "give VARIANT.METRIC",
		"a.page.p99 <= 1MB":                   `"1MB" is not a bound`,
		"a.page.p99 <= 1":                     "give a number with a unit",
		"a.page.p99 <= ms":                    "is not a bound",
		"a.page.p99 <= -1 * null.page.p99":    "is not a factor",
		"a.page.p99 <= x * null.page.p99":     "is not a factor",
		"a.page.p99 <= 2 * *.page.p99":        "say which variant",
		"a.page.p99 <= 2 * null.image.own":    "have different units",
		"* conformance may":                   "give must or should",
		"a.image.own <= 1MB\n\nb.x.y <= 1 ms": "line 3",
	} {
		if _, err := Read(strings.NewReader(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
	budgets, err := Read(strings.NewReader("c.image.own <= 1MB"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Hold(made(1), budgets); err == nil ||
		!strings.Contains(err.Error(), "the run has no variant c; it has a, b, null") {
		t.Errorf("an arm that is not there: %v", err)
	}
}
