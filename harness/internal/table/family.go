package table

import (
	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// comparisons is how many comparisons the headline makes: of each arm with one other, in each metric that has noise.
func comparisons(run record.Run) int {
	noisy := 0
	for _, m := range headlineMetrics() {
		if !m.Exact && planned(run, m) {
			noisy++
		}
	}
	return max(1, (len(run.Plan.Variants)-1)*noisy)
}

// HeadlineConfidence is that of each comparison of the headline. By Bonferroni's inequality, all of them together then
// hold with stat.Confidence.
//
// They may be comparisons with the arm that turned out to be the best. That another arm is not the best can only be
// false of the one that truly is, and only if its own comparison with some other arm is wrong. So the comparisons of
// one arm with the others are all that have to hold together, whichever seems best afterwards: multiple comparisons
// with the best (J. C. Hsu, Multiple Comparisons: Theory and Methods, 1996, chapter 4).
func HeadlineConfidence(run record.Run) float64 {
	return 1 - (1-stat.Confidence)/float64(comparisons(run))
}

// confidenceIn is that of each comparison in a table. Only the headline's hold together.
func confidenceIn(run record.Run, t Table) float64 {
	if t.Name == headline {
		return HeadlineConfidence(run)
	}
	return stat.Confidence
}
