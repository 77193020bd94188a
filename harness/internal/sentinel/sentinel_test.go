package sentinel

import (
	"testing"
	"time"
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

func TestStolenSince(t *testing.T) {
	before := ticks{all: 1000, stolen: 10}
	if got := (ticks{all: 1200, stolen: 20}).stolenSince(before); got != 0.05 {
		t.Errorf("10 of 200 ticks: %v", got)
	}
	if got := before.stolenSince(before); got != 0 {
		t.Errorf("in no time at all: %v", got)
	}
}

// TestSentinelSeesContention holds that arithmetic takes longer on a CPU that other programs use, too.
func TestSentinelSeesContention(t *testing.T) {
	if testing.Short() {
		t.Skip("takes a CPU to itself")
	}
	s := New("0", "0")
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
	if seen := s.End(); seen.Before.Spin < 1.5 {
		t.Errorf("with two other threads on its CPU: %+v", seen)
	}
}

func TestNoSentinel(t *testing.T) {
	for _, s := range []*Sentinel{nil, New("none", "0"), New("0", "")} {
		s.Begin()
		if got := s.End(); got != nil {
			t.Errorf("%+v", got)
		}
	}
}
