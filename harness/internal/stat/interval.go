// Package stat holds the statistics that spabench needs, as pure functions: the ratio of two arms from one round's
// slices, taken in pairs; a factor over the rounds with its interval, and how many more rounds would narrow it; a
// comparison of two runs; a median with an interval that assumes no distribution; and latency histograms.
package stat

import (
	"fmt"
	"math"
	"slices"
)

// Confidence is the level of an interval that stands alone. Comparisons that are made together are each asked for more.
const Confidence = 0.95

// Interval is an estimate and the range that its true value lies in, with the stated confidence.
type Interval struct {
	Centre     float64
	Lo, Hi     float64
	Confidence float64 // what Lo to Hi actually reaches, 0 to 1; less than was asked for when there is a Warning
	N          int     // values it was made from
	Warning    string  // why the interval is less than was asked for; "" when it is not
}

// Attained reports whether the interval reaches the confidence asked for.
func (i Interval) Attained() bool { return i.N > 0 && i.Warning == "" }

// Spread is how far the farther end of the interval lies from the centre, as a part of the centre.
// It is 0 for a centre of 0, of which nothing can be a part.
func (i Interval) Spread() float64 {
	if i.Centre == 0 {
		return 0
	}
	return math.Max(i.Hi-i.Centre, i.Centre-i.Lo) / math.Abs(i.Centre)
}

// Summary is the median of values and its interval from order statistics (the sign test's): the narrowest
// pair of values equally far from both ends of the sorted sample whose coverage, which is binomial and the same
// for every continuous distribution, is at least Confidence.
//
// Fewer than 6 values cannot reach 95%. Then the interval is all there is, smallest to largest,
// Confidence says what that is worth (1 - 2^(1-n)), and Warning says so in words.
//
// golang.org/x/perf/benchmath computes the same, but where one side must be wider it always chooses the left.
// Here the pair is symmetric, so that a comparison of a with b never contradicts that of b with a.
func Summary(values []float64) Interval {
	n := len(values)
	if n == 0 {
		return Interval{Warning: "no values"}
	}
	sorted := slices.Sorted(slices.Values(values))
	order, coverage := medianOrder(n)
	s := Interval{Centre: median(sorted), Lo: sorted[order-1], Hi: sorted[n-order], Confidence: coverage, N: n}
	if coverage < Confidence {
		s.Warning = fmt.Sprintf("a %.0f%% interval needs at least %d rounds, and there are only %d: the range shown "+
			"is smallest to largest, a %.3g%% interval",
			100*Confidence, neededFor(Confidence), n, 100*coverage)
	}
	return s
}

// median is of a sorted sample that is not empty.
func median(sorted []float64) float64 {
	n := len(sorted)
	if n%2 == 1 {
		return sorted[n/2]
	}
	return sorted[n/2-1] + (sorted[n/2]-sorted[n/2-1])/2
}

// Distinguishable reports whether a ratio differs from 1 with the confidence asked for. Too few rounds show no
// difference.
func Distinguishable(ratio Interval) bool {
	return ratio.Attained() && (ratio.Lo > 1 || ratio.Hi < 1)
}

// medianOrder returns the largest k for which the k-th smallest and the k-th largest of n values
// enclose the median with Confidence, and the coverage they have: 1 - 2 P(X < k), X binomial(n, 1/2).
// Without such a k it returns 1: the whole sample.
func medianOrder(n int) (k int, coverage float64) {
	k, coverage = 1, 1-2*binomialHalf(n, 0)
	for next := coverage - 2*binomialHalf(n, k); next >= Confidence; next = coverage - 2*binomialHalf(n, k) {
		k, coverage = k+1, next
	}
	return k, max(coverage, 0)
}

// binomialHalf is the chance of exactly k heads in n tosses, by logarithms because 2^-n underflows.
func binomialHalf(n, k int) float64 {
	logFactorial := func(m int) float64 {
		l, _ := math.Lgamma(float64(m) + 1)
		return l
	}
	return math.Exp(logFactorial(n) - logFactorial(k) - logFactorial(n-k) - float64(n)*math.Ln2)
}

// neededFor is the smallest sample whose whole range reaches the confidence.
func neededFor(confidence float64) int {
	n := 1
	for 1-2*binomialHalf(n, 0) < confidence {
		n++
	}
	return n
}
