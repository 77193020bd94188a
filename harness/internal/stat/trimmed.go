package stat

import (
	"math"
	"slices"
)

// slicesCut is the part of a round's slices, one in so many, that TrimmedMean leaves out at each end.
const slicesCut = 4

// TrimmedMean is the mean of values without the lowest quarter and the highest quarter of them, each rounded down to
// whole values: the interquartile mean. It is NaN where there are no values. Values that are not finite are left out.
// The values stay as they are.
func TrimmedMean(values []float64) float64 {
	kept := finite(values)
	return trim(kept, len(kept)/slicesCut).mean
}

// PairedRatio is how many times as much a takes as b, from one round's slices: a[i] and b[i] are of the same turn, so
// that whatever lasted longer than a slice made both of them slower and cancels out of a[i]/b[i]. It is exp of the
// TrimmedMean of the logarithms of these ratios, so that the ratio of b to a is its reciprocal.
//
// A pair in which either is not above 0, or not finite, is left out. The result is NaN where no pair is left; Factor
// leaves out such a round. It panics if a and b differ in length, as they are then not pairs.
func PairedRatio(a, b []float64) float64 {
	if len(a) != len(b) {
		panic("stat: the slices of a pair of arms differ in number")
	}
	var logs []float64
	for i := range a {
		if usable(a[i]) && usable(b[i]) {
			logs = append(logs, math.Log(a[i])-math.Log(b[i]))
		}
	}
	return math.Exp(TrimmedMean(logs))
}

// trimmed is a trimmed mean with what Tukey and McLaughlin's t needs of it.
type trimmed struct {
	mean          float64
	standardError float64 // of the mean; NaN where there are no degrees of freedom
	freedom       int     // degrees of freedom of t: values kept, less one
}

// trim leaves out the lowest and the highest `cut` of values. The standard error is the root of S/(h(h-1)), where h is
// the number of values that are kept and S is the sum of squares about the mean of the winsorised sample, in which each
// value that was left out is replaced by the nearest one that was kept (J. W. Tukey and D. H. McLaughlin, Sankhya A 25,
// 1963, pages 331 to 352). Nothing cut, this is Student's t.
func trim(values []float64, cut int) trimmed {
	sorted := slices.Sorted(slices.Values(values))
	n := len(sorted)
	if n == 0 {
		return trimmed{mean: math.NaN(), standardError: math.NaN()}
	}
	kept := sorted[cut : n-cut]
	h := float64(len(kept))
	lowest, highest := kept[0], kept[len(kept)-1]
	sum := 0.0
	for _, v := range kept {
		sum += v
	}
	centre := (sum + float64(cut)*(lowest+highest)) / float64(n)
	square := func(v float64) float64 { return (v - centre) * (v - centre) }
	squares := float64(cut) * (square(lowest) + square(highest))
	for _, v := range kept {
		squares += square(v)
	}
	return trimmed{mean: sum / h, standardError: math.Sqrt(squares / (h * (h - 1))), freedom: len(kept) - 1}
}

// finite is the values that are numbers.
func finite(values []float64) []float64 {
	var kept []float64
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			kept = append(kept, v)
		}
	}
	return kept
}

// positive is the values that have a logarithm.
func positive(values []float64) []float64 {
	var kept []float64
	for _, v := range values {
		if usable(v) {
			kept = append(kept, v)
		}
	}
	return kept
}

// usable reports whether v has a logarithm that is a number.
func usable(v float64) bool { return v > 0 && !math.IsInf(v, 1) }
