package table

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/spatest"
)

// dueling is a run of rounds in which embedded-go meets disk-go, or itself, which change has changed. Neither was
// checked.
func dueling(t *testing.T, opponent string, change func(tr *record.Trial)) record.Run {
	t.Helper()
	run := twice(t, 9, 1, 1)
	var trials []record.Trial
	for _, tr := range run.Trials {
		switch tr.Variant {
		case "embedded-go":
			tr.Variant = Before
		case opponent:
			tr.Variant = After
			if change != nil {
				change(&tr)
			}
		}
		trials = append(trials, tr)
	}
	run.Trials, run.Plan.Control = trials, Before
	run.Plan.Variants = []string{Before, After, "null"}
	run.Builds = []record.Build{{Variant: Before, Title: "the image a:1"}, {Variant: After, Title: "the image a:2"}}
	return run
}

// checked is the run with these outcomes of one check.
func checked(run record.Run, was, is spatest.Outcome) record.Run {
	was.Check, is.Check = "routing-root", "routing-root"
	run.Conformance = []record.Conformance{
		{Variant: Before, Report: spatest.Report{Outcomes: []spatest.Outcome{was}}},
		{Variant: After, Report: spatest.Report{Outcomes: []spatest.Outcome{is}}},
	}
	return run
}

var (
	passed = spatest.Outcome{Verdict: spatest.Passed}
	failed = spatest.Outcome{Verdict: spatest.Failed, Findings: []spatest.Finding{{Message: "no page is sent"}}}
)

// TestDuel holds that what became worse is found, in noise only if the second run agrees, and that what is the same is
// not called different.
func TestDuel(t *testing.T) {
	slower := dueling(t, "disk-go", slowStart)
	same := dueling(t, record.ControlArm, nil)
	d := Duel{Run: slower}
	if !d.Suspected() {
		t.Error("a slower start is not suspected")
	}
	if worse := d.Worse(); slices.Contains(worse, "start-page") || !slices.Contains(worse, "image-unpacked") {
		t.Errorf("worse without confirmation: %q; what is exact needs none", worse)
	}
	d.Again = slower
	if worse := d.Worse(); !slices.Contains(worse, "start-page") {
		t.Errorf("worse in both runs: %q", worse)
	}
	if d.Again = same; slices.Contains(d.Worse(), "start-page") {
		t.Errorf("worse in the first run only: %q", d.Worse())
	}
	d = Duel{Run: same}
	if n := len(d.Changes()); d.Suspected() || len(d.Worse()) > 0 || n != len(duelMetrics()) {
		t.Errorf("the same became worse in %q of %d metrics", d.Worse(), n)
	}
}

// TestDuelChecks holds that a check that no longer passes is worse, a failing case if that is what is to fail, and that
// any other change is said and fails nothing.
func TestDuelChecks(t *testing.T) {
	same := dueling(t, record.ControlArm, nil)
	waived := failed
	waived.Waived = "next month"
	for _, c := range []struct {
		was, is   spatest.Outcome
		isWorse   bool
		said, why string
	}{
		{passed, failed, true, "worse: pass before, fail after", "no page is sent"},
		{passed, spatest.Outcome{Verdict: spatest.Errored, Reason: "timeout"}, true,
			"worse: pass before, error after", "timeout"},
		{passed, spatest.Outcome{Verdict: spatest.Blocked}, true, "worse: pass before, blocked after", ""},
		{failed, passed, false, "better: fail before, pass after", ""},
		{passed, spatest.Outcome{Verdict: spatest.Skipped}, false, "pass before, skip after", ""},
		{spatest.Outcome{Verdict: spatest.Skipped}, failed, false, "skip before, fail after", ""},
		{passed, waived, false, "pass before, fail after, and waived: next month", ""},
	} {
		d := Duel{Run: checked(same, c.was, c.is)}
		if d.Suspected() {
			t.Errorf("%s: a second set of rounds is to confirm it", c.said)
		}
		if worse := slices.Equal(d.Worse(), []string{"routing-root"}); worse != c.isWorse {
			t.Errorf("%s: worse are %q", c.said, d.Worse())
		}
		if !slices.Contains(d.notes(), "routing-root: "+c.said+".") {
			t.Errorf("%s: the notes are %q", c.said, d.notes())
		}
		for _, failWorse := range []bool{true, false} {
			cases := d.Suites(failWorse)[1].Cases
			if len(cases) != 1 || (cases[0].Failure != nil) != (failWorse && c.isWorse) {
				t.Fatalf("%s: %+v", c.said, cases)
			}
			r := cmp.Or(cases[0].Failure, cases[0].Skipped)
			if r.Message != c.said || !strings.Contains(r.Text, c.why) {
				t.Errorf("%s: %+v", c.said, r)
			}
		}
	}
}

