package main

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"spabench/harness/internal/bench"
	"spabench/harness/internal/record"
)

// stoppingFlags say when a run has enough rounds, and what else each round searches for.
type stoppingFlags struct {
	rounds int
	budget time.Duration
	within string
	slo    string
}

func (s *stoppingFlags) register(f *pflag.FlagSet) {
	f.IntVar(&s.rounds, "rounds", 0,
		"`number` of rounds, each of which measures every variant once (default: the plan's); "+
			"with --time-budget, the minimum")
	f.DurationVar(&s.budget, "time-budget", 0,
		"add rounds until every headline ratio is as precise as --within demands, or this `time` is up, such as 30m")
	f.StringVar(&s.within, "within", "5%",
		"with --time-budget: how far the ends of a confidence interval may lie from its centre, "+
			"as a `share` of it, for a ratio to be precise enough")
	f.StringVar(&s.slo, "slo", "",
		"in each round, also find the SLO capacity of each variant: the highest rate of pages "+
			"at which this `objective` is met, such as p99=20ms")
}

// minRounds is the fewest rounds after which a run may end because its intervals are narrow enough. The interval of few
// rounds is narrow by chance too often, and a run would end just then.
const minRounds = 6

func tooFewRounds(n int) error {
	return fmt.Errorf("--rounds %d: give 1 or more; a confidence interval needs at least 2", n)
}

// apply puts them into the plan.
func (s *stoppingFlags) apply(f *pflag.FlagSet, p bench.Plan) (bench.Plan, error) {
	if f.Changed("time-budget") {
		if s.budget <= 0 {
			return p, fmt.Errorf("--time-budget %s: give a time above 0, such as 30m", s.budget)
		}
		within, err := parseShare(s.within)
		if err != nil {
			return p, fmt.Errorf("--within %s: %w", s.within, err)
		}
		p.Budget = record.Budget{Time: s.budget, Within: within}
		p.Rounds = minRounds
	} else if f.Changed("within") {
		return p, fmt.Errorf("--within %s needs --time-budget, which ends the run if that precision is never reached",
			s.within)
	}
	if f.Changed("rounds") {
		if s.rounds < 1 {
			return p, tooFewRounds(s.rounds)
		}
		p.Rounds = s.rounds
	}
	if s.slo != "" {
		o, err := parseObjective(s.slo)
		if err != nil {
			return p, fmt.Errorf("--slo %s: %w", s.slo, err)
		}
		p.Objective = &o
	}
	return p, nil
}

// parseShare reads 5% or 0.05.
func parseShare(text string) (float64, error) {
	number, percent := strings.CutSuffix(text, "%")
	v, err := strconv.ParseFloat(number, 64)
	if percent {
		v /= 100
	}
	if err != nil || !(v > 0 && v <= 1) {
		return 0, errors.New("give a share above 0 and up to 100%, such as 5% or 0.05")
	}
	return v, nil
}

// parseObjective reads p99=20ms.
func parseObjective(text string) (record.Objective, error) {
	quantile, limit, ok := strings.Cut(text, "=")
	percent, isQuantile := strings.CutPrefix(quantile, "p")
	q, quantileErr := strconv.ParseFloat(percent, 64)
	within, limitErr := time.ParseDuration(limit)
	if !ok || !isQuantile || quantileErr != nil || limitErr != nil || !(q > 0 && q < 100) ||
		within < time.Millisecond || within > 10*time.Second {
		return record.Objective{}, errors.New("give a percentile and a latency from 1ms to 10s, such as p99=20ms")
	}
	return record.Objective{Quantile: math.Round(q*1e4) / 1e6, Within: within}, nil
}
