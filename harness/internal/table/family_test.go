package table

import (
	"bytes"
	"encoding/csv"
	"math"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// inTenRounds is a run of arms whose cold starts are these times the baseline's, give or take 2% where that is not 1.
func inTenRounds(factors ...float64) record.Run {
	noise := []float64{1, -1, 1, -1, 1, -1, 1, -1, 1, -1}
	names := []string{"null"}
	values := [][]int{make([]int, len(noise))}
	for round := range noise {
		values[0][round] = 1_000_000
	}
	for i, f := range factors {
		names = append(names, string(rune('a'+i)))
		var ms []int
		for _, z := range noise {
			if f == 1 {
				z = 0
			}
			ms = append(ms, int(1e6*f*math.Exp(0.02*z)))
		}
		values = append(values, ms)
	}
	run := starts(names, values...)
	run.Plan.Baseline = "null"
	run.Conformance = run.Conformance[1:]
	run.Plan.Loads = []record.Load{{Name: page, Rate: 1, Duration: time.Second}}
	return run
}

// Noise of ±2% in ten rounds has a standard error below 1%: a factor of 1.03 is outside an interval of 95%, but not
// outside one of 99.72%, which each of 18 comparisons needs so that all hold together.
func TestHeadlineHoldsTogether(t *testing.T) {
	run := inTenRounds(1.03, 1.03, 1.03, 1.03, 1.03, 1.1)
	if n, c := comparisons(run), HeadlineConfidence(run); n != 18 || math.Abs(c-(1-0.05/18)) > 1e-12 {
		t.Fatalf("%d comparisons, each at %v", n, c)
	}
	const start = "start-page"
	m := metric(start)
	alone, together := Ratio(run, "a", m, "null", m), RatioAt(run, "a", m, "null", m, HeadlineConfidence(run))
	if !stat.Distinguishable(alone) || stat.Distinguishable(together) || !together.Attained() {
		t.Fatalf("alone %+v, together %+v", alone, together)
	}
	differs := func(table string) string {
		t.Helper()
		var b bytes.Buffer
		if err := CSV(&b, run, table); err != nil {
			t.Fatal(err)
		}
		lines, err := csv.NewReader(&b).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		var said []string
		for _, line := range lines {
			if line[1] == start && line[4] != "null" {
				said = append(said, line[15])
			}
		}
		return strings.Join(said, " ")
	}
	if got := differs(headline); got != "false false false false false true" {
		t.Errorf("the headline says of the cold starts: %s", got)
	}
	if got := differs("coldstart"); got != "true true true true true true" {
		t.Errorf("the table of cold starts says: %s", got)
	}
	shown := text(t, run, headline, "coldstart")
	if !strings.Contains(shown, "~ (+") {
		t.Errorf("does not say how many more rounds would have told:\n%s", shown)
	}
	// With only one other arm, the same factor is told.
	few := inTenRounds(1.03)
	i := RatioAt(few, "a", m, "null", m, HeadlineConfidence(few))
	if comparisons(few) != 3 || !stat.Distinguishable(i) {
		t.Errorf("%d comparisons: %+v", comparisons(few), i)
	}
}

// A verdict is a comparison with the best, which has the confidence of the headline, too.
func TestVerdictsHoldTogether(t *testing.T) {
	run, m := inTenRounds(1, 1, 1, 1, 1, 1.03), metric("start-page")
	if alone := Ratio(run, "f", m, "a", m); !stat.Distinguishable(alone) {
		t.Fatalf("alone, it is not told: %+v", alone)
	}
	if s := stand(run, m); len(s.leaders) != 6 || len(s.others) != 0 {
		t.Errorf("%s", s)
	}
}

func TestForecast(t *testing.T) {
	for _, test := range []struct {
		ratios []float64
		want   string
	}{
		{nil, "~"}, {[]float64{1}, "~"}, {[]float64{1, 1, 1}, "~ (+0)"}, {[]float64{0.01, 100}, "~"},
	} {
		if got := foretell(test.ratios, stat.Confidence).untold(); got != test.want {
			t.Errorf("%v: %s, want %s", test.ratios, got, test.want)
		}
	}
	noisy := []float64{0.9, 1.1, 0.9, 1.1, 0.9, 1.1}
	few, many := foretell(noisy, 0.95), foretell(noisy, 0.999)
	if !few.known || few.rounds < 5 || many.rounds <= few.rounds {
		t.Errorf("%+v, %+v: a higher confidence needs more rounds", few, many)
	}
}
