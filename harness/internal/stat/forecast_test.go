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

// Subsampling: of a long series with a planted 5%, the first nine rounds forecast how many would tell it. As many
// rounds tell it in about half of the series, which is what MoreRounds says; a quarter as many, taken from the other
// end, seldom do. A series counts unless nine rounds nearly suffice, so that a quarter would be fewer than four, or
// more are forecast than it has.
func TestMoreRoundsBySubsampling(t *testing.T) {
	const series, longest, turns, confidence, planted = 1000, 60, 10, 0.95, 0.05
	m := neighbour
	m.start = 0.08 // starts differ so much that nine rounds tell nothing
	random := rand.New(rand.NewPCG(71, 72))
	cases, told, toldByQuarter := 0, 0, 0
	for range series {
		ratios := m.ratios(random, longest, turns, 1+planted)
		more, ok := MoreRounds(ratios[:9], confidence, planted)
		total := 9 + more
		if !ok || total < 16 || total > longest {
			continue
		}
		cases++
		if Distinguishable(Factor(ratios[:total], confidence)) {
			told++
		}
		if Distinguishable(Factor(ratios[longest-total/4:], confidence)) {
			toldByQuarter++
		}
	}
	if cases < series/2 {
		t.Fatalf("only %d of %d series can be judged", cases, series)
	}
	all, quarter := float64(told)/float64(cases), float64(toldByQuarter)/float64(cases)
	t.Logf("%d of %d series: told in %.3f, by a quarter of the rounds in %.3f", cases, series, all, quarter)
	if all < 0.45 || all > 0.65 {
		t.Errorf("with the rounds that were forecast, it is told in %.3f of the series, want 0.45 to 0.65", all)
	}
	if quarter > 0.25 {
		t.Errorf("with a quarter of them it is told in %.3f, want at most 0.25", quarter)
	}
}
