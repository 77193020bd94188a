package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"spabench/harness/internal/bench"
	"spabench/harness/internal/record"
)

// endFlags say how long a run goes on, and what else each trial searches for.
type endFlags struct {
	rounds int
	budget time.Duration
	within string
	slo    string
}

func (e *endFlags) register(f *pflag.FlagSet) {
	f.IntVar(&e.rounds, "rounds", 0, "visits of each variant, instead of the plan's; with --time-budget, the fewest")
	f.DurationVar(&e.budget, "time-budget", 0, "rounds go on until every headline ratio is known as closely as --within says, or so long: 30m")
	f.StringVar(&e.within, "within", "5%", "with --time-budget: the width of an interval, as a part of its centre, that is narrow enough")
	f.StringVar(&e.slo, "slo", "", "search in each trial for the highest rate of pages with this latency: p99=20ms")
}

// fewest rounds from which an interval of the median reaches 95%.
const fewest = 6

// apply puts them into the plan.
func (e *endFlags) apply(f *pflag.FlagSet, p bench.Plan) (bench.Plan, error) {
	if f.Changed("time-budget") {
		if e.budget <= 0 {
			return p, fmt.Errorf("--time-budget %s: give a time above 0, such as 30m", e.budget)
		}
		within, err := part(e.within)
		if err != nil {
			return p, fmt.Errorf("--within %s: %w", e.within, err)
		}
		p.Budget = record.Budget{Time: e.budget, Within: within}
		p.Rounds = fewest
	} else if f.Changed("within") {
		return p, fmt.Errorf("--within %s needs --time-budget, which ends the run where that is never reached", e.within)
	}
	if f.Changed("rounds") {
		if e.rounds < 1 {
			return p, fmt.Errorf("--rounds %d: give 1 or more; %d is the fewest from which an interval of the median reaches 95%%", e.rounds, fewest)
		}
		p.Rounds = e.rounds
	}
	if e.slo != "" {
		o, err := objective(e.slo)
		if err != nil {
			return p, fmt.Errorf("--slo %s: %w", e.slo, err)
		}
		p.Objective = &o
	}
	return p, nil
}

// part reads 5% or 0.05.
func part(text string) (float64, error) {
	number, percent := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(number, 64)
	if percent {
		v /= 100
	}
	if err != nil || !(v > 0 && v <= 1) {
		return 0, fmt.Errorf("give a part above 0 and up to 1, such as 5%% or 0.05")
	}
	return v, nil
}

// objective reads p99=20ms.
func objective(text string) (record.Objective, error) {
	quantile, limit, ok := strings.Cut(text, "=")
	percent, isQuantile := strings.CutPrefix(quantile, "p")
	q, err1 := strconv.ParseFloat(percent, 64)
	within, err2 := time.ParseDuration(limit)
	if !ok || !isQuantile || err1 != nil || err2 != nil || !(q > 0 && q < 100) || within < time.Millisecond || within > 10*time.Second {
		return record.Objective{}, fmt.Errorf("give a percentile and its latency, between 1ms and 10s: p99=20ms")
	}
	return record.Objective{Quantile: math.Round(q*1e4) / 1e6, Within: within}, nil
}
