package harness

import (
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

func TestParseTicks(t *testing.T) {
	got, err := parseTicks("cpu  10 1 20 300 5 0 2 7 99 0\ncpu0 1 1 1 1\n")
	if err != nil || got.all != 345 || got.stolen != 7 {
		t.Errorf("%+v, %v: guest time is in user time already", got, err)
	}
	for _, bad := range []string{"", "cpu0 1 2 3 4 5 6 7 8\n", "cpu 1 2 3\n", "cpu a 1 1 1 1 1 1 1\n"} {
		if _, err := parseTicks(bad); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

func TestForeign(t *testing.T) {
	const before = "cpu  9 9 9 9\ncpu0 100 0 50 900 7 0 30 0\ncpu1 500 0 500 1\nintr 1\n"
	const after = "cpu  9 9 9 9\ncpu0 110 1 55 990 9 0 90 0\ncpu1 600 0 600 2\nintr 1\n"
	s := &sentinel{cpu: 0, last: 0}
	busy := parseBusy(after, 0, 0) - parseBusy(before, 0, 0)
	if busy != 160*time.Millisecond {
		t.Errorf("busy for %s: 16 ticks of user, nice and system time on CPU 0", busy)
	}
	if got := s.foreign(busy, 60*time.Millisecond, time.Second); got != 0.1 {
		t.Errorf("foreign %v", got)
	}
	if got := s.foreign(busy, 200*time.Millisecond, time.Second); got != 0 {
		t.Errorf("foreign %v: the tick is coarser than the variant's own clock", got)
	}
	if both := parseBusy(after, 0, 1) - parseBusy(before, 0, 1); both != 2160*time.Millisecond {
		t.Errorf("both busy for %s", both)
	}
}

func TestDisturbed(t *testing.T) {
	b := record.Bounds{Spin: 1.25, Wake: 2, Steal: 0.02}
	look := func(spin, wake float64) record.Look { return record.Look{Spin: spin, Wake: wake} }
	for _, tc := range []struct {
		seen record.Sentinel
		want []string
	}{
		{record.Sentinel{Before: look(1.2, 1.9), After: look(1.2, 1.9), Steal: 0.01}, nil},
		{record.Sentinel{Before: look(1.3, 1), After: look(1, 0)}, []string{"before it, arithmetic took 1.30 times the least"}},
		{record.Sentinel{Before: look(1, 1), After: look(2, 3), Steal: 0.05}, []string{"after it, arithmetic", "after it, waking a thread took 3.00", "the hypervisor took 5.0%"}},
	} {
		got := disturbed(tc.seen, b)
		if (got == "") != (tc.want == nil) {
			t.Errorf("%+v: %q", tc.seen, got)
		}
		for _, want := range tc.want {
			if !strings.Contains(got, want) {
				t.Errorf("%+v: %q lacks %q", tc.seen, got, want)
			}
		}
	}
}

// A CPU that something else wants too is told by the work taking longer on it.
func TestSentinelSeesContention(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a CPU to itself")
	}
	s := newSentinel("0", "0", defaultBounds)
	if s == nil {
		t.Skip("this machine does not tell")
	}
	stop := make(chan struct{})
	for range 2 {
		go func() { // each ends its thread
			if bind(0) != nil {
				return
			}
			for {
				select {
				case <-stop:
					return
				default:
					if work() == 0 {
						return
					}
				}
			}
		}()
	}
	time.Sleep(50 * time.Millisecond)
	s.begin()
	close(stop)
	if seen := s.end(); seen.Before.Spin < 1.5 || seen.Disturbed == "" {
		t.Errorf("with two others on its CPU: %+v", seen)
	}
}

func TestNoSentinel(t *testing.T) {
	for _, s := range []*sentinel{nil, newSentinel("0", "1", record.Bounds{}), newSentinel("none", "0", defaultBounds)} {
		s.begin()
		if got := s.end(); got != nil {
			t.Errorf("%+v", got)
		}
	}
}

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
		b := &bench{plan: Plan{Rounds: 6, Variants: []string{"null"}, Budget: record.Budget{Time: tc.budget, Within: tc.within}}, began: time.Now(), roundsBegan: time.Now().Add(-time.Minute)}
		b.settled = func(record.Run, float64) bool { return tc.settled }
		b.measured.Trials = make([]record.Trial, 6)
		if got := b.more(tc.round); got != tc.want || !strings.HasPrefix(b.because, tc.because) || (tc.because == "") != (b.because == "") {
			t.Errorf("%s: %v, because %q", tc.name, got, b.because)
		}
	}
}
