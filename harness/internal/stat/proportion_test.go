package stat

import (
	"math"
	"testing"
)

// 5 of 25 is the example of influentialpoints.com, Training, Confidence intervals of proportions, with the limits from
// the tables in Conover, Practical Nonparametric Statistics (1999). None and all of 20 have closed forms.
func TestProportion(t *testing.T) {
	none := 1 - math.Pow(0.025, 1./20)
	for _, tc := range []struct {
		n, total       int
		lo, hi, within float64
	}{
		{5, 25, 0.068, 0.407, 5e-4}, {0, 20, 0, none, 1e-12}, {20, 20, 1 - none, 1, 1e-12},
	} {
		p := Proportion(tc.n, tc.total)
		if math.Abs(p.Lo-tc.lo) > tc.within || math.Abs(p.Hi-tc.hi) > tc.within || p.N != tc.total || !p.Attained() {
			t.Errorf("%d of %d: %+v, want %v to %v", tc.n, tc.total, p, tc.lo, tc.hi)
		}
	}
	if p := Proportion(0, 0); p.N != 0 || p.Attained() {
		t.Errorf("nothing of nothing: %+v", p)
	}
}

// However large the share is, the interval contains it in at least 95% of samples.
func TestProportionCovers(t *testing.T) {
	const total = 20
	for share := 0.01; share < 1; share += 0.01 {
		covered, chance := 0., math.Pow(1-share, total) // of n of the total, from n = 0
		for n := 0; n <= total; n++ {
			if p := Proportion(n, total); p.Lo <= share && share <= p.Hi {
				covered += chance
			}
			chance *= float64(total-n) / float64(n+1) * share / (1 - share)
		}
		if covered < Confidence {
			t.Errorf("a share of %.2f is covered in %.4f of samples", share, covered)
		}
	}
}
