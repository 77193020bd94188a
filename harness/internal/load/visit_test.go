package load

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"spabench/harness/internal/stat"
)

// slowest is how long /b.js takes, the slowest file of the shop.
const slowest = 20 * time.Millisecond

// shop is a page with two scripts, one of which asks for a third; it keeps in which order it was asked, and on how many
// connections. The two scripts are answered when both have been asked for, so that neither can have the connection of
// the other.
type shop struct {
	both chan struct{} // met by /a.js and /b.js

	mu          sync.Mutex
	asked       []string
	connections int
	broken      string // a path that is answered wrongly
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, r.URL.Path)
	s.mu.Unlock()
	switch r.URL.Path {
	case "/a.js":
		s.both <- struct{}{}
	case "/b.js":
		<-s.both
		time.Sleep(slowest)
	}
	if r.URL.Path == s.broken {
		w.WriteHeader(http.StatusNotFound)
	}
	_, _ = w.Write([]byte(r.URL.Path))
}

// seen is what was asked for since it was called last, and the number of connections so far.
func (s *shop) seen() (asked []string, connections int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	asked, s.asked = s.asked, nil
	return asked, s.connections
}

func (s *shop) start(t *testing.T) string {
	s.both = make(chan struct{})
	srv := httptest.NewUnstartedServer(s)
	srv.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.mu.Lock()
			s.connections++
			s.mu.Unlock()
		}
	}
	srv.Start()
	t.Cleanup(srv.Close)
	return srv.URL
}

// visiting is a load of visits to the shop.
func visiting(url string) Spec {
	waves := [][]string{{"/"}, {"/a.js", "/b.js"}, {"/c.js"}}
	s := Spec{Load: "visit", Fresh: true, Rate: 20, Duration: 500 * time.Millisecond, Connections: 4}
	for _, paths := range waves {
		var wave []Request
		for _, p := range paths {
			sum := sha256.Sum256([]byte(p))
			wave = append(wave, Request{URL: url + p, Want: Want{Status: 200, Length: len(p), SHA256: hex.EncodeToString(sum[:])}})
		}
		s.Waves = append(s.Waves, wave)
	}
	return s
}

// A visit asks for each wave when the one before it was answered, on connections of its own, and lasts until its end.
func TestVisit(t *testing.T) {
	shop := &shop{}
	visitor := newVisitor(visiting(shop.start(t)), new(wire))
	for n := 1; n <= 3; n++ {
		began := time.Now()
		if _, err := visitor.RoundTrip(nil); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(began); took < slowest {
			t.Errorf("the visit took %s, but one of its files alone takes %s", took, slowest)
		}
		asked, connections := shop.seen()
		if len(asked) == 4 {
			slices.Sort(asked[1:3]) // these two are asked for at once
		}
		if !slices.Equal(asked, []string{"/", "/a.js", "/b.js", "/c.js"}) {
			t.Errorf("visit %d asked for %q", n, asked)
		}
		if connections != 2*n {
			t.Errorf("%d connections in %d visits that need two each", connections, n)
		}
	}
}

// An attack by visits counts whole visits, and each of their requests.
func TestAttackByVisits(t *testing.T) {
	shop := &shop{}
	got, err := Attack(t.Context(), visiting(shop.start(t)))
	if err != nil {
		t.Fatal(err)
	}
	if got.Wrong > 0 || got.Requests == 0 || got.Requests > 11 { // 20 a second, for half a second
		t.Fatalf("%d of %d visits wrong: %q", got.Wrong, got.Requests, got.Reasons)
	}
	if asked, _ := shop.seen(); len(asked) != 4*int(got.Requests) {
		t.Errorf("%d requests in %d visits that need four each", len(asked), got.Requests)
	}
	if p50, _, _ := stat.Quantile(string(got.Latency), 0.5); p50 < slowest || p50 > got.Elapsed {
		t.Errorf("the median visit takes %s; one of its files alone takes %s, all visits %s", p50, slowest, got.Elapsed)
	}
	if len(got.Parts) != 4 {
		t.Fatalf("parts %+v", got.Parts)
	}
	b := got.Parts[2]
	if b.Path != "/b.js" || b.Requests != got.Requests || b.BodyBytes != uint64(len("/b.js"))*got.Requests {
		t.Errorf("part %+v of %d visits", b, got.Requests)
	}
	if p50, _, _ := stat.Quantile(string(b.Latency), 0.5); p50 < slowest {
		t.Errorf("/b.js takes %s, not %s", p50, slowest)
	}
}

// One thing of a visit that is wrong makes the visit wrong, and says which.
func TestVisitVerifies(t *testing.T) {
	for _, broken := range []string{"/", "/b.js", "/c.js"} {
		shop := &shop{broken: broken}
		s := visiting(shop.start(t))
		s.Duration = 200 * time.Millisecond
		got, err := Attack(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		if got.Wrong != got.Requests || got.Wrong == 0 || !strings.Contains(strings.Join(got.Reasons, ""), broken+": status 404, want 200") {
			t.Errorf("%s is 404: %d of %d wrong, %q", broken, got.Wrong, got.Requests, got.Reasons)
		}
	}
}

// What goes over the wire is counted with its heads, and without the warm-up.
func TestWire(t *testing.T) {
	const response = "HTTP/1.1 200 OK\r\nContent-Length: 38\r\n\r\n" + page
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ln.Close() }()
	go func() {
		for {
			conn, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				buf := make([]byte, 4096)
				for {
					if _, err := conn.Read(buf); err != nil {
						return
					}
					_, _ = conn.Write([]byte(response))
				}
			}()
		}
	}()
	got, err := Attack(t.Context(), spec("http://"+ln.Addr().String()+"/"))
	if err != nil {
		t.Fatal(err)
	}
	if got.Wrong > 0 || got.WarmUp == 0 || got.WireIn != got.Requests*uint64(len(response)) {
		t.Errorf("%d bytes in %d responses of %d bytes; %d wrong: %q", got.WireIn, got.Requests, len(response), got.Wrong, got.Reasons)
	}
	if got.WireOut < got.Requests*60 || got.WireOut > got.Requests*300 {
		t.Errorf("%d bytes out in %d requests", got.WireOut, got.Requests)
	}
}

