package stat

import (
	"math"
	"math/rand/v2"
	"testing"
)

// The worked example of Hollander and Wolfe on the permeability of membranes (example 4.1), whose data R's wilcox.test
// documents too: R gives -0.305 for the difference and (-0.76, 0.15) for its interval. Here as factors. Tables give 8
// as the critical value of U for 5 and 10 at 5%; its two tails are 0.04.
func TestShiftAtWorkedExample(t *testing.T) {
	x := []float64{0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46}
	y := []float64{1.15, 0.88, 0.90, 0.74, 1.21}
	exp := func(values []float64) []float64 {
		var out []float64
		for _, v := range values {
			out = append(out, math.Exp(v))
		}
		return out
	}
	got := ShiftAt(exp(x), exp(y), Confidence)
	near := func(what string, got, want float64) {
		t.Helper()
		if math.Abs(got-want) > 0.006 {
			t.Errorf("%s %.4f, want %.4f", what, got, want)
		}
	}
	near("centre", math.Log(got.Centre), -0.305)
	near("low end", math.Log(got.Lo), -0.76)
	near("high end", math.Log(got.Hi), 0.15)
	near("confidence", got.Confidence, 0.960)
	if !got.Attained() || got.N != 5 {
		t.Errorf("%+v", got)
	}
}

func TestShiftAtOfFew(t *testing.T) {
	s := ShiftAt([]float64{1, 2, 3}, []float64{2, 4, 6}, Confidence)
	if s.Attained() || s.Warning == "" || s.Lo != 2./3 || s.Hi != 6 {
		t.Errorf("three against three: %+v", s)
	}
	s = ShiftAt([]float64{1, 2, 3, 4}, []float64{10, 11, 12, 13}, Confidence)
	if !s.Attained() || s.Lo != 2.5 || s.Hi != 13 {
		t.Errorf("four against four: %+v", s)
	}
	four, six := []float64{1, 2, 3, 4}, []float64{1, 2, 3, 4, 5, 6}
	if s := ShiftAt(four, four, 0.997); s.Attained() || s.Warning == "" || math.Abs(s.Confidence-(1-2./70)) > 1e-12 {
		t.Errorf("four against four at 99.7%%: %+v", s)
	}
	if s := ShiftAt(six, six, 0.997); !s.Attained() || s.Lo != 1./6 || s.Hi != 6 {
		t.Errorf("six against six at 99.7%%: %+v", s)
	}
	if s := ShiftAt([]float64{0, math.NaN()}, []float64{1}, Confidence); s.N != 0 || s.Warning == "" {
		t.Errorf("nothing to compare: %+v", s)
	}
	if s := ShiftAt([]float64{7, 7, 7}, []float64{14, 14}, Confidence); s.Centre != 2 || s.Lo != 2 || s.Hi != 2 {
		t.Errorf("exact values: %+v", s)
	}
}

// The comparison of b with a never contradicts that of a with b.
func TestShiftAtIsSymmetric(t *testing.T) {
	a, b := []float64{1.1, 1.3, 0.9, 1.7, 1.2, 2.1, 1.4}, []float64{2.3, 1.9, 2.8, 1.5, 3.3, 2.2}
	there, back := ShiftAt(a, b, Confidence), ShiftAt(b, a, Confidence)
	if math.Abs(there.Lo-1/back.Hi) > 1e-12 || math.Abs(there.Hi-1/back.Lo) > 1e-12 ||
		there.Confidence != back.Confidence {
		t.Errorf("%+v and back %+v", there, back)
	}
}

// The interval holds what it says, on a skewed distribution, and tells a factor of 1.2 at that noise.
func TestShiftAtCovers(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	const trials = 4000
	hit, claimed := 0, 0.0
	for range trials {
		a, b := make([]float64, 9), make([]float64, 9)
		for i := range a {
			a[i], b[i] = math.Exp(random.ExpFloat64()), 1.2*math.Exp(random.ExpFloat64())
		}
		s := ShiftAt(a, b, Confidence)
		if s.Lo <= 1.2 && 1.2 <= s.Hi {
			hit++
		}
		claimed = s.Confidence
	}
	if got := float64(hit) / trials; got < 0.95-0.012 || math.Abs(got-claimed) > 0.012 {
		t.Errorf("%.4f of the intervals contain the factor, %.4f claimed", got, claimed)
	}
}
