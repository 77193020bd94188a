package claims

import (
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// measuredCapacity is a run in which three trials met the objective at the rate with the generator as the
// limit, and a fourth did without.
func measuredCapacity(rate int) record.Run {
	run := record.Run{Plan: record.Plan{Variants: []string{"one"},
		Objective: &record.Objective{Quantile: 0.99, Within: 20 * time.Millisecond}}}
	add := func(round int, knee record.Knee) {
		run.Trials = append(run.Trials, record.Trial{Variant: "one", Round: round, Knee: &knee})
	}
	for round := range 3 {
		add(round, record.Knee{Rate: rate, Verified: true, GeneratorBound: true})
	}
	for range 6 { // of one round, in an older record, the last trial counts
		add(9, record.Knee{Rate: 1, Verified: true})
	}
	add(9, record.Knee{Rate: rate + 10, Verified: true})
	add(10, record.Knee{}) // nothing was verified
	return run
}

func TestCapacity(t *testing.T) {
	seen := observeCapacity(measuredCapacity(5000), "2026-01-02-run")
	one := record.VariantCapacity{Variant: "one", Rounds: 4, Median: 5000, Min: 5000, Max: 5010, GeneratorLimited: true}
	want := record.CapacityObserved{Run: "2026-01-02-run", Quantile: 0.99, Within: 20 * time.Millisecond, Busy: busySite,
		Variants: []record.VariantCapacity{one}}
	if !reflect.DeepEqual(seen, want) {
		t.Errorf("%+v, want %+v", seen, want)
	}
	nothing := measuredCapacity(0)
	nothing.Trials = nil
	for _, c := range []struct {
		name string
		run  record.Run
		want record.Verdict
	}{
		{"far above a busy site", measuredCapacity(5000), record.Partly},
		{"below a busy site", measuredCapacity(20), record.Holds},
		{"nothing met the objective", nothing, record.NotTested},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := judgeCapacity(observeCapacity(c.run, "run")); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}

// Among the published runs one has an objective; none is found where there are no runs.
func TestNewestWithObjective(t *testing.T) {
	results := filepath.Join("..", "..", "..", "results")
	run, name, err := newestWithObjective(results)
	if err != nil || name == "" || run.Plan.Objective == nil {
		t.Errorf("%q, %v", name, err)
	}
	if _, name, err := newestWithObjective(t.TempDir()); err != nil || name != "" {
		t.Errorf("found %q, %v", name, err)
	}
}
