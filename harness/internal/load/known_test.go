package load

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// scripted answers request n after delay(n), and records how long that really took, from the start of the handler to
// the write of the answer.
type scripted struct {
	delay func(n int) time.Duration

	mu    sync.Mutex
	took  []time.Duration
	count int
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	began := time.Now()
	s.mu.Lock()
	n := s.count
	s.count++
	s.mu.Unlock()
	time.Sleep(s.delay(n))
	_, _ = w.Write([]byte(page))
	s.mu.Lock()
	s.took = append(s.took, time.Since(began))
	s.mu.Unlock()
}

// exact returns a quantile of the times that the server recorded, by nearest rank like the histogram.
func (s *scripted) exact(q float64) time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	sorted := slices.Sorted(slices.Values(s.took))
	return sorted[max(0, int(q*float64(len(sorted))+0.999999)-1)]
}

func measure(t *testing.T, s *scripted, rate int, duration time.Duration) record.Loaded {
	t.Helper()
	srv := httptest.NewServer(s)
	defer srv.Close()
	spec := spec(srv.URL)
	spec.Warmup, spec.Rate, spec.Duration, spec.Connections = 0, rate, duration, 16
	got, err := Attack(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	if got.Wrong > 0 {
		t.Fatalf("%d wrong answers: %q", got.Wrong, got.Reasons)
	}
	return got
}

func quantile(t *testing.T, h record.Histogram, q float64) time.Duration {
	t.Helper()
	d, ok, err := stat.Quantile(string(h), q)
	if !ok || err != nil {
		t.Fatalf("quantile %v: %t, %v", q, ok, err)
	}
	return d
}

// A known distribution is measured to within a millisecond, at p50, p90 and p99. A busy machine can only add to a
// latency, so the best of several attempts shows what the generator can do.
func TestKnownDistribution(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds, and needs an otherwise idle machine")
	}
	var off string
	for range 5 {
		s := &scripted{delay: func(n int) time.Duration {
			switch n %= 100; {
			case n < 70:
				return 3 * time.Millisecond
			case n < 95:
				return 12 * time.Millisecond
			}
			return 40 * time.Millisecond
		}}
		got := measure(t, s, 200, 2*time.Second)
		off = ""
		for _, q := range []float64{0.5, 0.9, 0.99} {
			is, want := quantile(t, got.Latency, q), s.exact(q)
			if d := is - want; d < -100*time.Microsecond || d > time.Millisecond {
				off += fmt.Sprintf("p%v: measured %s, the server took %s; ", 100*q, is, want)
			}
		}
		if off == "" {
			return
		}
		t.Log(off)
	}
	t.Error(off)
}

// A server stalls once for half a second. Every request that was due meanwhile shows its share of the wait, whether the
// generator could send it or not: there is no coordinated omission.
func TestKnownStall(t *testing.T) {
	const stall = 500 * time.Millisecond
	var until time.Time
	var once sync.Once
	s := &scripted{delay: func(n int) time.Duration {
		if n < 100 {
			return 0
		}
		once.Do(func() { until = time.Now().Add(stall) })
		return time.Until(until) // all wait for the end of the stall
	}}
	got := measure(t, s, 200, 2*time.Second)
	// 100 of 400 requests are due in the half second, evenly spread over it: a tenth of all waits 300 ms or more.
	for _, want := range []struct {
		q       float64
		atLeast time.Duration
	}{{0.9, 250 * time.Millisecond}, {0.99, 430 * time.Millisecond}} {
		if is := quantile(t, got.Planned, want.q); is < want.atLeast {
			t.Errorf("p%v from the planned moment is %s; the stall demands %s", 100*want.q, is, want.atLeast)
		}
	}
}
