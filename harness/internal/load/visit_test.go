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

// shop is a page with two scripts, one of which asks for a third; it keeps in which order it was asked, and on how many
// connections.
type shop struct {
	mu          sync.Mutex
	asked       []string
	connections int
	broken      string // a path that is answered wrongly
}

func (s *shop) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked = append(s.asked, r.URL.Path)
	s.mu.Unlock()
	if r.URL.Path == "/b.js" {
		time.Sleep(20 * time.Millisecond)
	}
	if r.URL.Path == s.broken {
		w.WriteHeader(http.StatusNotFound)
	}
	_, _ = w.Write([]byte(r.URL.Path))
}

func (s *shop) start(t *testing.T) string {
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

func visiting(url string, waves ...[]string) Spec {
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
	s := visiting(shop.start(t), []string{"/"}, []string{"/a.js", "/b.js"}, []string{"/c.js"})
	got, err := Attack(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if got.Wrong > 0 || got.Requests < 8 || got.Requests > 11 {
		t.Fatalf("%d of %d visits wrong: %q", got.Wrong, got.Requests, got.Reasons)
	}
	for i := 0; i+3 < len(shop.asked); i += 4 { // visits are 50 ms apart and last 20 ms
		wave := slices.Sorted(slices.Values(shop.asked[i+1 : i+3]))
		if shop.asked[i] != "/" || !slices.Equal(wave, []string{"/a.js", "/b.js"}) || shop.asked[i+3] != "/c.js" {
			t.Errorf("visit %d asked for %q", i/4, shop.asked[i:i+4])
		}
	}
	if want := 2 * int(got.Requests); shop.connections < want-1 || shop.connections > want {
		t.Errorf("%d connections of %d visits that need two each", shop.connections, got.Requests)
	}
	if p50, _, _ := stat.Quantile(string(got.Latency), 0.5); p50 < 20*time.Millisecond || p50 > 200*time.Millisecond {
		t.Errorf("a visit takes %s; one of its files alone takes 20 ms", p50)
	}
	if len(got.Parts) != 4 || got.Parts[2].Path != "/b.js" || got.Parts[2].Requests != got.Requests || got.Parts[2].BodyBytes != 5*got.Requests {
		t.Errorf("parts %+v", got.Parts)
	}
	if p50, _, _ := stat.Quantile(string(got.Parts[2].Latency), 0.5); p50 < 20*time.Millisecond {
		t.Errorf("/b.js takes %s", p50)
	}
}

// One thing of a visit that is wrong makes the visit wrong, and says which.
func TestVisitVerifies(t *testing.T) {
	for _, broken := range []string{"/", "/b.js", "/c.js"} {
		shop := &shop{broken: broken}
		s := visiting(shop.start(t), []string{"/"}, []string{"/a.js", "/b.js"}, []string{"/c.js"})
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

// The knee of a server with a known capacity is below that, and not far.
func TestFindKnee(t *testing.T) {
	if testing.Short() {
		t.Skip("what else runs makes the generator late, and then it says so")
	}
	srv := httptest.NewServer(slowing())
	defer srv.Close()
	s := Search{Spec: spec(srv.URL), Quantile: 0.9, Within: 50 * time.Millisecond, Start: 100, Lowest: 20, Highest: 2000, Steps: 9}
	s.Spec.Warmup = 0
	k, err := FindKnee(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if !k.Verified || k.GeneratorBound || k.Rate < 150 || k.Rate > 560 || len(k.Steps) > 9+2 {
		t.Errorf("knee %+v of a server that answers at most 500 in a second", k)
	}
	if last := k.Steps[len(k.Steps)-1]; !last.Repeat || !last.Met {
		t.Errorf("the last step is %+v, not a repeat that met it", last)
	}
}

// A server that could do more than the search may ask for is generator-bound; one that meets no rate has none.
func TestFindKneeAtTheEnds(t *testing.T) {
	quick := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(page)) }))
	defer quick.Close()
	s := Search{Spec: spec(quick.URL), Quantile: 0.5, Within: 200 * time.Millisecond, Start: 100, Lowest: 20, Highest: 200, Steps: 9}
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
	// Two connections, each of which is answered after 5 ms, are 400 in a second at most.
	if c.Wrong > 0 || c.Ceiling > 400 || c.Ceiling < 100 || c.Half.Rate != int(c.Ceiling/2) || c.Half.Sent < 0.8*float64(c.Half.Rate) {
		t.Errorf("calibration %+v", c)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Calibrate(ctx, s); err == nil {
		t.Error("no error from a cancelled calibration")
	}
}
