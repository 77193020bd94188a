package stat

import (
	"fmt"
	"math"

	"github.com/aclements/go-moremath/stats"
)

// roundsCut is the part of the rounds, one in so many, that Factor leaves out at each end. It is small, because every
// round that is left out costs a degree of freedom, and nine rounds have few; yet one bad start in nine does no harm.
const roundsCut = 9

// mostRounds is the largest number of further rounds that MoreRounds forecasts.
const mostRounds = 1000

// Factor is what a value is over the rounds, one value of each round, with its interval: a ratio of two arms, or a
// cost or a latency of one arm. Its centre is the geometric mean without the lowest ninth and the highest ninth of the
// rounds, rounded down (none of fewer than 9 rounds, one at each end of 9 to 17). Its interval is Tukey and
// McLaughlin's t on the scale of logarithms, with as many degrees of freedom as rounds are kept, less one, at the
// confidence asked for (above 0 and below 1, such as 0.95).
//
// Each round has its own starts, so the spread between rounds holds both kinds of variance: that of the starts and
// what is left of that of the slices. It assumes that rounds are independent, and no more of their distribution than
// that the logarithms without their tails are roughly symmetric. Where something is cut, t is an approximation: of nine
// normal rounds a 95% interval holds the truth in 94.6%, a 99.58% interval in 99.46%; with longer tails, in more than
// was asked.
//
// Values that are not above 0, or not finite, are left out of N. One round has no interval: Warning says so, and Lo
// and Hi are its value. Equal rounds have an interval of no width.
func Factor(values []float64, confidence float64) Interval {
	kept := positive(values)
	switch n := len(kept); n {
	case 0:
		return Interval{Warning: "no values"}
	case 1:
		return Interval{Centre: kept[0], Lo: kept[0], Hi: kept[0], N: n,
			Warning: fmt.Sprintf("a %s interval needs at least 2 rounds, and there is only 1", percent(confidence))}
	}
	over := overRounds(kept)
	half := over.standardError * studentT(over.freedom, confidence)
	return Interval{
		Centre: kept[0] * math.Exp(over.mean),
		Lo:     kept[0] * math.Exp(over.mean-half),
		Hi:     kept[0] * math.Exp(over.mean+half),

		Confidence: confidence,
		N:          len(kept),
	}
}

// MoreRounds forecasts how many more rounds, with the same spread between them, would tell a factor of 1+difference
// from 1, given one ratio of each round so far. It is the smallest n for which half of the width of Factor's interval,
// on the scale of logarithms, is below log(1+difference); 0 where that is so already. As the centre varies too, such an
// interval excludes 1 in about half of the cases.
//
// It reports false where fewer than two ratios are usable, where more than 1000 rounds would be needed, and where the
// difference (0.05 is 5%) is not above 0.
func MoreRounds(ratios []float64, confidence, difference float64) (n int, ok bool) {
	kept := positive(ratios)
	if len(kept) < 2 || !(difference > 0) {
		return 0, false
	}
	so, enough := float64(len(kept)), math.Log1p(difference)
	spread := overRounds(kept).standardError * math.Sqrt(so) // of one round
	// Student's t is above the normal quantile, so no search need begin below what that asks for.
	z := stats.StdNormal.InvCDF(upperTail(confidence))
	least := max(0, math.Floor(math.Pow(z*spread/enough, 2))-so)
	if least > mostRounds {
		return 0, false
	}
	for n = int(least); n <= mostRounds; n++ {
		total := len(kept) + n
		if studentT(total-2*(total/roundsCut)-1, confidence)*spread/math.Sqrt(float64(total)) < enough {
			return n, true
		}
	}
	return 0, false
}

// overRounds trims the logarithms of values, less that of the first, so that equal values have exactly none.
func overRounds(values []float64) trimmed {
	logs := make([]float64, len(values))
	for i, v := range values {
		logs[i] = math.Log(v) - math.Log(values[0])
	}
	return trim(logs, len(logs)/roundsCut)
}

// studentT is what Student's t stays within, either way, with the confidence.
func studentT(freedom int, confidence float64) float64 {
	return stats.InvCDF(stats.TDist{V: float64(freedom)})(upperTail(confidence))
}

// upperTail is the quantile at the upper end of a two-sided interval.
func upperTail(confidence float64) float64 { return 1 - (1-confidence)/2 }

// percent is a confidence in words: 95%, 99.58%.
func percent(confidence float64) string { return fmt.Sprintf("%.4g%%", 100*confidence) }
