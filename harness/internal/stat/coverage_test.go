package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// tolerance is three standard errors of a part that is counted in so many cases, if it is truly p.
func tolerance(p float64, cases int) float64 { return 3 * math.Sqrt(p*(1-p)/float64(cases)) }

// The interval holds the true factor as often as it says, whatever disturbs the slices, and starts that differ.
func TestFactorCovers(t *testing.T) {
	const series, truth = 1000, 1.05
	badStarts := neighbour
	badStarts.bad = 0.05
	for i, m := range []struct {
		name string
		machine
	}{{"quiet", quiet}, {"drift", drifting}, {"tails", tailed}, {"neighbour", neighbour}, {"bad starts", badStarts}} {
		for _, rounds := range []int{3, 9} {
			for _, turns := range []int{10, 20} {
				random := rand.New(rand.NewPCG(uint64(i), uint64(100*rounds+turns)))
				hit := map[float64]int{0.95: 0, 0.998: 0}
				for range series {
					ratios := m.ratios(random, rounds, turns, truth)
					for confidence := range hit {
						if f := Factor(ratios, confidence); f.Lo <= truth && truth <= f.Hi {
							hit[confidence]++
						}
					}
				}
				line := fmt.Sprintf("%s, %d rounds of %d turns:", m.name, rounds, turns)
				for _, confidence := range []float64{0.95, 0.998} {
					got := float64(hit[confidence]) / series
					line += fmt.Sprintf(" %.1f%% of %.1f%%", 100*got, 100*confidence)
					if got < confidence-tolerance(confidence, series) {
						t.Errorf("%s, %d rounds of %d turns: %.4f of the %v intervals hold the factor",
							m.name, rounds, turns, got, confidence)
					}
				}
				t.Log(line)
			}
		}
	}
}

// Of nine normal rounds an interval holds a little less than it says: a ninth cut from nine leaves a variance whose
// distribution is only like that which Student's t asks for. The shortfall that Factor's documentation states is the
// bound.
func TestFactorOfNormalRounds(t *testing.T) {
	const series = 60_000
	for _, rounds := range []int{2, 3, 8, 9, 12, 18} {
		for _, at := range []struct{ confidence, shortfall float64 }{{0.95, 0.004}, {1 - 0.05/12, 0.0013}} {
			random := rand.New(rand.NewPCG(25, uint64(rounds)))
			cut := rounds / roundsCut
			if cut == 0 {
				at.shortfall = 0 // Student's own
			}
			limit, hit := studentT(rounds-2*cut-1, at.confidence), 0
			values := make([]float64, rounds)
			for range series {
				for i := range values {
					values[i] = random.NormFloat64()
				}
				if got := trim(values, cut); math.Abs(got.mean) <= limit*got.standardError {
					hit++
				}
			}
			got := float64(hit) / series
			if got < at.confidence-at.shortfall-tolerance(at.confidence, series) {
				t.Errorf("%d rounds: %.5f of the %.4f intervals hold the mean", rounds, got, at.confidence)
			}
		}
	}
}

// A headline compares four arms with the baseline in three metrics. With Bonferroni's correction at most one in twenty
// pages has any difference that is not there; without it, far more.
func TestHeadlineFalseAlarms(t *testing.T) {
	const pages, rounds, turns, compared = 1000, 9, 12, 5
	cpu, p50, p99 := neighbour, neighbour, neighbour
	p50.slice, p99.slice, p99.heavy = 0.05, 0.15, 0.3
	metrics := []machine{cpu, p50, p99}
	familyWise := 1 - 0.05/float64((compared-1)*len(metrics))
	random := rand.New(rand.NewPCG(41, 42))
	verdicts, single, corrected, plain := 0, 0, 0, 0
	for range pages {
		alarm, alarmPlain := false, false
		for _, m := range metrics {
			ratios := make([][]float64, compared)
			for range rounds {
				costs := m.round(random, compared, turns, 1, true)
				for arm := 1; arm < compared; arm++ {
					ratios[arm] = append(ratios[arm], PairedRatio(costs[arm], costs[0]))
				}
			}
			for _, r := range ratios[1:] {
				verdicts++
				if Distinguishable(Factor(r, familyWise)) {
					single++
					alarm = true
				}
				alarmPlain = alarmPlain || Distinguishable(Factor(r, 0.95))
			}
		}
		if alarm {
			corrected++
		}
		if alarmPlain {
			plain++
		}
	}
	rate := float64(corrected) / pages
	t.Logf("each at %.4f: %.2f%% of %d verdicts, %.1f%% of pages; each at 0.95: %.1f%% of pages",
		familyWise, 100*float64(single)/float64(verdicts), verdicts, 100*rate, 100*float64(plain)/pages)
	if rate > 0.05+tolerance(0.05, pages) {
		t.Errorf("%.4f of the pages have a false positive", rate)
	}
	if float64(plain)/pages < 0.1 {
		t.Errorf("uncorrected, only %d of %d pages have a false positive: the simulation tests nothing", plain, pages)
	}
}

// What is there is found, at the confidence of a headline of twelve comparisons, quiet and beside a neighbour.
func TestHeadlinePower(t *testing.T) {
	const series, rounds, turns, familyWise = 500, 9, 20, 1 - 0.05/12
	for _, tt := range []struct {
		name string
		machine
		factor, atLeast float64
	}{
		{"quiet, 5%", quiet, 1.05, 0.95},
		{"quiet, 10%", quiet, 1.10, 0.99},
		{"neighbour, 5%", neighbour, 1.05, 0.8},
		{"neighbour, 10%", neighbour, 1.10, 0.95},
	} {
		random := rand.New(rand.NewPCG(51, 52))
		found := 0
		for range series {
			f := Factor(tt.ratios(random, rounds, turns, tt.factor), familyWise)
			if Distinguishable(f) && f.Centre > 1 {
				found++
			}
		}
		got := float64(found) / series
		t.Logf("%s: found in %.1f%%", tt.name, 100*got)
		if got < tt.atLeast {
			t.Errorf("%s more: found in %.3f of %d series, want %.2f", tt.name, got, series, tt.atLeast)
		}
	}
}
