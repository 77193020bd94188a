package load

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"spabench/harness/internal/stat"
)

// waiting is a server that answers each request after a while, and knows how many it had at once.
type waiting struct {
	wait func()

	mu        sync.Mutex
	now, most int
}

func (s *waiting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.now++
	s.most = max(s.most, s.now)
	s.mu.Unlock()
	s.wait()
	s.mu.Lock()
	s.now--
	s.mu.Unlock()
	if r.URL.Path == "/" {
		_, _ = w.Write([]byte(page))
		return
	}
	_, _ = w.Write([]byte(r.URL.Path))
}

// atOnce returns how many requests it had at once, at most.
func (s *waiting) atOnce() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.most
}

// An open loop opens as many connections as it needs to send on time, more than it keeps alive.
func TestConnectionsOfAnOpenLoop(t *testing.T) {
	const together = 6
	var arrived sync.WaitGroup // as many are answered only together
	arrived.Add(together)
	s := &waiting{wait: func() {
		arrived.Done()
		arrived.Wait()
	}}
	srv := httptest.NewServer(s)
	defer srv.Close()
	spec := spec(srv.URL + "/")
	spec.Warmup, spec.Duration, spec.Connections = 0, together*5*time.Millisecond, 2
	got, err := Attack(t.Context(), spec)
	if err != nil || got.Wrong > 0 || got.Requests != together {
		t.Fatalf("%+v, %v", got, err)
	}
	if got.MostOpen != together || got.Opened != together {
		t.Errorf("%d opened and %d open at once, where %d were needed", got.Opened, got.MostOpen, together)
	}
}

// A cap on the connections holds, also over all visits together. Who waits for one is late in coming back.
func TestMaxConnections(t *testing.T) {
	const most, takes = 3, 20 * time.Millisecond
	s := &waiting{wait: func() { time.Sleep(takes) }}
	srv := httptest.NewServer(s)
	defer srv.Close()
	single := spec(srv.URL + "/")
	single.Warmup, single.Duration = 0, 100*time.Millisecond // 20 requests
	visits := visiting(srv.URL)
	visits.Waves = visits.Waves[1:] // the page is another one
	visits.Rate, visits.Duration = 100, 100*time.Millisecond
	for name, spec := range map[string]Spec{"requests": single, "visits": visits} {
		spec.MaxConnections = most
		got, err := Attack(t.Context(), spec)
		if err != nil || got.Wrong > 0 {
			t.Fatalf("%s: %d wrong %q, %v", name, got.Wrong, got.Reasons, err)
		}
		if got.MostOpen > most || got.MostOpen == 0 || got.Opened < got.MostOpen || s.atOnce() > most {
			t.Errorf("%s: %d open at once, with %d requests at once, of %d opened; at most %d are allowed",
				name, got.MostOpen, s.atOnce(), got.Opened, most)
		}
		if name == "visits" {
			continue
		}
		// Three connections need 140 ms for 20 requests. The first is sent after 5 ms, the last is due after 100 ms.
		h, err := stat.Decode(string(got.Planned))
		if err != nil {
			t.Fatal(err)
		}
		if slowest := time.Duration(h.Max()); slowest < 44*time.Millisecond {
			t.Errorf("the slowest answer came %s after it was due, although it waited for a connection", slowest)
		}
	}
}

// Connections that a server closes are not open any more.
func TestConnectionsThatClose(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Connection", "close")
		_, _ = w.Write([]byte(page))
	}))
	defer srv.Close()
	spec := spec(srv.URL)
	spec.Warmup, spec.MaxConnections = 0, 1
	got, err := Attack(t.Context(), spec)
	if err != nil || got.Wrong > 0 {
		t.Fatalf("%d wrong %q, %v", got.Wrong, got.Reasons, err)
	}
	if got.Opened != int(got.Requests) || got.MostOpen != 1 {
		t.Errorf("%d opened and %d open at once in %d requests of which each needs its own",
			got.Opened, got.MostOpen, got.Requests)
	}
}
