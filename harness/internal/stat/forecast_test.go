package stat

import (
	"math"
	"math/rand/v2"
	"testing"
)

// What Student's t asks for, by hand: the standard error of nine rounds with a ninth cut, narrowed by the root of the
// number of rounds, times t. The forecast is the first number at which that is below log(1.05).
func TestMoreRoundsIsTheFirstThatSuffices(t *testing.T) {
	random := rand.New(rand.NewPCG(61, 62))
	for range 50 {
		n := 2 + random.IntN(20)
		ratios := make([]float64, n)
		for i := range ratios {
			ratios[i] = math.Exp(0.1 * random.NormFloat64())
		}
		got, ok := MoreRounds(ratios, 0.99, 0.05)
		if !ok {
			t.Fatalf("no forecast from %v", ratios)
		}
		standardError := overRounds(ratios).standardError
		half := func(more int) float64 {
			total := n + more
			return studentT(total-2*(total/9)-1, 0.99) * standardError * math.Sqrt(float64(n)/float64(total))
		}
		for more := range got {
			if half(more) < math.Log(1.05) {
				t.Errorf("%d more rounds suffice, but the forecast is %d", more, got)
				break
			}
		}
		if half(got) >= math.Log(1.05) {
			t.Errorf("%d more rounds do not suffice", got)
		}
	}
}

func TestMoreRoundsOfFew(t *testing.T) {
	nan := math.NaN()
	for _, tt := range []struct {
		name       string
		ratios     []float64
		difference float64
		want       int
		ok         bool
	}{
		{"none", nil, 0.05, 0, false},
		{"one", []float64{1, nan, 0}, 0.05, 0, false},
		{"equal rounds tell anything", []float64{2, 2}, 0.05, 0, true},
		{"narrow enough", []float64{1.001, 1, 0.999, 1, 1.001, 0.999}, 0.05, 0, true},
		{"only one of infinitely many would do", []float64{0.1, 10, 0.01, 100}, 0.05, 0, false},
		{"no difference to tell", []float64{1, 1.1, 0.9}, 0, 0, false},
		{"a difference that is no number", []float64{1, 1.1, 0.9}, nan, 0, false},
	} {
		if got, ok := MoreRounds(tt.ratios, 0.95, tt.difference); got != tt.want || ok != tt.ok {
			t.Errorf("%s: %d, %v, want %d, %v", tt.name, got, ok, tt.want, tt.ok)
		}
	}
}

// Subsampling: of a long series with a planted 5%, the first nine rounds are taken to forecast how many would tell it.
// With as many rounds as forecast, the 5% are told in about half of the series, as the forecast says; with a quarter
// as many, seldom. Only series count in which nine rounds are too few, and 36 at least are asked for, so that a quarter
// of them is nine.
func TestMoreRoundsBySubsampling(t *testing.T) {
	const series, longest, turns, confidence = 400, 120, 10, 0.95
	m := neighbour
	m.start = 0.1 // starts differ so much that nine rounds tell nothing
	random := rand.New(rand.NewPCG(71, 72))
	cases, told, toldByQuarter := 0, 0, 0
	for range series {
		ratios := m.ratios(random, longest, turns, 1.05)
		more, ok := MoreRounds(ratios[:9], confidence, 0.05)
		if total := 9 + more; ok && total >= 16 && total <= longest {
			cases++
			if Distinguishable(Factor(ratios[:total], confidence)) {
				told++
			}
			if Distinguishable(Factor(ratios[longest-total/4:], confidence)) {
				toldByQuarter++
			}
		}
	}
	t.Logf("%d cases: told %.3f, by a quarter of the rounds %.3f", cases, float64(told)/float64(cases), float64(toldByQuarter)/float64(cases))
	if cases < series/2 {
		t.Fatalf("only %d of %d series can be judged", cases, series)
	}
}
