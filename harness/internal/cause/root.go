package cause

import (
	"slices"
	"strings"

	"spabench/harness/spatest"
)

// roots finds the checks that others wait for.
type roots map[string]spatest.Outcome

func newRoots(outcomes []spatest.Outcome) roots {
	r := roots{}
	for _, o := range outcomes {
		r[o.Check] = o
	}
	return r
}

// of follows a blocked check to the one that did not pass, which need not be among those that were selected.
func (r roots) of(check string) string {
	for r[check].Verdict == spatest.Blocked {
		check = strings.TrimSuffix(r[check].Reason, " did not pass")
	}
	return check
}

// Same are checks that ended in the same way for the same reason.
type Same struct {
	Reason string
	Checks []string
}

// Skips are the reasons for which checks were skipped, each once, the most frequent first. A check that was skipped
// with one that it builds on has that one's reason.
func Skips(outcomes []spatest.Outcome) []Same {
	return byReason(outcomes, func(o spatest.Outcome) (string, bool) {
		reason := o.Reason
		for {
			check, rest, found := strings.Cut(reason, " was skipped: ")
			if !found || strings.Contains(check, " ") {
				return reason, o.Verdict == spatest.Skipped
			}
			reason = rest
		}
	})
}

// Undecided are the reasons for which checks could not tell.
func Undecided(outcomes []spatest.Outcome) []Same {
	return byReason(outcomes, func(o spatest.Outcome) (string, bool) {
		return o.Reason, o.Verdict == spatest.Errored && o.Waived == ""
	})
}

// Waived are the reasons of waivers that were needed.
func Waived(outcomes []spatest.Outcome) []Same {
	return byReason(outcomes, func(o spatest.Outcome) (string, bool) { return o.Waived, o.Waived != "" })
}

// Blocked are the checks that were not run, by the one that did not pass.
func Blocked(outcomes []spatest.Outcome) []Same {
	roots := newRoots(outcomes)
	return byReason(outcomes, func(o spatest.Outcome) (string, bool) {
		return roots.of(o.Check), o.Verdict == spatest.Blocked && o.Waived == ""
	})
}

// byReason groups the outcomes that count.
func byReason(outcomes []spatest.Outcome, reason func(spatest.Outcome) (string, bool)) []Same {
	var all []Same
	for _, o := range outcomes {
		why, counts := reason(o)
		if !counts {
			continue
		}
		i := slices.IndexFunc(all, func(s Same) bool { return s.Reason == why })
		if i < 0 {
			i = len(all)
			all = append(all, Same{Reason: why})
		}
		all[i].Checks = append(all[i].Checks, o.Check)
	}
	slices.SortStableFunc(all, func(a, b Same) int { return len(b.Checks) - len(a.Checks) })
	return all
}