// TestDuelSuites holds that the cases that fail are what became worse, if that is what is to fail, and that whatever
// else happened is said.
func TestDuelSuites(t *testing.T) {
	slower, same := dueling(t, "disk-go", slowStart), dueling(t, record.ControlArm, nil)
	for _, d := range []Duel{{Run: slower, Again: slower}, {Run: slower, Again: same}, {Run: same}} {
		for _, failWorse := range []bool{true, false} {
			suites := d.Suites(failWorse)
			var failed, said []string
			for _, c := range suites[0].Cases {
				switch {
				case c.Failure != nil:
					failed = append(failed, c.Name)
				case c.Skipped != nil:
					said = append(said, c.Name)
				}
			}
			want, wantSaid := d.Worse(), []string(nil)
			if !failWorse {
				want, wantSaid = nil, d.Worse()
			}
			n := len(suites[0].Cases)
			if n != len(duelMetrics()) || !slices.Equal(failed, want) || !slices.Equal(said, wantSaid) {
				t.Errorf("of %d metrics %q failed, %q are skipped; want %q and %q", n, failed, said, want, wantSaid)
			}
		}
	}
	d := Duel{Run: slower, Again: slower}
	for _, c := range d.Suites(true)[0].Cases {
		if c.Name != "start-page" {
			continue
		}
		if c.Failure == nil || !strings.Contains(c.Failure.Message, " ms before, ") ||
			!strings.Contains(c.Failure.Text, "In the second set of rounds: worse: ") {
			t.Errorf("a later start: %+v", c.Failure)
		}
	}
	few := same
	few.Trials = slices.DeleteFunc(slices.Clone(few.Trials), func(tr record.Trial) bool { return tr.Round > 1 })
	for _, c := range (Duel{Run: few}).Suites(true)[0].Cases {
		if exact := strings.HasPrefix(c.Name, "image-"); exact == (c.Skipped != nil) {
			t.Errorf("%s after one round: %+v", c.Name, c.Skipped)
		}
	}
}

func TestDuelText(t *testing.T) {
	run := checked(dueling(t, "disk-go", slowStart), passed, failed)
	d := Duel{Run: run, Again: run}
	var b bytes.Buffer
	if err := d.Text(&b); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		"Before: the image a:1. After: the image a:2.", "95% confidence", "start-page", "worse", "image-unpacked",
		"routing-root: worse: pass before, fail after.", "A/A test: before, measured twice, takes",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("does not say %q:\n%s", want, b.String())
		}
	}
	for line := range strings.Lines(b.String()) {
		if len([]rune(strings.TrimRight(line, "\n"))) > 80 {
			t.Errorf("more than 80 columns: %s", line)
		}
	}
	run.Started = time.Date(2026, 1, 2, 0, 0, 0, 0, time.UTC)
	page, err := Duel{Run: run}.Page("2026-01-02-duel")
	if err != nil || !strings.HasPrefix(page, "# the image a:1 against the image a:2\n") ||
		!strings.Contains(page, "## Measured") {
		t.Errorf("%v\n%s", err, page)
	}
}
