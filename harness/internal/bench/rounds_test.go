package bench

import (
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// The plan's rounds are made in any case; more of them until the intervals are narrow, or the time is up.
func TestMore(t *testing.T) {
	for _, tc := range []struct {
		name    string
		within  float64
		settled bool
		budget  time.Duration
		round   int
		want    bool
		because string
	}{
		{"of the plan", 0, false, 0, 6, true, ""},
		{"no width", 0, false, time.Hour, 7, false, ""},
		{"of the plan, settled", 0.05, true, 0, 6, true, ""},
		{"wide, and time", 0.05, false, time.Hour, 7, true, ""},
		{"narrow", 0.05, true, time.Hour, 7, false, "every headline interval is within ±5%"},
		{"no time", 0.05, false, time.Second, 7, false, "the budget of 1s was used up"},
	} {
		b := &runner{plan: Plan{Rounds: 6, Variants: []string{"null"}, Budget: record.Budget{Time: tc.budget, Within: tc.within}}, began: time.Now(), roundsBegan: time.Now().Add(-time.Minute)}
		b.settled = func(record.Run, float64) bool { return tc.settled }
		b.measured.Trials = make([]record.Trial, 6)
		if got := b.more(tc.round); got != tc.want || !strings.HasPrefix(b.because, tc.because) || (tc.because == "") != (b.because == "") {
			t.Errorf("%s: %v, because %q", tc.name, got, b.because)
		}
	}
}
