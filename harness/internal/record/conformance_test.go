package record

import (
	"maps"
	"slices"
	"testing"

	"spabench/harness/spatest"
)

func TestFailedByAll(t *testing.T) {
	report := func(outcomes ...spatest.Outcome) Conformance {
		return Conformance{Report: spatest.Report{Outcomes: outcomes}}
	}
	is := func(check string, v spatest.Verdict) spatest.Outcome {
		return spatest.Outcome{Check: check, Verdict: v, Level: spatest.Must}
	}
	waived := is("waived", spatest.Failed)
	waived.Waived = "a reason"
	a := report(is("both", spatest.Failed), is("undecided", spatest.Failed), is("one", spatest.Failed), waived,
		is("passed", spatest.Passed), is("skipped", spatest.Skipped))
	b := report(is("both", spatest.Failed), is("undecided", spatest.Errored), is("one", spatest.Passed), waived,
		is("passed", spatest.Passed), is("skipped", spatest.Skipped))
	failed := FailedByAll([]Conformance{a, b})
	if got := slices.Sorted(maps.Keys(failed)); !slices.Equal(got, []string{"both", "undecided"}) {
		t.Errorf("%q", got)
	}
	if a.Without(failed).Report.Err() == nil || b.Without(failed).Report.Err() != nil || b.Report.Err() == nil {
		t.Error("a fails one check of its own, and b none")
	}
	if len(FailedByAll(nil)) != 0 {
		t.Error("checks that nobody fails")
	}
}
