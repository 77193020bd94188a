package stat

import (
	"math"
	"slices"
	"testing"
)

// systolic is the blood pressure of 22 patients, from example 4.1 of SAS's documentation of PROC UNIVARIATE.
var systolic = []float64{
	120, 96, 100, 120, 140, 120, 165, 110, 119, 125, 133, 108, 110, 130, 120, 134, 118, 122, 122, 122, 112, 122,
}

// The worked example is 4.11 of the same documentation (Base SAS 9.4 Procedures Guide: Statistical Procedures,
// "Computing Robust Estimates"), which prints the trimmed mean, its standard error, the limits of Tukey and
// McLaughlin's 95% interval and the degrees of freedom, for one value cut at each end and for three.
func TestTrimWorkedExample(t *testing.T) {
	for _, want := range []struct {
		cut                            int
		mean, standardError, low, high float64
		freedom                        int
	}{
		{1, 120.3500, 2.573536, 114.9635, 125.7365, 19},
		{3, 120.3125, 2.395387, 115.2069, 125.4181, 15},
	} {
		got := trim(systolic, want.cut)
		half := got.standardError * studentT(got.freedom, 0.95)
		for _, v := range []struct {
			what              string
			got, want, within float64
		}{
			{"mean", got.mean, want.mean, 5e-5},
			{"standard error", got.standardError, want.standardError, 5e-7},
			{"low limit", got.mean - half, want.low, 5e-5},
			{"high limit", got.mean + half, want.high, 5e-5},
			{"degrees of freedom", float64(got.freedom), float64(want.freedom), 0},
		} {
			if math.Abs(v.got-v.want) > v.within {
				t.Errorf("%d cut: %s %.7f, want %.7f", want.cut, v.what, v.got, v.want)
			}
		}
	}
}

// The values stand in every table of Student's t: NIST/SEMATECH e-Handbook of Statistical Methods, section 1.3.6.7.2.
func TestStudentT(t *testing.T) {
	for _, tt := range []struct {
		freedom    int
		confidence float64
		want       float64
	}{
		{1, 0.95, 12.706}, {2, 0.95, 4.303}, {2, 0.998, 22.327}, {6, 0.95, 2.447}, {6, 0.998, 5.208},
		{8, 0.99, 3.355}, {100, 0.95, 1.984},
	} {
		if got := studentT(tt.freedom, tt.confidence); math.Abs(got-tt.want) > 5e-4 {
			t.Errorf("t with %d degrees of freedom at %v: %.4f, want %v", tt.freedom, tt.confidence, got, tt.want)
		}
	}
}

func TestTrimmedMean(t *testing.T) {
	for _, tt := range []struct {
		name   string
		values []float64
		want   float64
	}{
		// The twelve values are Wikipedia's example of the interquartile mean.
		{"twelve", []float64{5, 8, 4, 38, 8, 6, 9, 7, 7, 3, 1, 6}, 6.5},
		{"one", []float64{7}, 7},
		{"three are too few to cut", []float64{1, 2, 6}, 3},
		{"four lose one at each end", []float64{1, 2, 4, 900}, 3},
		{"seven lose no more", []float64{-900, 1, 2, 3, 4, 5, 900}, 3},
		{"a quarter may be anything", []float64{3, 1e300, 3, 1e300, 3, 3, 3, 3}, 3},
		{"what is no number is not there", []float64{math.NaN(), 1, math.Inf(1), 3, math.Inf(-1)}, 2},
	} {
		before := slices.Clone(tt.values)
		if got := TrimmedMean(tt.values); math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		for i, v := range before {
			if v != tt.values[i] && !math.IsNaN(v) {
				t.Errorf("%s: the values were reordered: %v", tt.name, tt.values)
				break
			}
		}
	}
	if got := TrimmedMean(nil); !math.IsNaN(got) {
		t.Errorf("the mean of nothing is %v", got)
	}
}

func TestPairedRatio(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	for _, tt := range []struct {
		name string
		a, b []float64
		want float64
	}{
		{"twice, though both drift", []float64{2, 40, 6, 800, 10}, []float64{1, 20, 3, 400, 5}, 2},
		{"one slice of each doubled", []float64{3, 6, 3, 3, 3, 3, 3, 3}, []float64{3, 3, 3, 3, 3, 3, 6, 3}, 1},
		{"what has no ratio is left out", []float64{2, 0, nan, 2, inf, -2}, []float64{1, 1, 1, 0, 1, -1}, 2},
		{"of logarithms", []float64{1, 4}, []float64{2, 2}, 1},
		{"the same is exactly 1", []float64{0.1, 0.3, 0.7}, []float64{0.1, 0.3, 0.7}, 1},
	} {
		if got := PairedRatio(tt.a, tt.b); math.Abs(got-tt.want) > 1e-12 || tt.want == 1 && got != 1 {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
		if back := PairedRatio(tt.b, tt.a); math.Abs(back-1/tt.want) > 1e-12 {
			t.Errorf("%s, the other way: %v, want %v", tt.name, back, 1/tt.want)
		}
	}
	for _, none := range [][2][]float64{{nil, nil}, {{0}, {1}}} {
		if got := PairedRatio(none[0], none[1]); !math.IsNaN(got) {
			t.Errorf("the ratio of %v is %v", none, got)
		}
	}
}

func TestPairedRatioRefusesWhatIsNotPaired(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("slices of different number were paired")
		}
	}()
	PairedRatio([]float64{1, 2}, []float64{1, 2, 3})
}
