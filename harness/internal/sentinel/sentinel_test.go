package sentinel

import (
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

func TestParseTicks(t *testing.T) {
	got, err := parseTicks("cpu  10 1 20 300 5 0 2 7 99 0\ncpu0 1 1 1 1\n")
	if err != nil || got.all != 345 || got.stolen != 7 {
		t.Errorf("%+v, %v: guest time must not be counted, since user time includes it", got, err)
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
	s := &Sentinel{serverCPU: 0, lastServerCPU: 0}
	busy := parseBusy(after, 0, 0) - parseBusy(before, 0, 0)
	if busy != 160*time.Millisecond {
		t.Errorf("busy for %s: 16 ticks of user, nice and system time on CPU 0", busy)
	}
	if got := s.Foreign(busy, 60*time.Millisecond, time.Second); got != 0.1 {
		t.Errorf("foreign %v, want 0.1", got)
	}
	if got := s.Foreign(busy, 200*time.Millisecond, time.Second); got != 0 {
		t.Errorf("foreign %v, want 0: the tick is coarser than the variant's own clock", got)
	}
	if both := parseBusy(after, 0, 1) - parseBusy(before, 0, 1); both != 2160*time.Millisecond {
		t.Errorf("both busy for %s", both)
	}
}

func TestDisturbance(t *testing.T) {
	b := record.Bounds{Spin: 1.25, Wake: 2, Steal: 0.02}
	look := func(spin, wake float64) record.Look { return record.Look{Spin: spin, Wake: wake} }
	for _, tc := range []struct {
		seen record.Sentinel
		want []string
	}{
		{record.Sentinel{Before: look(1.2, 1.9), After: look(1.2, 1.9), Steal: 0.01}, nil},
		{record.Sentinel{Before: look(1.3, 1), After: look(1, 0)}, []string{
			"arithmetic before the trial took 1.30 times its minimum",
		}},
		{record.Sentinel{Before: look(1, 1), After: look(2, 3), Steal: 0.05}, []string{
			"arithmetic after the trial took 2.00", "wake-ups after the trial took 3.00", "the hypervisor took 5.0%",
		}},
	} {
		got := disturbance(tc.seen, b)
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

// TestSentinelSeesContention holds that arithmetic takes longer on a CPU that other programs use, too.
func TestSentinelSeesContention(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a CPU to itself")
	}
	s := New("0", "0", DefaultBounds())
	if s == nil {
		t.Skip("this machine cannot be watched")
	}
	stop := make(chan struct{})
	for range 2 {
		go func() { // it ends its thread, which is bound
			if bind(0) != nil {
				return
			}
			for {
				select {
				case <-stop:
					return
				default:
					if xorshift() == 0 {
						return
					}
				}
			}
		}()
	}
	time.Sleep(50 * time.Millisecond)
	s.Begin()
	close(stop)
	if seen := s.End(); seen.Before.Spin < 1.5 || seen.Disturbed == "" {
		t.Errorf("with two other threads on its CPU: %+v", seen)
	}
}

func TestNoSentinel(t *testing.T) {
	for _, s := range []*Sentinel{nil, New("0", "1", record.Bounds{}), New("none", "0", DefaultBounds())} {
		s.Begin()
		if got := s.End(); got != nil {
			t.Errorf("%+v", got)
		}
	}
}
