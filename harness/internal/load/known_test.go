package load

import (
	"fmt"
	"io"
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
	took  durations

	mu    sync.Mutex
	count int
}

// durations may be added to at any time, from any goroutine.
type durations struct {
	mu  sync.Mutex
	all []time.Duration
}

func (d *durations) add(took time.Duration) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.all = append(d.all, took)
}

// quantile is by nearest rank, like the histogram's.
func (d *durations) quantile(q float64) time.Duration {
	d.mu.Lock()
	defer d.mu.Unlock()
	sorted := slices.Sorted(slices.Values(d.all))
	return sorted[max(0, int(q*float64(len(sorted))+0.999999)-1)]
}

func (s *scripted) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	began := time.Now()
	s.mu.Lock()
	n := s.count
	s.count++
	s.mu.Unlock()
	time.Sleep(s.delay(n))
	_, _ = w.Write([]byte(page))
	s.took.add(time.Since(began))
}

// stopwatch times every exchange of a client by itself, from the request to the end of the body.
type stopwatch struct {
	http.RoundTripper
	took *durations
}

func (s stopwatch) RoundTrip(req *http.Request) (*http.Response, error) {
	began := time.Now()
	res, err := s.RoundTripper.RoundTrip(req)
	if err == nil {
		res.Body = timedBody{res.Body, func() { s.took.add(time.Since(began)) }}
	}
	return res, err
}

// CloseIdleConnections closes those of the transport, for the client that closes its own.
func (s stopwatch) CloseIdleConnections() {
	(&http.Client{Transport: s.RoundTripper}).CloseIdleConnections()
}

type timedBody struct {
	io.ReadCloser
	closed func()
}

func (b timedBody) Close() error {
	b.closed()
	return b.ReadCloser.Close()
}

// measure attacks the server as [Attack] does, and returns what a stopwatch around the generator's transport says, too.
func measure(t *testing.T, s *scripted, rate int, duration time.Duration) (record.Loaded, *durations) {
	t.Helper()
	srv := httptest.NewServer(s)
	defer srv.Close()
	spec := spec(srv.URL)
	spec.Warmup, spec.Rate, spec.Duration, spec.Connections = 0, rate, duration, 16
	took := &durations{}
	attack := newTaker(Arm{Spec: spec})
	defer attack.gun.close()
	attack.gun.client.Transport = stopwatch{attack.gun.client.Transport, took}
	got, err := attack.once(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if got.Wrong > 0 {
		t.Fatalf("%d wrong answers: %q", got.Wrong, got.Reasons)
	}
	return got, took
}

func quantile(t *testing.T, h record.Histogram, q float64) time.Duration {
	t.Helper()
	d, ok, err := stat.Quantile(string(h), q)
	if !ok || err != nil {
		t.Fatalf("quantile %v: %t, %v", q, ok, err)
	}
	return d
}

// A known distribution is measured at p50, p90 and p99: never shorter than the server took, and within a millisecond of
// what a stopwatch around the transport says, which a busy machine delays as much. Between the two there are
// microseconds, but a process may be held up there, too: so it is tried again. What the transport itself adds is looked
// at in the middle of the distribution, where a busy machine adds a few milliseconds.
func TestKnownDistribution(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
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
		got, took := measure(t, s, 200, 2*time.Second)
		off = ""
		for _, q := range []float64{0.5, 0.9, 0.99} {
			is, atLeast, want := quantile(t, got.Latency, q), s.took.quantile(q), took.quantile(q)
			if is < atLeast-100*time.Microsecond || is > want+time.Millisecond ||
				q == 0.5 && is > atLeast+10*time.Millisecond {
				off += fmt.Sprintf("p%v: measured %s; the server took %s, the exchange %s; ", 100*q, is, atLeast, want)
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
	got, _ := measure(t, s, 200, 2*time.Second)
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
