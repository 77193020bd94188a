package bench

import (
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// TestAnotherRound holds that the plan's rounds are made in any case, and others until the intervals are narrow enough
// or the time is up.
func TestAnotherRound(t *testing.T) {
	for _, tc := range []struct {
		name    string
		within  float64
		settled bool
		budget  time.Duration
		round   int
		want    bool
		reason  string
	}{
		{"planned", 0, false, 0, 6, true, ""},
		{"no bound", 0, false, time.Hour, 7, false, ""},
		{"planned, though narrow", 0.05, true, 0, 6, true, ""},
		{"wide, and time left", 0.05, false, time.Hour, 7, true, ""},
		{"narrow", 0.05, true, time.Hour, 7, false, "every headline interval is within ±5%"},
		{"no time", 0.05, false, time.Second, 7, false, "the budget of 1s was used up"},
	} {
		budget := record.Budget{Time: tc.budget, Within: tc.within}
		b := &benchRun{
			plan:  Plan{Rounds: 6, Variants: []string{"null"}, Budget: budget},
			began: time.Now(), roundsBegan: time.Now().Add(-time.Minute),
		}
		b.settled = func(record.Run, float64) bool { return tc.settled }
		b.measured.Trials = make([]record.Trial, 6)
		got := b.anotherRound(tc.round)
		if got != tc.want || !strings.HasPrefix(b.stopReason, tc.reason) || (tc.reason == "") != (b.stopReason == "") {
			t.Errorf("%s: %v, because %q", tc.name, got, b.stopReason)
		}
	}
}
