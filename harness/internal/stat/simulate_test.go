package stat

import (
	"math"
	"math/rand/v2"
	"slices"
)

// Every slice has a lead-in before it, so in seconds:
const (
	leadIn    = 0.01
	sliceTime = 0.1
)

// machine is what falsifies slices in the simulations. Parts are parts of the cost, on the scale of logarithms.
type machine struct {
	start   float64 // standard deviation between starts: each start of each arm is a little faster or slower
	bad     float64 // probability that a start is bad; such a start costs a quarter more
	slice   float64 // standard deviation of each slice's own noise, which is lognormal
	heavy   float64 // probability that a slice has a Pareto tail on top, of index 1.5, from a twentieth of the cost
	doubled float64 // probability that a slice costs twice as much
	trend   float64 // amplitude of a slow wave that all arms are on, with a period of 5 to 30 s
	gap     float64 // mean seconds from a burst to the next, 0 for none: 0.1 to 3 s at 1.3 to 2.5 times the cost
}

var (
	quiet     = machine{start: 0.01, slice: 0.03, heavy: 0.02, doubled: 0.002, trend: 0.01}
	drifting  = machine{start: 0.01, slice: 0.03, heavy: 0.02, doubled: 0.002, trend: 0.15}
	tailed    = machine{start: 0.01, slice: 0.05, heavy: 0.2, doubled: 0.03, trend: 0.03}
	neighbour = machine{start: 0.01, slice: 0.03, heavy: 0.05, doubled: 0.01, trend: 0.05, gap: 1.5}
)

// weather is what a machine does during one round to whatever runs at the time.
type weather struct {
	amplitude, period, phase float64
	bursts                   []burst // in order, apart from each other
}

type burst struct{ from, to, factor float64 }

// weather draws that of a round of so many seconds.
func (m machine) weather(random *rand.Rand, seconds float64) weather {
	w := weather{amplitude: m.trend, period: 5 + 25*random.Float64(), phase: 2 * math.Pi * random.Float64()}
	if m.gap == 0 {
		return w
	}
	// It has been going on before the round begins.
	for at := -10 * random.Float64(); at < seconds; {
		from := at + m.gap*random.ExpFloat64()
		at = from + 0.1 + 2.9*random.Float64()
		w.bursts = append(w.bursts, burst{from, at, 1.3 + 1.2*random.Float64()})
	}
	return w
}

// over is how many times as much a slice costs that begins at that time; a burst counts for the part that it covers.
func (w weather) over(from float64) float64 {
	factor := 1.0
	for _, b := range w.bursts {
		if covered := min(b.to, from+sliceTime) - max(b.from, from); covered > 0 {
			factor += (b.factor - 1) * covered / sliceTime
		}
	}
	return factor * math.Exp(w.amplitude*math.Sin(w.phase+2*math.Pi*from/w.period))
}

// arms are as many as a default run has: the farther the slices of a pair lie apart, the less a burst covers both.
const arms = 6

// round is the cost of the slices of the first `wanted` arms in one round, by turn. In every turn each arm has one
// slice, in an order drawn anew; or, not in turns, all slices of an arm come one after the other. The first arm costs
// `factor` times as much as the others.
func (m machine) round(random *rand.Rand, wanted, turns int, factor float64, inTurns bool) [][]float64 {
	w := m.weather(random, float64(arms*turns)*(leadIn+sliceTime))
	costs, level := make([][]float64, arms), make([]float64, arms)
	order := make([]int, arms)
	for i := range arms {
		costs[i], order[i] = make([]float64, turns), i
		level[i] = math.Exp(m.start * random.NormFloat64())
		if random.Float64() < m.bad {
			level[i] *= 1.25
		}
	}
	level[0] *= factor
	shuffle := func() { random.Shuffle(arms, func(i, j int) { order[i], order[j] = order[j], order[i] }) }
	shuffle()
	for n := range arms * turns {
		place, turn := n/turns, n%turns
		if inTurns {
			if place, turn = n%arms, n/arms; place == 0 {
				shuffle()
			}
		}
		arm := order[place]
		if arm >= wanted {
			continue
		}
		costs[arm][turn] = level[arm] * m.own(random) * w.over(float64(n)*(leadIn+sliceTime)+leadIn)
	}
	return costs[:wanted]
}

// own is how many times as much a slice costs for reasons of its own.
func (m machine) own(random *rand.Rand) float64 {
	cost := math.Exp(m.slice * random.NormFloat64())
	if random.Float64() < m.heavy {
		cost += 0.05 * math.Pow(1-random.Float64(), -1/1.5)
	}
	if random.Float64() < m.doubled {
		cost *= 2
	}
	return cost
}

// ratios is the PairedRatio of the first arm to the second in each of so many rounds.
func (m machine) ratios(random *rand.Rand, rounds, turns int, factor float64) []float64 {
	var ratios []float64
	for range rounds {
		costs := m.round(random, 2, turns, factor, true)
		ratios = append(ratios, PairedRatio(costs[0], costs[1]))
	}
	return ratios
}

// middle is the median of values.
func middle(values []float64) float64 { return median(slices.Sorted(slices.Values(values))) }
