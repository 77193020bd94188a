package spatest

import (
	"context"
	"errors"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"
)

func TestPaceOfTargets(t *testing.T) {
	dial := func(context.Context, string, string) (net.Conn, error) { return nil, errors.New("unused") }
	for _, test := range []struct {
		name   string
		target Target
		want   time.Duration
	}{
		{"this machine", Target{URL: "http://127.0.0.1:8080"}, 0},
		{"this machine by name", Target{URL: "http://localhost:8080"}, 0},
		{"this machine by a name of its own", Target{URL: "http://app.localhost."}, 0},
		{"this machine, IPv6", Target{URL: "http://[::1]:8080"}, 0},
		{"another one", Target{URL: "https://example.com"}, 100 * time.Millisecond},
		{"a name that begins alike", Target{URL: "https://localhost.example.com"}, 100 * time.Millisecond},
		{"another one behind Dial", Target{URL: "https://example.com", Dial: dial}, 0},
		{"another one that the checks start", Target{URL: "https://example.com", Host: struct{ Host }{}}, 0},
		{"as told", Target{URL: "https://example.com", Rate: 50}, 20 * time.Millisecond},
		{"as told, on this machine", Target{URL: "http://127.0.0.1:1", Rate: 0.5}, 2 * time.Second},
	} {
		t.Run(test.name, func(t *testing.T) {
			target, origin, err := test.target.prepare()
			if err != nil {
				t.Fatal(err)
			}
			if got := newClient(target, origin).pace.every; got != test.want {
				t.Errorf("a request every %s, want %s", got, test.want)
			}
		})
	}
	for _, rate := range []float64{-1, 0.001, 1e9, math.Inf(1), math.NaN()} {
		if _, _, err := (Target{URL: "http://127.0.0.1:1", Rate: rate}).prepare(); !errors.Is(err, ErrTarget) {
			t.Errorf("rate %g: %v, want %v", rate, err, ErrTarget)
		}
	}
}

func TestPaceSpacesRequestsOut(t *testing.T) {
	var mu sync.Mutex
	var came []time.Time
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		came = append(came, time.Now())
	}))
	defer server.Close()
	asker, err := NewAsker(Target{URL: server.URL, Rate: 50})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	var wg sync.WaitGroup
	for range 6 {
		wg.Go(func() {
			if _, err := asker.Ask(t.Context(), Request{Target: "/"}); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	// The first goes at once, the sixth 100 ms later; a slow machine is later still.
	if took := came[len(came)-1].Sub(began); len(came) != 6 || took < 95*time.Millisecond {
		t.Errorf("%d requests within %s at 50 a second", len(came), took)
	}
}

func TestPaceEndsWithContext(t *testing.T) {
	p := &pace{every: time.Hour}
	if err := p.wait(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if err := p.wait(ctx, 1); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want the context's end", err)
	}
}

func TestAsker(t *testing.T) {
	if _, err := NewAsker(Target{URL: "http://127.0.0.1/app?query"}); !errors.Is(err, ErrTarget) {
		t.Errorf("got %v, want %v", err, ErrTarget)
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/plain")
		w.Write([]byte(r.RequestURI))
	}))
	defer server.Close()
	asker, err := NewAsker(Target{URL: server.URL})
	if err != nil {
		t.Fatal(err)
	}
	x, err := asker.Ask(t.Context(), Request{Target: "/a/../b"})
	if err != nil {
		t.Fatal(err)
	}
	if body, err := asker.Content(x); err != nil || string(body) != "/a/../b" {
		t.Errorf("%q, %v: want the target as it was written", body, err)
	}
}

// TestTookLeavesTurnsOut: a check that times a response does not time its place in the queue.
func TestTookLeavesTurnsOut(t *testing.T) {
	server := httptest.NewServer(
		http.HandlerFunc(func(http.ResponseWriter, *http.Request) { time.Sleep(20 * time.Millisecond) }),
	)
	defer server.Close()
	asker, err := NewAsker(Target{URL: server.URL, Rate: 0.5})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		x, err := asker.Ask(t.Context(), Request{Target: "/"})
		if err != nil {
			t.Fatal(err)
		}
		if x.took < 20*time.Millisecond || x.took > 1500*time.Millisecond {
			t.Errorf("a response of 20 ms took %s", x.took)
		}
	}
}
