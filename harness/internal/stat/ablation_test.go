package stat

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"
)

// ofSlices are ways to the ratio of two arms from the slices of one round.
var ofSlices = []struct {
	name    string
	inTurns bool
	log     func(a, b []float64) float64
}{
	{"pairs, quarters cut", true, func(a, b []float64) float64 { return math.Log(PairedRatio(a, b)) }},
	{"pairs, median", true, func(a, b []float64) float64 { return middle(logRatios(a, b)) }},
	{"pairs, mean", true, func(a, b []float64) float64 { return trim(logRatios(a, b), 0).mean }},
	{"turns unpaired, quarters cut", true, func(a, b []float64) float64 { return math.Log(TrimmedMean(a) / TrimmedMean(b)) }},
	{"turns, ratio of sums", true, func(a, b []float64) float64 { return math.Log(trim(a, 0).mean / trim(b, 0).mean) }},
	{"blocks, lower quartile", false, func(a, b []float64) float64 { return math.Log(lowerQuartile(a) / lowerQuartile(b)) }},
	{"blocks, mean", false, func(a, b []float64) float64 { return math.Log(trim(a, 0).mean / trim(b, 0).mean) }},
}

func logRatios(a, b []float64) []float64 {
	logs := make([]float64, len(a))
	for i := range a {
		logs[i] = math.Log(a[i] / b[i])
	}
	return logs
}

func lowerQuartile(values []float64) float64 {
	return slices.Sorted(slices.Values(values))[(len(values)-1)/4]
}

// What a round's ratio is made from: the standard deviation of its logarithm, between rounds that differ in nothing but
// noise. The table is the evidence in METHOD.md; -v prints it.
func TestPairsWithQuartersCutWithstandNoise(t *testing.T) {
	const rounds, turns = 1500, 15
	machines := []struct {
		name string
		machine
	}{{"quiet", quiet}, {"drift", drifting}, {"tails", tailed}, {"neighbour", neighbour}}
	table := fmt.Sprintf("%-30s", "SD of the log ratio of a round")
	for _, m := range machines {
		table += fmt.Sprintf("%11s", m.name)
	}
	sd := make([][]float64, len(ofSlices)) // by way and machine
	for i, way := range ofSlices {
		table += fmt.Sprintf("\n%-30s", way.name)
		for _, m := range machines {
			random := rand.New(rand.NewPCG(11, 12))
			m.start = 0 // it adds the same to every way
			var logs []float64
			for range rounds {
				costs := m.round(random, 2, turns, 1, way.inTurns)
				logs = append(logs, way.log(costs[0], costs[1]))
			}
			sd[i] = append(sd[i], deviation(logs))
			table += fmt.Sprintf("%10.2f%%", 100*deviation(logs))
		}
	}
	t.Log("\n" + table)
	for i, way := range ofSlices[1:] {
		for j, m := range machines {
			if mine, other := sd[0][j], sd[1+i][j]; mine > 1.15*other {
				t.Errorf("%s: %s has %.4f, %s %.4f", m.name, way.name, other, ofSlices[0].name, mine)
			}
		}
	}
}
