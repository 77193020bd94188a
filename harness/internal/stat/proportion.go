package stat

import "github.com/aclements/go-moremath/mathx"

// Proportion is the share n of a total, which is not below n or 0, with its interval by Clopper and Pearson (Biometrika
// 26, 1934): whatever the true share is, the interval contains it in at least Confidence of all samples. It takes the
// cases to be independent of each other.
func Proportion(n, total int) Interval {
	if total <= 0 {
		return Interval{Warning: "no cases"}
	}
	p := Interval{Centre: float64(n) / float64(total), Hi: 1, Confidence: Confidence, N: total}
	tail := (1 - Confidence) / 2
	if n > 0 {
		p.Lo = betaQuantile(tail, float64(n), float64(total-n+1))
	}
	if n < total {
		p.Hi = betaQuantile(1-tail, float64(n+1), float64(total-n))
	}
	return p
}

// betaQuantile is where the beta distribution with these parameters reaches the probability p.
func betaQuantile(p, a, b float64) float64 {
	lo, hi := 0., 1.
	for range 60 { // each halves the interval, and so adds a bit
		if middle := (lo + hi) / 2; mathx.BetaInc(middle, a, b) < p {
			lo = middle
		} else {
			hi = middle
		}
	}
	return (lo + hi) / 2
}
