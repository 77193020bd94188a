package table

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// agreeing is how far two load generators may be apart, as a part of what is measured, to agree.
const agreeing = 0.1

// Agreement says whether two load generators measure the same.
type Agreement string

// Agreements.
const (
	Agrees  Agreement = "agrees"  // the whole interval of the ratio is within ±10%
	Differs Agreement = "differs" // the whole interval is outside
	Unclear Agreement = "unclear"
)

// agreement judges the interval of a ratio.
func agreement(ratio stat.Interval) Agreement {
	switch {
	case !ratio.Attained():
		return Unclear
	case ratio.Lo >= 1-agreeing && ratio.Hi <= 1+agreeing:
		return Agrees
	case ratio.Hi < 1-agreeing || ratio.Lo > 1+agreeing:
		return Differs
	}
	return Unclear
}

// witnessed is something that both generators measure in each slice, in nanoseconds.
type witnessed struct {
	name string
	of   func(record.Witnessed) (float64, error)
}

// The names of those whose differences have known causes.
const (
	witnessedCPU    = "CPU"
	witnessedMedian = "p50"
)

func witnessedQuantities() []witnessed {
	quantile := func(q float64) func(record.Witnessed) (float64, error) {
		return func(s record.Witnessed) (float64, error) {
			d, _, err := stat.Quantile(string(s.Latency), q)
			return float64(d), err
		}
	}
	return []witnessed{
		{witnessedCPU, func(s record.Witnessed) (float64, error) {
			return float64(s.CPU) * float64(s.Over) / (float64(s.CPUOver) * float64(s.Requests)), nil
		}},
		{witnessedMedian, quantile(0.50)},
		{"p99", quantile(0.99)},
	}
}

// Testimony compares what the two generators measured of one thing on one variant.
type Testimony struct {
	Quantity     string
	Variant      string
	Ours, Theirs stat.Interval // nanoseconds
	Ratio        stat.Interval // theirs to ours: paired by turn within each round, then over the rounds
	Agreement    Agreement
}

// apart is how much higher ours is, in nanoseconds.
func (t Testimony) apart() float64 { return t.Ours.Centre - t.Theirs.Centre }

// Testimonies are the comparisons of a run, by what is measured and then in the order of the variants.
func Testimonies(run record.Witness) ([]Testimony, error) {
	var all []Testimony
	for _, q := range witnessedQuantities() {
		for _, variant := range run.Variants {
			t, err := testimony(run, q, variant)
			if err != nil {
				return nil, fmt.Errorf("compare %s of %s: %w", q.name, variant, err)
			}
			all = append(all, t)
		}
	}
	return all, nil
}

func testimony(run record.Witness, q witnessed, variant string) (Testimony, error) {
	rounds := map[int][]pair{}
	for _, p := range pairs(run) {
		if p.of(variant) && !p.late() {
			rounds[p.ours.Round] = append(rounds[p.ours.Round], p)
		}
	}
	var ours, theirs, ratios []float64
	for _, n := range slices.Sorted(maps.Keys(rounds)) {
		var by, other []float64
		for _, p := range rounds[n] {
			a, err1 := q.of(*p.ours)
			b, err2 := q.of(*p.theirs)
			if err := errors.Join(err1, err2); err != nil {
				return Testimony{}, fmt.Errorf("round %d, turn %d: %w", n, p.ours.Turn, err)
			}
			by, other = append(by, a), append(other, b)
		}
		ours, theirs = append(ours, stat.TrimmedMean(by)), append(theirs, stat.TrimmedMean(other))
		ratios = append(ratios, stat.PairedRatio(other, by))
	}
	t := Testimony{
		Quantity: q.name, Variant: variant, Ratio: stat.Factor(ratios, stat.Confidence),
		Ours: stat.Factor(ours, stat.Confidence), Theirs: stat.Factor(theirs, stat.Confidence),
	}
	t.Agreement = agreement(t.Ratio)
	return t, nil
}

// pair is the slices of either generator on one variant in one turn, which are compared.
type pair struct{ ours, theirs *record.Witnessed }

func (p pair) of(variant string) bool { return p.ours.Variant == variant }

// late reports whether one of the generators did not keep its schedule. Requests that were sent late leave together,
// which costs a server less, so such a pair is not compared.
func (p pair) late() bool {
	return p.ours.LagP99 > record.KeptLag || p.theirs.LagP99 > record.KeptLag
}

// pairs are all pairs of a run, by round and turn.
func pairs(run record.Witness) []pair {
	type place struct {
		round, turn int
		variant     string
	}
	found := map[place]pair{}
	for i, s := range run.Slices {
		at := place{s.Round, s.Turn, s.Variant}
		p := found[at]
		if s.Generator == record.Ours {
			p.ours = &run.Slices[i]
		} else {
			p.theirs = &run.Slices[i]
		}
		found[at] = p
	}
	var all []pair
	for _, p := range found {
		if p.ours != nil && p.theirs != nil {
			all = append(all, p)
		}
	}
	slices.SortFunc(all, func(a, b pair) int {
		x, y := a.ours, b.ours
		return cmp.Or(x.Round-y.Round, x.Turn-y.Turn, strings.Compare(x.Variant, y.Variant))
	})
	return all
}

// lagOf is the median over the slices of one generator of how far its requests were behind the schedule, at the 99th
// percentile.
func lagOf(run record.Witness, generator string) time.Duration {
	var lags []float64
	for _, s := range run.Slices {
		if s.Generator == generator {
			lags = append(lags, float64(s.LagP99))
		}
	}
	return time.Duration(stat.Summary(lags).Centre)
}
