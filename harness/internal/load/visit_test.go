package load

import (
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

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// slowest is how long /b.js takes, the slowest file of the site.
const slowest = 20 * time.Millisecond

// shop is a site whose page has two scripts, one of which loads a third. It records the order of requests and the
// number of connections. It answers the two scripts only when both have been requested, so that they cannot share a
// connection.
type shop struct {
	both chan struct{} // met by /a.js and /b.js

	mu          sync.Mutex
	asked       []string
	connections int
	broken      string // a path with a wrong answer
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

// seen returns the paths requested since its last call, and the number of connections so far.
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

// visiting returns a load of visits to the shop.
func visiting(url string) Spec {
	waves := [][]string{{"/"}, {"/a.js", "/b.js"}, {"/c.js"}}
	s := Spec{Load: "visit", Fresh: true, Rate: 20, Duration: 500 * time.Millisecond, Connections: 4}
	for _, paths := range waves {
		var wave []Request
		for _, p := range paths {
			sum := sha256.Sum256([]byte(p))
			want := Want{Status: 200, Length: len(p), SHA256: hex.EncodeToString(sum[:])}
			wave = append(wave, Request{URL: url + p, Want: want})
		}
		s.Waves = append(s.Waves, wave)
	}
	return s
}

// A visit requests each wave when the one before has been answered, on connections of its own, and lasts until the end
// of the last one.
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
			slices.Sort(asked[1:3]) // these two are requested in parallel
		}
		if !slices.Equal(asked, []string{"/", "/a.js", "/b.js", "/c.js"}) {
			t.Errorf("visit %d requested %q", n, asked)
		}
		if connections != 2*n {
			t.Errorf("%d connections in %d visits that need two each", connections, n)
		}
	}
}

// An attack of visits counts whole visits, and each of their requests.
func TestAttackByVisits(t *testing.T) {
	shop := &shop{}
	got, err := Attack(t.Context(), visiting(shop.start(t)))
	if err != nil {
		t.Fatal(err)
	}
	if got.Wrong > 0 || got.Requests != 10 { // 20 a second, for half a second
		t.Fatalf("%d of %d visits wrong: %q", got.Wrong, got.Requests, got.Reasons)
	}
	asked, connections := shop.seen()
	if len(asked) != 4*int(got.Requests) {
		t.Errorf("%d requests in %d visits that need four each", len(asked), got.Requests)
	}
	if got.Opened != connections || got.MostOpen < 2 || got.MostOpen > connections {
		t.Errorf("%d connections opened, %d at once; the server had %d", got.Opened, got.MostOpen, connections)
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
	median := func(h record.Histogram) time.Duration {
		d, ok, err := stat.Quantile(string(h), 0.5)
		if err != nil || !ok {
			t.Fatalf("no median: %v", err)
		}
		return d
	}
	if took := median(b.Latency); took < slowest {
		t.Errorf("/b.js takes %s, not %s", took, slowest)
	}
	// Each wave begins when the one before it is complete.
	if page, began := median(got.Parts[0].Latency), median(b.Began); began < page*99/100 {
		t.Errorf("/b.js begins %s after the visit, whose page takes %s", began, page)
	}
}

// Visits that lead in to a slice are not counted, and neither are their requests.
func TestVisitsInTurns(t *testing.T) {
	shop := &shop{}
	s := visiting(shop.start(t))
	s.Rate, s.Warmup, s.Duration = 100, 10*time.Millisecond, 60*time.Millisecond
	i := Interleaved{Arms: []Arm{{Name: "shop", Spec: s}}, Slice: 20 * time.Millisecond, LeadIn: 10 * time.Millisecond}
	got, err := Interleave(t.Context(), i)
	if err != nil {
		t.Fatal(err)
	}
	l := got[0]
	if l.Wrong > 0 || l.Requests != 6 || l.WarmUp != 1+3 || len(l.Slices) != 3 {
		t.Fatalf("%d visits in %d slices, %d before them, %d wrong: %q",
			l.Requests, len(l.Slices), l.WarmUp, l.Wrong, l.Reasons)
	}
	for _, p := range l.Parts {
		if p.Requests != l.Requests {
			t.Errorf("part %+v of %d visits", p, l.Requests)
		}
	}
	if asked, connections := shop.seen(); len(asked) != 4*10 || l.Opened != connections {
		t.Errorf("%d requests, %d connections; %d opened", len(asked), connections, l.Opened)
	}
}

// A single wrong response makes the visit wrong, and the reason names it.
func TestVisitVerifies(t *testing.T) {
	for _, broken := range []string{"/", "/b.js", "/c.js"} {
		shop := &shop{broken: broken}
		s := visiting(shop.start(t))
		s.Duration = 200 * time.Millisecond
		got, err := Attack(t.Context(), s)
		if err != nil {
			t.Fatal(err)
		}
		reasons := strings.Join(got.Reasons, "")
		if got.Wrong != got.Requests || got.Wrong == 0 || !strings.Contains(reasons, broken+": status 404, want 200") {
			t.Errorf("%s is 404: %d of %d wrong, %q", broken, got.Wrong, got.Requests, got.Reasons)
		}
	}
}

// A request of a visit goes to the host that its header names, as a single request does.
func TestVisitHost(t *testing.T) {
	hosts := make(chan string, 100)
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		hosts <- r.Host
		_, _ = w.Write([]byte("ok"))
	}))
	defer srv.Close()
	r := Request{URL: srv.URL, Header: http.Header{"Host": {"shop.test"}}, Want: Want{Status: 200, Contains: "ok"}}
	for name, waves := range map[string][][]Request{"single": {{r}}, "visit": {{r, r}}} {
		s := Spec{Load: name, Waves: waves, Rate: 20, Duration: 100 * time.Millisecond, Connections: 2}
		got, err := Attack(t.Context(), s)
		if err != nil || got.Wrong > 0 {
			t.Fatalf("%s: %+v, %v", name, got, err)
		}
		if host := <-hosts; host != "shop.test" {
			t.Errorf("%s: the host is %q", name, host)
		}
		for len(hosts) > 0 {
			<-hosts
		}
	}
}
