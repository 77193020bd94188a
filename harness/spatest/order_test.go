package spatest_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

// TestOrder: verdicts depend neither on the order of checks, nor on how many run
// at once, nor on the run. The server passes, fails and blocks checks.
func TestOrder(t *testing.T) {
	all := mutant.All()
	i := slices.IndexFunc(all, func(m mutant.Mutant) bool { return m.Name == "deep-link-404" })
	url, stop, err := mutant.Start(all[i].Handler())
	if err != nil {
		t.Fatal(err)
	}
	defer stop()
	runs := 20
	if testing.Short() {
		runs = 4
	}
	type result struct {
		outcomes []spatest.Outcome
		err      error
	}
	results := make([]chan result, runs)
	places := make(chan struct{}, 4)
	for run := range runs {
		results[run] = make(chan result, 1)
		go func() {
			places <- struct{}{}
			defer func() { <-places }()
			random := rand.New(rand.NewPCG(uint64(run), 0))
			outcomes, err := spatest.InOrder(t.Context(), all[i].Target(url), func(checks []spatest.Check) {
				random.Shuffle(len(checks), func(i, j int) { checks[i], checks[j] = checks[j], checks[i] })
			}, run%4 != 3)
			results[run] <- result{outcomes, err}
		}()
	}
	var first string
	for run, c := range results {
		r := <-c
		if r.err != nil {
			t.Fatal(r.err)
		}
		var lines []string
		verdicts := map[spatest.Verdict]bool{}
		for _, o := range r.outcomes {
			lines = append(lines, fmt.Sprintf("%s: %s", o.Check, o.Verdict))
			verdicts[o.Verdict] = true
		}
		slices.Sort(lines)
		table := strings.Join(lines, "\n")
		if run == 0 {
			first = table
			if !verdicts[spatest.Passed] || !verdicts[spatest.Failed] || !verdicts[spatest.Blocked] {
				t.Fatalf("the server is no test of all verdicts: %v", verdicts)
			}
		}
		if table != first {
			t.Errorf("run %d:\n%s\nthe first run:\n%s", run, table, first)
		}
	}
}
