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
	for _, m := range []struct {
		name string
		machine
	}{{"quiet", quiet}, {"drift", drifting}, {"tails", tailed}, {"neighbour", neighbour}, {"bad starts", badStarts}} {
		for _, rounds := range []int{3, 9} {
			for _, turns := range []int{10, 20} {
				random := rand.New(rand.NewPCG(21, uint64(100*rounds+turns)))
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

// What a factor over nine rounds is made from: how wide half of the 95% interval is, in the median of the series, and how
// often it holds the truth. The table is the evidence in METHOD.md; -v prints it.
func TestRoundsWithANinthCut(t *testing.T) {
	const series, rounds, turns = 1500, 9, 15
	ways := []struct {
		name     string
		interval func(ratios []float64) Interval
	}{
		{"t, a ninth cut", func(r []float64) Interval { return Factor(r, 0.95) }},
		{"t, nothing cut", func(r []float64) Interval { return wholeT(r, 0.95) }},
		{"median, sign test", Summary},
	}
	badStarts := quiet
	badStarts.bad = 0.05
	machines := []struct {
		name string
		machine
	}{{"quiet", quiet}, {"neighbour", neighbour}, {"bad starts", badStarts}}
	table := fmt.Sprintf("%-20s", "half width, coverage")
	width := make([][]float64, len(ways)) // by way and machine
	for _, m := range machines {
		table += fmt.Sprintf("%16s", m.name)
	}
	for i, way := range ways {
		table += fmt.Sprintf("\n%-20s", way.name)
		for _, m := range machines {
			random := rand.New(rand.NewPCG(31, 32))
			hit, widths := 0, []float64(nil)
			for range series {
				f := way.interval(m.ratios(random, rounds, turns, 1))
				widths = append(widths, math.Log(f.Hi/f.Lo)/2)
				if f.Lo <= 1 && 1 <= f.Hi {
					hit++
				}
			}
			width[i] = append(width[i], middle(widths))
			table += fmt.Sprintf("  %5.2f%%, %5.1f%%", 100*middle(widths), 100*float64(hit)/series)
		}
	}
	t.Log("\n" + table)
	if last := len(machines) - 1; width[0][last] > width[1][last] {
		t.Errorf("with bad starts, cutting a ninth makes the interval wider: %.4f, without %.4f",
			width[0][last], width[1][last])
	}
	if width[0][0] > 1.15*width[1][0] {
		t.Errorf("on a quiet machine, cutting a ninth makes the interval wider by more than 15%%: %.4f, without %.4f",
			width[0][0], width[1][0])
	}
}

// wholeT is Factor without anything cut.
func wholeT(ratios []float64, confidence float64) Interval {
	var logs []float64
	for _, r := range ratios {
		logs = append(logs, math.Log(r))
	}
	got := trim(logs, 0)
	half := got.standardError * studentT(got.freedom, confidence)
	return Interval{Lo: math.Exp(got.mean - half), Hi: math.Exp(got.mean + half)}
}

// A headline compares four arms with the baseline in three metrics. With Bonferroni's correction at most one in twenty
// pages has any difference that is not there; without it, far more.
func TestHeadlineFalseAlarms(t *testing.T) {
	const pages, rounds, turns, arms = 400, 9, 12, 5
	cpu, p50, p99 := neighbour, neighbour, neighbour
	p50.slice, p99.slice, p99.heavy = 0.05, 0.15, 0.3
	metrics := []machine{cpu, p50, p99}
	familyWise := 1 - 0.05/float64((arms-1)*len(metrics))
	random := rand.New(rand.NewPCG(41, 42))
	verdicts, single, corrected, plain := 0, 0, 0, 0
	for range pages {
		alarm, alarmPlain := false, false
		for _, m := range metrics {
			ratios := make([][]float64, arms)
			for range rounds {
				costs := m.round(random, arms, turns, 1, true)
				for arm := 1; arm < arms; arm++ {
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
		t.Errorf("%.4f of the pages have a false alarm", rate)
	}
	if float64(plain)/pages < 0.1 {
		t.Errorf("without a correction only %d of %d pages have a false alarm: the simulation tests nothing", plain, pages)
	}
}

// What is there is found, at the confidence of a headline of twelve comparisons, quiet and beside a neighbour.
func TestHeadlinePower(t *testing.T) {
	const series, rounds, turns, familyWise = 500, 9, 15, 1 - 0.05/12
	for _, tt := range []struct {
		name string
		machine
		factor, atLeast float64
	}{
		{"quiet, 5%", quiet, 1.05, 0.95},
		{"quiet, 10%", quiet, 1.10, 0.99},
		{"neighbour, 5%", neighbour, 1.05, 0.6},
		{"neighbour, 10%", neighbour, 1.10, 0.95},
	} {
		random := rand.New(rand.NewPCG(51, 52))
		found := 0
		for range series {
			if f := Factor(tt.ratios(random, rounds, turns, tt.factor), familyWise); Distinguishable(f) && f.Centre > 1 {
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
