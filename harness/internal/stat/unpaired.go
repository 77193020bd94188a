package stat

import (
	"fmt"
	"slices"

	"github.com/aclements/go-moremath/stats"
)

// ShiftAt compares two samples that share no rounds: the factor that takes a to b, with its interval.
//
// The centre is Hodges and Lehmann's estimate, on the scale of ratios: the median of b[j]/a[i] over all pairs. The
// interval inverts the Mann-Whitney test: the k-th smallest and the k-th largest of those ratios, with the largest k
// whose coverage 1 - 2 P(U < k) is at least the confidence asked for; U has its exact distribution (Hollander, Wolfe
// and Chicken, Nonparametric Statistical Methods, section 4.2 and 4.3). Nothing is assumed but that b is distributed as
// a is, times a factor. Four values against four reach 95%, six against six 99.7%. Fewer do not: then the interval is
// all there is, smallest to largest, and Warning says so.
//
// Values that are not above 0, or not finite, have no ratio and are left out. N is the smaller of the two samples.
func ShiftAt(a, b []float64, confidence float64) Interval {
	a, b = positive(a), positive(b)
	if len(a) == 0 || len(b) == 0 {
		return Interval{Warning: "no values"}
	}
	var ratios []float64
	for _, x := range a {
		for _, y := range b {
			ratios = append(ratios, y/x)
		}
	}
	slices.Sort(ratios)
	n := len(ratios)
	u := stats.UDist{N1: len(a), N2: len(b)}
	k := 1
	for k < n/2 && 1-2*u.CDF(float64(k)) >= confidence {
		k++
	}
	s := Interval{
		Centre: median(ratios), Lo: ratios[k-1], Hi: ratios[n-k],
		Confidence: max(0, 1-2*u.CDF(float64(k-1))), N: min(len(a), len(b)),
	}
	if s.Confidence < confidence {
		s.Warning = fmt.Sprintf("%d and %d rounds are too few for a %s interval: the range shown is smallest to "+
			"largest, a %.3g%% interval",
			len(a), len(b), percent(confidence), 100*s.Confidence)
	}
	return s
}
