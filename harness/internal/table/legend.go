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
		inPairs += ", CPU times turn by turn"
	}
	facts := []fact{
		{"12.3 ±4%", fmt.Sprintf("geometric mean over the rounds without the highest and the lowest ninth of them, "+
			"and the distance to the farther end of its %s confidence interval (Tukey and McLaughlin's t interval for "+
			"trimmed means). Image and body sizes are exact and have none.", asConfidence(stat.Confidence))},
		{"×1.31", fmt.Sprintf("ratio to %s (baseline) %s, and its mean over the rounds as above: ×2 is twice as much.",
			run.Plan.Baseline, inPairs)},
		{"~", "the interval of that ratio includes 1: no difference was detected."},
		{"~ (+4)", fmt.Sprintf("the same; with 4 more rounds like these, the interval would have been narrow enough "+
			"to tell a difference of %.0f%%. (+0): it was. Without a number, it would have taken more than 1,000.",
			100*matters)},
	}
	return append(facts, fact{"confidence", fmt.Sprintf("in the table “%s”, the interval of each ratio has %s, so "+
		"that all %d comparisons hold together with %s (Bonferroni). In every other table, each ratio has %[4]s by "+
		"itself, as has every ±.", Tables()[0].Title, asConfidence(HeadlineConfidence(run)), comparisons(run),
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
