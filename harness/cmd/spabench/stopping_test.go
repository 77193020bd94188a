package main

import (
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/bench"
	"spabench/harness/internal/record"
	"spabench/variants"
)

func TestStoppingFlags(t *testing.T) {
	for _, tc := range []struct {
		args   []string
		err    string
		budget record.Budget
		rounds int
		within time.Duration // of the objective
	}{
		{args: nil, rounds: 9},
		{args: []string{"--rounds=3"}, rounds: 3},
		{args: []string{"--time-budget=30m"}, budget: record.Budget{Time: 30 * time.Minute, Within: 0.05}, rounds: 6},
		{
			args:   []string{"--time-budget=1h", "--within=0.1", "--rounds=12"},
			budget: record.Budget{Time: time.Hour, Within: 0.1}, rounds: 12,
		},
		{args: []string{"--slo=p99.9=1s"}, rounds: 9, within: time.Second},
		{args: []string{"--rounds=0"}, err: "give 1 or more"},
		{args: []string{"--within=5%"}, err: "needs --time-budget"},
		{args: []string{"--time-budget=-1s"}, err: "above 0"},
		{args: []string{"--time-budget=1m", "--within=5"}, err: "5% or 0.05"},
		{args: []string{"--time-budget=1m", "--within=NaN"}, err: "5% or 0.05"},
		{args: []string{"--slo=20ms"}, err: "p99=20ms"},
		{args: []string{"--slo=p100=20ms"}, err: "p99=20ms"},
		{args: []string{"--slo=p99=20"}, err: "p99=20ms"},
	} {
		c := benchCommand()
		if err := c.ParseFlags(tc.args); err != nil {
			t.Fatal(err)
		}
		var f stoppingFlags
		f.rounds, _ = c.Flags().GetInt("rounds")
		f.budget, _ = c.Flags().GetDuration("time-budget")
		f.within, _ = c.Flags().GetString("within")
		f.slo, _ = c.Flags().GetString("slo")
		p, err := f.apply(c.Flags(), bench.DefaultPlan(variants.All(), 1))
		if tc.err != "" {
			if err == nil || !strings.Contains(err.Error(), tc.err) {
				t.Errorf("%q: error %v, want %q in it", tc.args, err, tc.err)
			}
			continue
		}
		if err != nil || p.Budget != tc.budget || p.Rounds != tc.rounds || (p.Objective != nil) != (tc.within > 0) {
			t.Errorf("%q: %+v, %d rounds, %v, %v", tc.args, p.Budget, p.Rounds, p.Objective, err)
		}
		if tc.within > 0 && (p.Objective.Within != tc.within || p.Objective.Quantile != 0.999) {
			t.Errorf("%q: %+v", tc.args, p.Objective)
		}
	}
}
