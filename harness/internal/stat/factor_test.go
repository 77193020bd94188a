package stat

import (
	"math"
	"math/rand/v2"
	"testing"
)

// Factor is Tukey and McLaughlin's interval of the logarithms, with one ninth cut: two of 22 at each end.
func TestFactorIsTheIntervalOfLogarithms(t *testing.T) {
	var values []float64
	for _, v := range systolic {
		values = append(values, math.Exp(v/100))
	}
	got, want := Factor(values, 0.95), trim(systolic, 2)
	half := want.standardError * studentT(17, 0.95)
	for _, v := range []struct{ got, want float64 }{
		{got.Centre, want.mean}, {got.Lo, want.mean - half}, {got.Hi, want.mean + half},
	} {
		if math.Abs(100*math.Log(v.got)-v.want) > 1e-9 {
			t.Errorf("%v, want %v", 100*math.Log(v.got), v.want)
		}
	}
	if !got.Attained() || got.N != 22 || got.Confidence != 0.95 {
		t.Errorf("%+v", got)
	}
}

func TestFactorOfFew(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, none := range [][]float64{nil, {0}, {-1, nan, inf, math.Inf(-1)}} {
		if got := Factor(none, 0.95); got.N != 0 || got.Attained() || got.Warning == "" {
			t.Errorf("of %v: %+v", none, got)
		}
	}
	for _, one := range [][]float64{{7}, {0, 7, nan}} {
		got := Factor(one, 0.9958)
		if got.N != 1 || got.Attained() || got.Centre != 7 || got.Lo != 7 || got.Hi != 7 || got.Confidence != 0 {
			t.Errorf("of %v: %+v", one, got)
		}
		if want := "a 99.58% interval needs at least 2 rounds, and there is only 1"; got.Warning != want {
			t.Errorf("warning %q, want %q", got.Warning, want)
		}
	}
	// Two rounds: t is 12.706, the standard error is half of the distance.
	two := Factor([]float64{1, math.Exp(0.1), nan, 0}, 0.95)
	if !two.Attained() || two.N != 2 || math.Abs(math.Log(two.Hi)-(0.05+12.7062*0.05)) > 1e-5 ||
		math.Abs(math.Log(two.Lo)-(0.05-12.7062*0.05)) > 1e-5 {
		t.Errorf("of two: %+v", two)
	}
}

func TestFactorOfEqualRounds(t *testing.T) {
	for n := 2; n <= 20; n++ {
		values := make([]float64, n)
		for i := range values {
			values[i] = 52428801
		}
		want := Interval{Centre: 52428801, Lo: 52428801, Hi: 52428801, Confidence: 0.95, N: n}
		if got := Factor(values, 0.95); got != want {
			t.Errorf("of %d: %+v", n, got)
		}
	}
}

// One bad round in nine is cut, whatever it is; two are not.
func TestFactorWithstandsABadRound(t *testing.T) {
	values := []float64{1.01, 0.99, 1.02, 0.98, 1, 1.01, 0.99, 1, 1.5}
	mild, wild := Factor(values, 0.95), Factor(append(values[:8:8], 1e9), 0.95)
	if mild != wild || mild.Hi > 1.03 {
		t.Errorf("%+v, and with a worse round %+v", mild, wild)
	}
	if two := Factor(append(values[:7:7], 1e9, 1e9), 0.95); two.Hi < 2 {
		t.Errorf("two bad rounds of nine went unnoticed: %+v", two)
	}
}

// Whoever is named first, the comparison says the same.
func TestFactorIsSymmetric(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	for n := 2; n <= 40; n++ {
		there, back := make([]float64, n), make([]float64, n)
		for i := range there {
			there[i] = math.Exp(random.NormFloat64())
			back[i] = 1 / there[i]
		}
		a, b := Factor(there, 0.99), Factor(back, 0.99)
		if math.Abs(a.Lo*b.Hi-1) > 1e-9 || math.Abs(a.Hi*b.Lo-1) > 1e-9 || math.Abs(a.Centre*b.Centre-1) > 1e-9 {
			t.Errorf("n=%d: %+v one way, %+v the other", n, a, b)
		}
	}
}
