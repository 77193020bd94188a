package cause

import (
	"path/filepath"
	"slices"
	"testing"

	"spabench/harness/internal/record"
	"spabench/harness/spatest"
)

// recorded are the reports of the published matrices.
func recorded(t *testing.T) []record.Conformance {
	t.Helper()
	files, err := filepath.Glob("../../../results/*/reports.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded reports (%v)", err)
	}
	var all []record.Conformance
	for _, file := range files {
		run, err := record.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, run.Conformance...)
	}
	return all
}

// TestRecorded: in each report, each check that fails is in one group, each that is blocked waits for one, and the
// groups come by level.
func TestRecorded(t *testing.T) {
	for _, c := range recorded(t) {
		failed, blocked := map[string]int{}, map[string]int{}
		groups := Of(c.Report.Outcomes)
		for i, g := range groups {
			if i > 0 && g.Level < groups[i-1].Level {
				t.Errorf("%s: %s (%s) comes after a %s", c.Variant, g.Name, g.Level, groups[i-1].Level)
			}
			if g.Title == "" || g.Evidence.Message == "" {
				t.Errorf("%s: %s: title %q, evidence %q", c.Variant, g.Name, g.Title, g.Evidence.Message)
			}
			if !slices.ContainsFunc(g.Failed, func(o spatest.Outcome) bool { return o.Level == g.Level }) {
				t.Errorf("%s: %s is a %s, and none of its checks is", c.Variant, g.Name, g.Level)
			}
			for _, o := range g.Failed {
				failed[o.Check]++
			}
			for _, o := range g.Blocked {
				blocked[o.Check]++
			}
		}
		for _, o := range c.Report.Outcomes {
			if want := count(Fails(o)); failed[o.Check] != want {
				t.Errorf("%s: %s is in %d groups, want %d", c.Variant, o.Check, failed[o.Check], want)
			}
			if want := count(o.Verdict == spatest.Blocked && o.Waived == ""); blocked[o.Check] != want {
				t.Errorf("%s: %s waits for %d groups, want %d", c.Variant, o.Check, blocked[o.Check], want)
			}
		}
	}
}

func count(is bool) int {
	if is {
		return 1
	}
	return 0
}
