package table

import (
	"maps"
	"slices"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// sample is the value of a metric in one round, and in each of its turns where the metric has such.
type sample struct {
	value float64
	turns map[int]float64
}

// trimmed is a round's value: the mean of its turns without the lowest and the highest quarter; false without turns.
func trimmed(turns map[int]float64) (float64, bool) {
	return stat.TrimmedMean(slices.Collect(maps.Values(turns))), len(turns) > 0
}

// over is how many times as much it is as another arm's in the same round: turn by turn where both took the same turns,
// so that whatever lasted longer than a slice fell on both and cancels out.
func (s sample) over(by sample) float64 {
	var a, b []float64
	for _, turn := range slices.Sorted(maps.Keys(s.turns)) {
		if v, ok := by.turns[turn]; ok {
			a, b = append(a, s.turns[turn]), append(b, v)
		}
	}
	if len(a) == 0 {
		return s.value / by.value
	}
	return stat.PairedRatio(a, b)
}

// samples are a metric of one arm by round.
type samples map[int]sample

// measured are the samples of a metric for an arm, from the trials that count.
func measured(run record.Run, arm string, m Metric) samples {
	found := samples{}
	for _, t := range run.Counted() {
		if t.Variant != arm {
			continue
		}
		if v, ok := m.Of(t); ok {
			s := sample{value: v}
			if m.Turns != nil {
				s.turns = m.Turns(t)
			}
			found[t.Round] = s
		}
	}
	return found
}

// measuredWith are the samples that another metric is compared with. Turns of different loads are not the same turns,
// so these are compared by round.
func measuredWith(run record.Run, arm string, m, other Metric) samples {
	if m.Load != other.Load {
		m.Turns = nil
	}
	return measured(run, arm, m)
}

// values are those of the rounds, in their order.
func (s samples) values() []float64 {
	values := make([]float64, 0, len(s))
	for _, round := range slices.Sorted(maps.Keys(s)) {
		values = append(values, s[round].value)
	}
	return values
}

// summary is the value over all rounds. A 0, as of time throttled, has no logarithm; where there is one, it is the
// median.
func (s samples) summary() stat.Interval {
	values := s.values()
	if slices.Contains(values, 0) {
		return stat.Summary(values)
	}
	return stat.Factor(values, stat.Confidence)
}

// over are the ratios to another arm in each round in which both were measured, in the order of the rounds.
func (s samples) over(by samples) []float64 {
	var ratios []float64
	for _, round := range slices.Sorted(maps.Keys(s)) {
		if other, ok := by[round]; ok {
			ratios = append(ratios, s[round].over(other))
		}
	}
	return ratios
}

// ratio compares two arms over the rounds.
func (s samples) ratio(to samples, confidence float64) stat.Interval {
	return stat.Factor(s.over(to), confidence)
}
