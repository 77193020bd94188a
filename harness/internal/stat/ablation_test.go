package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// ofSlices are ways to the logarithm of the ratio of two arms from their slices in one round: in turns, or in two
// blocks of slices, one block of each arm.
var ofSlices = []struct {
	name    string
	inTurns bool
	log     func(a, b []float64) float64
}{
	{"pairs, quarters cut", true, func(a, b []float64) float64 { return math.Log(PairedRatio(a, b)) }},
	{"pairs, thirds cut", true, func(a, b []float64) float64 { return trim(logRatios(a, b), len(a)/3).mean }},
	{"pairs, median", true, func(a, b []float64) float64 { return middle(logRatios(a, b)) }},
	{"pairs, tenths cut", true, func(a, b []float64) float64 { return trim(logRatios(a, b), len(a)/10).mean }},
	{"pairs, mean", true, func(a, b []float64) float64 { return trim(logRatios(a, b), 0).mean }},
	{"turns unpaired, quarters cut", true, func(a, b []float64) float64 { return logRatio(a, b, TrimmedMean) }},
	{"turns unpaired, mean", true, func(a, b []float64) float64 { return logRatio(a, b, mean) }},
	{"blocks, lower quartile", false, func(a, b []float64) float64 { return logRatio(a, b, lowerQuartile) }},
	{"blocks, mean", false, func(a, b []float64) float64 { return logRatio(a, b, mean) }},
}

func logRatios(a, b []float64) []float64 {
	logs := make([]float64, len(a))
	for i := range a {
		logs[i] = math.Log(a[i] / b[i])
	}
	return logs
}

func logRatio(a, b []float64, of func([]float64) float64) float64 { return math.Log(of(a) / of(b)) }

func mean(values []float64) float64 { return trim(values, 0).mean }

func lowerQuartile(values []float64) float64 {
	return slices.Sorted(slices.Values(values))[(len(values)-1)/4]
}

// What a round's ratio is made from: the standard deviation of its logarithm, between rounds that differ in nothing
// but noise. The tables are the evidence in METHOD.md; -v prints them.
//
// Ways that are not paired, or cut less, must be clearly worse beside a neighbour. Of 20 turns, no way may be clearly
// better on any machine. Of 10 turns some are: beside a neighbour, pairs of which more is cut.
func TestPairsWithQuartersCutWithstandNoise(t *testing.T) {
	machines := []struct {
		name string
		machine
	}{{"quiet", quiet}, {"drift", drifting}, {"tails", tailed}, {"neighbour", neighbour}}
	for _, turns := range []int{10, 20} {
		table := fmt.Sprintf("SD of the log ratio, %d turns ", turns)
		for _, m := range machines {
			table += fmt.Sprintf("%11s", m.name)
		}
		sd := make([][]float64, len(ofSlices)) // by way and machine
		for i, way := range ofSlices {
			table += fmt.Sprintf("\n%-30s", way.name)
			for _, m := range machines {
				sd[i] = append(sd[i], m.deviationOf(turns, way.inTurns, way.log))
				table += fmt.Sprintf("%10.2f%%", 100*sd[i][len(sd[i])-1])
			}
			for j, m := range machines {
				mine, other := sd[0][j], sd[i][j]
				if turns == 20 && mine > 1.15*other {
					t.Errorf("%s: %s has %.4f, %s %.4f", m.name, way.name, other, ofSlices[0].name, mine)
				}
				if cutsAsMuch := i < 3; m.gap > 0 && !cutsAsMuch && mine > other/1.4 {
					t.Errorf("%s: %s has only %.4f, %s %.4f", m.name, way.name, other, ofSlices[0].name, mine)
				}
			}
		}
		t.Log("\n" + table)
	}
}

// deviationOf is the standard deviation of what `log` makes of a round, without that of the starts, which adds the same
// to every way.
func (m machine) deviationOf(turns int, inTurns bool, log func(a, b []float64) float64) float64 {
	m.start = 0
	random := rand.New(rand.NewPCG(11, 12))
	logs := make([]float64, 1000)
	for i := range logs {
		costs := m.round(random, 2, turns, 1, inTurns)
		logs[i] = log(costs[0], costs[1])
	}
	return trim(logs, 0).standardError * math.Sqrt(float64(len(logs)))
}

// What a factor over nine rounds is made from: half of the width of the 95% interval, in the median of the series, and
// how often it holds the truth. The table is the evidence in METHOD.md; -v prints it.
func TestRoundsWithANinthCutWithstandBadStarts(t *testing.T) {
	const series, rounds, turns = 1000, 9, 20
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
	for _, m := range machines {
		table += fmt.Sprintf("%16s", m.name)
	}
	width := make([][]float64, len(ways)) // by way and machine
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
	if cut, whole := width[0][0], width[1][0]; cut > 1.15*whole {
		t.Errorf("on a quiet machine, cutting a ninth widens the interval by over 15%%: %.4f, not %.4f", cut, whole)
	}
	if cut, whole := width[0][2], width[1][2]; cut > whole/2 {
		t.Errorf("with bad starts, cutting a ninth does not halve the width: %.4f, without %.4f", cut, whole)
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
