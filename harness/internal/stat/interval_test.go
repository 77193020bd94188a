package stat

import (
	"math"
	"math/rand/v2"
	"testing"

	"golang.org/x/perf/benchmath"
)

// The orders and coverages stand in every table of the sign test's interval for the median,
// for example Conover, Practical Nonparametric Statistics, table A3 (binomial, p = 0.5), and, for n = 9,
// in Penn State's STAT 415, lesson 19.1 (second to eighth of nine values: 96.1%).
func TestMedianOrder(t *testing.T) {
	tests := []struct {
		n, k     int
		coverage float64
	}{
		{1, 1, 0}, {2, 1, 0.5}, {3, 1, 0.75}, {4, 1, 0.875}, {5, 1, 0.9375},
		{6, 1, 0.96875}, {7, 1, 0.984375}, {8, 1, 0.9921875},
		{9, 2, 0.9609375}, {10, 2, 0.978515625}, {11, 2, 0.98828125}, {12, 3, 0.96142578125},
		{15, 4, 0.96484375}, {20, 6, 0.9586105346679688}, {25, 8, 0.9567147493362427},
		{30, 10, 0.9572261}, {50, 18, 0.9671},
	}
	for _, tt := range tests {
		k, coverage := medianOrder(tt.n)
		if k != tt.k || math.Abs(coverage-tt.coverage) > 1e-4 {
			t.Errorf("medianOrder(%d) = %d, %.7f, want %d, %.7f", tt.n, k, coverage, tt.k, tt.coverage)
		}
	}
}

func TestSummary(t *testing.T) {
	tests := []struct {
		name   string
		values []float64
		want   Interval
		warns  bool
	}{
		{"none", nil, Interval{}, true},
		{"one", []float64{7}, Interval{Centre: 7, Lo: 7, Hi: 7, N: 1}, true},
		{"three", []float64{3, 1, 2}, Interval{Centre: 2, Lo: 1, Hi: 3, Confidence: 0.75, N: 3}, true},
		{"six reach it", []float64{6, 5, 4, 3, 2, 1},
			Interval{Centre: 3.5, Lo: 1, Hi: 6, Confidence: 0.96875, N: 6}, false},
		{"nine leave out the ends", []float64{1, 2, 3, 4, 5, 6, 7, 8, 900},
			Interval{Centre: 5, Lo: 2, Hi: 8, Confidence: 0.9609375, N: 9}, false},
		{"all equal", []float64{4, 4, 4, 4, 4, 4}, Interval{Centre: 4, Lo: 4, Hi: 4, Confidence: 0.96875, N: 6}, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := Summary(tt.values)
			if (got.Warning != "") != tt.warns {
				t.Errorf("warning %q, want one: %v", got.Warning, tt.warns)
			}
			got.Warning, got.Confidence = "", math.Round(got.Confidence*1e9)/1e9
			if got != tt.want {
				t.Errorf("got %+v, want %+v", got, tt.want)
			}
		})
	}
}

func TestSummaryLeavesItsInput(t *testing.T) {
	values := []float64{3, 1, 2}
	Summary(values)
	if values[0] != 3 || values[1] != 1 || values[2] != 2 {
		t.Errorf("values were reordered: %v", values)
	}
}

// benchmath is the oracle: same centre, and an interval within ours, which differs from it only
// where benchmath takes the left of two equally good ones or its normal approximation (n > 30).
func TestSummaryAgreesWithBenchmath(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for n := 6; n <= 60; n++ {
		values := make([]float64, n)
		for i := range values {
			values[i] = math.Exp(random.NormFloat64())
		}
		got := Summary(values)
		want := benchmath.AssumeNothing.Summary(benchmath.NewSample(values, &benchmath.DefaultThresholds), Confidence)
		if math.Abs(got.Centre-want.Center) > 1e-12 {
			t.Errorf("n=%d: centre %v, benchmath says %v", n, got.Centre, want.Center)
		}
		same := got.Lo == want.Lo && got.Hi == want.Hi
		if n <= 30 && (got.Lo > want.Lo || got.Hi < want.Hi) {
			t.Errorf("n=%d: interval [%v, %v] does not contain benchmath's [%v, %v]",
				n, got.Lo, got.Hi, want.Lo, want.Hi)
		}
		if n <= 30 && same && math.Abs(got.Confidence-want.Confidence) > 1e-9 {
			t.Errorf("n=%d: confidence %v, benchmath says %v", n, got.Confidence, want.Confidence)
		}
	}
}

// The interval must hold what it says: over many samples from a skewed distribution with a known median (1),
// the part of the intervals that contain it is at least 95%.
func TestSummaryCovers(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	const trials = 20000
	for _, n := range []int{6, 8, 10, 15} {
		hit := 0
		for range trials {
			values := make([]float64, n)
			for i := range values {
				values[i] = math.Exp(2 * random.NormFloat64())
			}
			if s := Summary(values); s.Lo <= 1 && 1 <= s.Hi {
				hit++
			}
		}
		_, claimed := medianOrder(n)
		if got := float64(hit) / trials; math.Abs(got-claimed) > 0.01 {
			t.Errorf("n=%d: %.4f of the intervals contain the median, %.4f claimed", n, got, claimed)
		}
	}
}

func TestDistinguishable(t *testing.T) {
	attained := func(lo, hi float64) Interval { return Interval{Centre: 1, Lo: lo, Hi: hi, Confidence: 0.95, N: 9} }
	warned := attained(2, 3)
	warned.Warning = "too few"
	tests := []struct {
		name  string
		ratio Interval
		want  bool
	}{
		{"above", attained(1.01, 2), true},
		{"below", attained(0.5, 0.99), true},
		{"around", attained(0.9, 1.1), false},
		{"from 1", attained(1, 2), false},
		{"exactly 1", attained(1, 1), false},
		{"with a warning", warned, false},
		{"of nothing", Interval{Lo: 2, Hi: 3}, false},
	}
	for _, tt := range tests {
		if got := Distinguishable(tt.ratio); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}

func TestSpread(t *testing.T) {
	tests := []struct {
		in   Interval
		want float64
	}{
		{Interval{Centre: 10, Lo: 9, Hi: 12}, 0.2},
		{Interval{Centre: 10, Lo: 7, Hi: 12}, 0.3},
		{Interval{}, 0},
	}
	for _, tt := range tests {
		if got := tt.in.Spread(); math.Abs(got-tt.want) > 1e-12 {
			t.Errorf("%+v: got %v, want %v", tt.in, got, tt.want)
		}
	}
}
