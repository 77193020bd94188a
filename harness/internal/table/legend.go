package table

import (
	"fmt"
	"slices"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// legend says how to read the cells.
func legend(run record.Run) []fact {
	if rounds(run) < 2 {
		return []fact{
			{"12.3 ±?", "the value of a single round, which has no spread. Image and body sizes are exact."},
			{"×1.31?", fmt.Sprintf("ratio to %s (baseline): ×2 is twice as much. One round cannot say whether it "+
				"differs from 1.", run.Plan.Baseline)},
		}
	}
	inPairs := "in the same round"
	if sliced(run) {
		inPairs += ", turn by turn where each slice has a value of its own, so that it need not be the quotient of " +
			"the values shown"
	}
	facts := []fact{
		{"12.3 ±4%", fmt.Sprintf("trimmed geometric mean over the rounds (a ninth of them, rounded down, is left out "+
			"at each end), and the distance to the farther end of its %s confidence interval (Tukey and McLaughlin's "+
			"t interval for trimmed means). Image and body sizes are exact and have "+
			"none.", asConfidence(stat.Confidence))},
		{"×1.31", fmt.Sprintf("ratio to %s (baseline) %s, and its trimmed geometric mean over the rounds: ×2 is twice "+
			"as much.", run.Plan.Baseline, inPairs)},
		{"~", "the interval of that ratio includes 1: no difference was detected."},
		{"~ (+4)", fmt.Sprintf("the same; with 4 more rounds like these, a difference of %.0f%% would be detected in "+
			"about half of such runs. (+0): the interval is that narrow already. Without a number, it would take more "+
			"than 1,000.", 100*matters)},
	}
	return append(facts, fact{"confidence", fmt.Sprintf("in the table “%s”, each ratio has a %s interval, so that all "+
		"%d have simultaneous %s confidence (Bonferroni). In every other table, each ratio has a %[4]s interval of "+
		"its own, as has every ±.", Tables()[0].Title, asConfidence(HeadlineConfidence(run)), comparisons(run),
		asConfidence(stat.Confidence))})
}

// sliced reports whether the run has CPU times of slices.
func sliced(run record.Run) bool {
	return slices.ContainsFunc(run.Trials, func(t record.Trial) bool {
		return slices.ContainsFunc(t.Loads, func(l record.Loaded) bool {
			return len(turnCPU(l, everyContainer(l.Usage))) > 0
		})
	})
}