// A response whose bytes differ each time is held by a part of it.
func TestContent(t *testing.T) {
	ids := 0
	var mu sync.Mutex
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := make([]byte, r.ContentLength)
		_, _ = r.Body.Read(body)
		mu.Lock()
		ids++
		odd := ids%2 == 0
		mu.Unlock()
		if r.Method != http.MethodPost || string(body) != `{"title":"Emma"}` || odd {
			w.WriteHeader(http.StatusCreated)
			return
		}
		w.WriteHeader(http.StatusCreated)
		_, _ = w.Write(append([]byte(`{"id":1,`), body[1:]...))
	}))
	defer srv.Close()
	s := spec(srv.URL)
	s.Warmup = 0
	s.Waves[0][0] = Request{Method: http.MethodPost, URL: srv.URL, Content: `{"title":"Emma"}`, Want: Want{Status: 201, Contains: `"title":"Emma"`}}
	got, err := Attack(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if got.Wrong != got.Requests/2 || got.Wrong == 0 {
		t.Errorf("%d of %d wrong (%q), want the half", got.Wrong, got.Requests, got.Reasons)
	}
}

// slowing is a server with one worker, whose requests take 2 ms: it can answer 500 in a second.
func slowing() http.Handler {
	worker := make(chan struct{}, 1)
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		worker <- struct{}{}
		time.Sleep(2 * time.Millisecond)
		<-worker
		_, _ = w.Write([]byte(page))
	})
}

// The knee of a server with a known capacity is below that, and not far. What else the machine does can only lower it,
// so the best of a few attempts is the search's.
func TestFindKnee(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	srv := httptest.NewServer(slowing())
	defer srv.Close()
	s := Search{
		Spec: spec(srv.URL), Quantile: 0.9, Within: 50 * time.Millisecond,
		Start: 100, Lowest: 20, Highest: 2000, Steps: 9,
	}
	s.Spec.Warmup = 0
	for attempt := range 3 {
		k, err := FindKnee(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		if k.Rate > 560 || len(k.Steps) > 9+2 {
			t.Fatalf("knee %+v of a server that answers at most 500 in a second", k)
		}
		if !k.Verified || k.GeneratorBound || k.Rate < 150 {
			t.Logf("attempt %d: knee %+v of a server that answers at most 500 in a second", attempt, k)
			continue
		}
		if last := k.Steps[len(k.Steps)-1]; !last.Repeat || !last.Met {
			t.Errorf("the last step is %+v, not a repeat that met it", last)
		}
		return
	}
	t.Error("no attempt came near")
}

// A server that could do more than the search may ask for is generator-bound; one that meets no rate has none.
func TestFindKneeAtTheEnds(t *testing.T) {
	quick := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(page)) }))
	defer quick.Close()
	s := Search{ // whatever is answered at all is answered in time
		Spec: spec(quick.URL), Quantile: 0.5, Within: timeout,
		Start: 100, Lowest: 20, Highest: 200, Steps: 9,
	}
	s.Spec.Warmup, s.Spec.Duration = 0, 200*time.Millisecond
	k, err := FindKnee(t.Context(), s)
	if err != nil || k.Rate != 200 || !k.GeneratorBound || !k.Verified {
		t.Errorf("knee %+v, %v", k, err)
	}
	wrong := httptest.NewServer(http.NotFoundHandler())
	defer wrong.Close()
	s.Spec.Waves[0][0].URL = wrong.URL
	if k, err = FindKnee(t.Context(), s); err != nil || k.Rate != 0 || k.Verified || k.Steps[0].Wrong == 0 || k.Steps[0].Reason == "" {
		t.Errorf("knee %+v, %v of a server that answers wrongly", k, err)
	}
}

func TestNextStep(t *testing.T) {
	s := Search{Lowest: 10, Highest: 1000}
	for _, tc := range []struct{ met, missed, want int }{
		{100, 0, 150}, {900, 0, 1000}, {1000, 0, 0}, {0, 100, 66}, {0, 12, 10}, {0, 10, 0}, {100, 400, 200}, {100, 105, 0},
	} {
		if got := s.next(tc.met, tc.missed); got != tc.want {
			t.Errorf("met %d, missed %d: next %d, want %d", tc.met, tc.missed, got, tc.want)
		}
	}
}

func TestCalibrate(t *testing.T) {
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		time.Sleep(5 * time.Millisecond)
		_, _ = w.Write([]byte(page))
	}))
	defer srv.Close()
	s := spec(srv.URL)
	s.Connections = 2
	c, err := Calibrate(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	// Two connections, each of which is answered after 5 ms, are 400 in a second at most; a busy machine makes it fewer.
	if c.Wrong > 0 || c.Ceiling > 400 || c.Half.Rate == 0 || c.Half.Rate != int(c.Ceiling/2) || c.Half.Sent == 0 {
		t.Errorf("calibration %+v", c)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Calibrate(ctx, s); err == nil {
		t.Error("no error from a cancelled calibration")
	}
}
