package claims

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

func bottleneckClaim() claim.Claim {
	return claim.Claim{
		ID:    "static-bottleneck",
		Words: "Under high traffic, static file serving becomes a bottleneck.",
		Test:  "Read, from the newest published run that searched for it, the highest rate at which each variant keeps its objective for the page on the CPUs that a server has",
		Run: func(_ context.Context, b *claim.Bench) (record.Judgement, error) {
			return judgeKnees(filepath.Join(b.Lab.Root(), "results"))
		},
	}
}

// judgeKnees judges by the newest run in the folder that has an objective.
func judgeKnees(results string) (record.Judgement, error) {
	files, err := filepath.Glob(filepath.Join(results, "*", "run.jsonl"))
	if err != nil {
		return record.Judgement{}, err
	}
	var newest record.Run
	var name string
	for _, file := range files {
		run, err := record.Read(file)
		if cut := new(record.TruncatedError); err != nil && !errors.As(err, &cut) {
			return record.Judgement{}, err
		}
		if run.Plan.Objective != nil && run.End != nil && run.Started.After(newest.Started) {
			newest, name = run, filepath.Base(filepath.Dir(file))
		}
	}
	if name == "" {
		return record.Judgement{Verdict: record.NotTested, Why: "no published run has searched for the highest rate; make one with make bench ARGS=\"--slo p99=20ms\", and test again"}, nil
	}
	return judgeKneesOf(newest, name), nil
}

// busy is a site with high traffic: rate of page loads in its busiest hour, per second. A million page loads a day, a
// tenth of them in that hour, are 28 a second.
const busy = 1e6 * 0.1 / 3600

func judgeKneesOf(run record.Run, name string) record.Judgement {
	o := *run.Plan.Objective
	t := record.Sheet{Name: "knees", Title: "The highest rate", Doc: fmt.Sprintf("The page, on CPUs %s, with p%g within %s counted from the moment that the schedule says. Medians over the rounds in which a rate was met twice. At least: in most of them the generator was the limit. Times: of a site with a million page loads a day, a tenth of them in its busiest hour (%.0f/s).",
		run.Env.ServerCPUs, 100*o.Quantile, o.Within, busy), Head: []string{"variant", "rounds", "rate, 1/s", "least and most, 1/s", "times a million a day"}}
	type knee struct {
		name  string
		rate  float64
		bound bool
	}
	var knees []knee
	for _, arm := range run.Plan.Variants {
		var rates []float64
		bound := 0
		for _, trial := range run.Counted() {
			if k := trial.Knee; trial.Variant == arm && k != nil && k.Verified {
				rates = append(rates, float64(k.Rate))
				if k.GeneratorBound {
					bound++
				}
			}
		}
		if len(rates) == 0 {
			continue
		}
		k := knee{arm, stat.Summary(rates).Centre, 2*bound > len(rates)}
		knees = append(knees, k)
		rate := fmt.Sprintf("%.0f", k.rate)
		if k.bound {
			rate = "at least " + rate
		}
		t.Rows = append(t.Rows, []string{arm, fmt.Sprint(len(rates)), rate, fmt.Sprintf("%.0f to %.0f", slices.Min(rates), slices.Max(rates)), fmt.Sprintf("%.0f", k.rate/busy)})
	}
	if len(knees) == 0 {
		return record.Judgement{Verdict: record.NotTested, Why: "the run " + name + " has an objective, and none of its trials found a rate that meets it"}
	}
	lowest := slices.MinFunc(knees, func(a, b knee) int { return cmp.Compare(a.rate, b.rate) })
	var words []string
	for _, k := range knees {
		least := ""
		if k.bound {
			least = "at least "
		}
		words = append(words, fmt.Sprintf("%s %s%.0f/s", k.name, least, k.rate))
	}
	j := record.Judgement{Tables: []record.Sheet{t}, Verdict: record.Partly,
		Why: fmt.Sprintf("a limit is there, and it is far: with p%g within %s, one CPU serves the page at %s; the least of them, %s, is %.0f times a site of a million page loads a day in its busiest hour",
			100*o.Quantile, o.Within, strings.Join(words, ", "), lowest.name, lowest.rate/busy),
		Evidence: []string{"The run: results/" + name + ". Its floor, which serves the page from memory and does nothing else, is among the variants."}}
	if lowest.rate < busy {
		j.Verdict = record.Holds
		j.Why = fmt.Sprintf("with p%g within %s, one CPU serves the page at %s; %s stays below a site of a million page loads a day in its busiest hour (%.0f/s)", 100*o.Quantile, o.Within, strings.Join(words, ", "), lowest.name, busy)
	}
	return j
}
