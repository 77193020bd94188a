package table

import (
	"fmt"
	"slices"
	"time"

	"spabench/harness/internal/junit"
	"spabench/harness/internal/record"
)

// Suites are the duel's verdicts as tests: a case for each metric, and one for each check whose verdict differs. What
// became worse is a failure if failWorse is set. Otherwise it is skipped, as is a check that changed in another way,
// and what happened is said all the same.
func (d Duel) Suites(failWorse bool) []junit.Suite {
	metrics := junit.Suite{Name: "metrics", Began: d.Run.Started}
	changes, again := d.Changes(), d.again()
	worse := worseMetrics(changes, again)
	for _, c := range changes {
		one := junit.Case{Class: "spabench.duel", Name: c.Metric.Name}
		result := &junit.Result{Message: c.sentence(), Type: "worse"}
		if a := changeIn(again, c.Metric.Name); a.Factor.N > 0 && !c.Metric.Exact {
			result.Text = "In the second set of rounds: " + a.sentence() + ".\n"
		}
		switch isWorse := slices.Contains(worse, c.Metric.Name); {
		case isWorse && failWorse:
			one.Failure = result
		case isWorse:
			one.Skipped = result
		case c.Verdict() == "?":
			one.Skipped = &junit.Result{Message: "too few rounds to say"}
		}
		metrics.Cases = append(metrics.Cases, one)
	}
	checks := junit.Suite{Name: "checks", Began: d.Run.Started}
	for _, c := range d.changedChecks() {
		one := junit.Case{Class: "spabench.duel", Name: c.name}
		result := &junit.Result{Message: c.sentence(), Type: c.change(), Text: c.reasons()}
		if failWorse && c.change() == "worse" {
			one.Failure = result
		} else {
			one.Skipped = result
		}
		checks.Cases = append(checks.Cases, one)
	}
	return []junit.Suite{metrics, checks}
}

// sentence is the change with its numbers.
func (c Change) sentence() string {
	return fmt.Sprintf("%s: %s before, %s after, %s times as much", c.Verdict(), c.Metric.Show(c.A.Centre),
		c.Metric.Show(c.B.Centre), ShowInterval(c.Factor, Factor))
}

// Took is how long the rounds took, with those that confirm.
func (d Duel) Took() time.Duration {
	var took time.Duration
	for _, run := range []record.Run{d.Run, d.Again} {
		if run.End != nil {
			took += run.End.Took
		}
	}
	return took
}
