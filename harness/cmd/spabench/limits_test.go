package main

import (
	"strings"
	"testing"

	"spabench/harness/internal/bench"
	"spabench/variants"
)

func TestLimitFlags(t *testing.T) {
	for _, tc := range []struct {
		args []string
		want bench.Limits // zero: the plan has none
		err  string
	}{
		{nil, bench.Limits{}, ""},
		{[]string{"--cpus=0.25", "--memory=128m"}, bench.Limits{CPUs: 0.25, Memory: 128 << 20}, ""},
		{[]string{"--cpus=1"}, bench.Limits{CPUs: 1}, ""},
		{[]string{"--memory=1g"}, bench.Limits{Memory: 1 << 30}, ""},
		{[]string{"--memory=16384k"}, bench.Limits{Memory: 16 << 20}, ""},
		{[]string{"--cpus=0"}, bench.Limits{}, "more than 0"},
		{[]string{"--cpus=-1"}, bench.Limits{}, "more than 0"},
		{[]string{"--cpus=NaN"}, bench.Limits{}, "more than 0"},
		{[]string{"--memory=8m"}, bench.Limits{}, "--memory 8m is 8388608 bytes: give at least 16m"},
		{[]string{"--memory=128"}, bench.Limits{}, "--memory 128 is 128 bytes"},
		{[]string{"--memory="}, bench.Limits{}, "a number with a unit"},
		{[]string{"--memory=0.5G"}, bench.Limits{Memory: 512 << 20}, ""},
		{[]string{"--memory=-128m"}, bench.Limits{}, "a number with a unit"},
		{[]string{"--memory=Inf"}, bench.Limits{}, "a number with a unit"},
		{[]string{"--memory=much"}, bench.Limits{}, "a number with a unit"},
	} {
		c := benchCommand()
		if err := c.ParseFlags(tc.args); err != nil {
			t.Fatal(err)
		}
		cpus, err := c.Flags().GetFloat64("cpus")
		if err != nil {
			t.Fatal(err)
		}
		limits := limitFlags{cpus: cpus, memory: c.Flag("memory").Value.String()}
		p, err := limits.apply(c.Flags(), bench.QuickPlan(variants.All(), 1))
		var got bench.Limits
		if p.Limits != nil {
			got = *p.Limits
		}
		if got != tc.want || (err == nil) != (tc.err == "") || err != nil && !strings.Contains(err.Error(), tc.err) {
			t.Errorf("%q: %+v, %v", tc.args, got, err)
		}
	}
}
