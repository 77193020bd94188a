package stat

import (
	"math"
	"slices"

	"github.com/aclements/go-moremath/stats"
)

// The significance that Hunter asks of change points, and its windows.
const (
	changeP      = 0.001 // p-value of a change point, below which it is one
	candidateP   = 0.01  // largest p-value of a candidate
	changeWindow = 50    // values in which candidates are looked for; windows overlap by half
)

// ChangePoint is where the mean of a series changes.
type ChangePoint struct {
	Index int     // of the first value after the change; above 0
	P     float64 // p-value: how probable a difference as large would be if nothing had changed there
}

// ChangePoints finds where the mean of a series changes, in its order. Values must be finite; where noise grows with
// the value, give their logarithms.
//
// The method is Hunter's (M. Fleming and others, ICPE 2023, doi:10.1145/3578244.3583719), which Apache Otava implements.
// Candidates come from dividing windows of 50 values again and again where the energy statistic of Matteson and James
// (J. Am. Stat. Assoc. 109, 2014) of the values before and after is largest, as long as the p-value of Student's t-test
// of their means is at most 0.01. Then the weakest is dropped, until each that is left has less than 0.001, by the
// values between its neighbours.
//
// The place is chosen because it looks most like a change, so false alarms are more frequent than 0.001: of series of
// 10 normal values in which nothing changes, 0.9% have a change point, of series of 20 values 1.3%, of 40 values 1.8%.
// Otava has nearly twice as many, because it gives the t-test the variances of populations and not of samples.
func ChangePoints(values []float64) []ChangePoint { return changePoints(values, studentP) }

// meansTest is the p-value of a test that both samples have the same mean.
type meansTest func(before, after []float64) float64

func changePoints(values []float64, test meansTest) []ChangePoint {
	found := tested(values, candidates(values, test), test)
	for len(found) > 0 {
		weakest := weakestOf(found)
		if found[weakest].P < changeP {
			break
		}
		found = tested(values, places(slices.Delete(found, weakest, weakest+1)), test)
	}
	return found
}

// weakestOf is the index of the first of those with the largest p-value.
func weakestOf(found []ChangePoint) int {
	weakest := 0
	for i, c := range found {
		if c.P > found[weakest].P {
			weakest = i
		}
	}
	return weakest
}

// places are the indexes of change points.
func places(found []ChangePoint) []int {
	at := make([]int, len(found))
	for i, c := range found {
		at[i] = c.Index
	}
	return at
}

// tested are change points at these places, each with the test of the values between its neighbours.
func tested(values []float64, at []int, test meansTest) []ChangePoint {
	edges := slices.Concat([]int{0}, at, []int{len(values)})
	found := make([]ChangePoint, len(at))
	for i, here := range at {
		found[i] = ChangePoint{here, test(values[edges[i]:here], values[here:edges[i+2]])}
	}
	return found
}

// candidates are the places at which any window divides.
func candidates(values []float64, test meansTest) []int {
	var found []int
	for start := 0; start < len(values); {
		last := 0
		for _, at := range divide(values[start:min(start+changeWindow, len(values))], test) {
			last = start + at
			if !slices.Contains(found, last) {
				found = append(found, last)
			}
		}
		start = max(last, start+changeWindow/2)
	}
	slices.Sort(found)
	return found
}

// divide divides the values where a part differs most from what follows it, and again, until the next division would
// not be significant. It returns the places in ascending order.
func divide(values []float64, test meansTest) []int {
	sums := newDistances(values)
	var at []int
	for {
		edges := slices.Concat([]int{0}, at, []int{len(values)})
		best, from, to, energy := 0, 0, 0, math.Inf(-1)
		for i := range len(edges) - 1 {
			if here, e := sums.division(edges[i], edges[i+1]); e > energy {
				best, from, to, energy = here, edges[i], edges[i+1], e
			}
		}
		if best == 0 || test(values[from:best], values[best:to]) > candidateP {
			return at
		}
		at = append(at, best)
		slices.Sort(at)
	}
}

// distances are the sums of the distances of all pairs: [i][j] is that of every value before i to every value before j.
type distances [][]float64

func newDistances(values []float64) distances {
	d := make(distances, len(values)+1)
	d[0] = make([]float64, len(values)+1)
	for i, v := range values {
		row := make([]float64, len(values)+1)
		for j, w := range values {
			row[j+1] = row[j] + math.Abs(v-w)
		}
		for j := range row {
			row[j] += d[i][j]
		}
		d[i+1] = row
	}
	return d
}

// between is the sum of the distances of the values from a up to b to those from c up to d.
func (s distances) between(a, b, c, d int) float64 { return s[b][d] - s[a][d] - s[b][c] + s[a][c] }

// division is the place within the values from a up to b at which those before it differ most from those after it, up
// to any place, and how much they do: Matteson and James's statistic. It is minus infinity for fewer than two values.
func (s distances) division(a, b int) (at int, energy float64) {
	energy = math.Inf(-1)
	for middle := a + 1; middle < b; middle++ {
		for end := middle + 1; end <= b; end++ {
			if e := s.energy(a, middle, end); e > energy {
				at, energy = middle, e
			}
		}
	}
	return at, energy
}

// energy is how much the n values from a up to middle differ from the m up to end: mn/(m+n) times the energy distance,
// which is twice the mean distance between the two, less the mean distances within each.
func (s distances) energy(a, middle, end int) float64 {
	n, m := float64(middle-a), float64(end-middle)
	e := 2 * s.between(a, middle, middle, end) / (n * m)
	if n > 1 {
		e -= s.between(a, middle, a, middle) / (n * (n - 1))
	}
	if m > 1 {
		e -= s.between(middle, end, middle, end) / (m * (m - 1))
	}
	return n * m / (n + m) * e
}

// studentP is the p-value of Student's two-sided test of the means of two samples with a common variance. Two values
// can show nothing: 1.
func studentP(a, b []float64) float64 { return pooledP(a, b, stats.Variance) }

// pooledP is studentP for variances that are computed in this way.
func pooledP(a, b []float64, variance func([]float64) float64) float64 {
	n, m := float64(len(a)), float64(len(b))
	difference := math.Abs(stats.Mean(a) - stats.Mean(b))
	if n+m < 3 || difference == 0 {
		return 1
	}
	pooled := ((n-1)*variance(a) + (m-1)*variance(b)) / (n + m - 2)
	t := difference / math.Sqrt(pooled*(1/n+1/m))
	if math.IsInf(t, 1) {
		return 0
	}
	return 2 * stats.TDist{V: n + m - 2}.CDF(-t)
}
