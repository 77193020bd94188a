package table

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/spatest"
)

// tally is one arm's conformance, counted.
type tally struct {
	record.Conformance
	passed, waived, failed, skipped, undecided int // undecided: an error, or blocked by another check

	ofBuild map[string]bool // checks that do not count against the arm, because of somebody's own build
}

// conformanceOf counts an arm's report; false when it has none. The baseline, for one, is not checked for conformance.
func conformanceOf(run record.Run, arm string) (tally, bool) {
	for _, c := range run.Conformance {
		if c.Variant != arm {
			continue
		}
		n := tally{Conformance: c, ofBuild: failedOnBuild(run)}
		for _, o := range c.Report.Outcomes {
			switch {
			case o.Waived != "":
				n.waived++
			case o.Verdict == spatest.Passed:
				n.passed++
			case o.Verdict == spatest.Skipped:
				n.skipped++
			case o.Verdict == spatest.Failed:
				n.failed++
			default:
				n.undecided++
			}
		}
		return n, true
	}
	return tally{}, false
}

func (n tally) ok() bool {
	return n.Err == "" && len(n.Report.Outcomes) > 0 && n.Report.Err() == nil
}

// comparable reports whether the arm may be ranked: it conforms, except for what is so because of the build it serves.
func (n tally) comparable() bool {
	return n.Err == "" && len(n.Report.Outcomes) > 0 && n.Without(n.ofBuild).Report.Err() == nil
}

// String is how many checks passed, out of those that could be decided on this variant.
func (n tally) String() string {
	decided := len(n.Report.Outcomes) - n.skipped
	if decided == 0 {
		return "none"
	}
	return fmt.Sprintf("%d/%d", n.passed, decided)
}

// sheet is a table of plain text.
type sheet struct {
	head  []string
	rows  [][]string
	notes []string
}

// conformanceSheet is the conformance table.
func conformanceSheet(run record.Run) sheet {
	s := sheet{head: []string{"variant", "conforms", "pass", "waived", "fail", "undecided", "skip"}}
	if run.Plan.Unchecked {
		s.notes = append(s.notes, "Checks: "+unchecked)
	}
	for _, arm := range run.Plan.Variants {
		n, ok := conformanceOf(run, arm)
		if !ok {
			if reason := failure(run, arm); reason != "" {
				s.notes = append(s.notes, fmt.Sprintf("%s: %s", arm, reason))
			}
			s.rows = append(s.rows, []string{arm, missing, missing, missing, missing, missing, missing})
			continue
		}
		answer := "no"
		if n.ok() {
			answer = "yes"
		}
		counts := []string{arm, answer}
		for _, c := range []int{n.passed, n.waived, n.failed, n.undecided, n.skipped} {
			counts = append(counts, fmt.Sprint(c))
		}
		s.rows = append(s.rows, counts)
		s.notes = append(s.notes, n.explain()...)
	}
	return s
}

// failing are the outcomes that tally counts as failed or undecided.
func (n tally) failing() []spatest.Outcome {
	var found []spatest.Outcome
	for _, o := range n.Report.Outcomes {
		if o.Waived == "" && o.Verdict != spatest.Passed && o.Verdict != spatest.Skipped {
			found = append(found, o)
		}
	}
	return found
}

// because says in one line why an outcome is not a pass.
func because(o spatest.Outcome) string {
	if len(o.Findings) > 0 {
		return firstLine(o.Findings[0].Message)
	}
	return firstLine(o.Reason)
}

// explain names every check that did not pass, and says why.
func (n tally) explain() []string {
	var found []string
	if n.Err != "" {
		found = append(found, fmt.Sprintf("%s: the checks could not be run: %s", n.Variant, firstLine(n.Err)))
	}
	skips := map[string][]string{}
	for _, o := range n.Report.Outcomes {
		switch {
		case o.Waived != "":
			found = append(found, fmt.Sprintf("%s waives %s: %s", n.Variant, o.Check, firstLine(o.Waived)))
		case o.Verdict == spatest.Passed:
		case o.Verdict == spatest.Skipped:
			skips[because(o)] = append(skips[because(o)], o.Check)
		default:
			found = append(found, fmt.Sprintf("%s: %s %s (%s): %s", n.Variant, o.Level, o.Check, o.Verdict, because(o)))
		}
	}
	for _, reason := range slices.Sorted(maps.Keys(skips)) {
		found = append(found, fmt.Sprintf("%s skips %s: %s",
			n.Variant, strings.Join(skips[reason], ", "), orElse(reason, "no reason recorded")))
	}
	return found
}
