package load

import (
	"maps"
	"math"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"spabench/harness/internal/record"
)

// The tests of this file hold what METHOD.md answers to the known facts about vegeta. A busy machine can make them take
// longer, but cannot make them fail.

// Quantiles are exact to three significant digits, whatever the latencies are: vegeta's own estimate is not used.
func TestQuantilesAreExact(t *testing.T) {
	s := &scripted{delay: func(n int) time.Duration { // a heavy tail, and few between it and the rest
		return time.Duration(100e3 * math.Pow(float64(n%100), 1.5))
	}}
	var took []time.Duration
	var estimated vegeta.Metrics
	got := tallied(t, s, vegeta.NewAttacker(), 1000, 500*time.Millisecond, func(res *vegeta.Result) {
		took = append(took, res.Latency)
		estimated.Add(res)
	})
	slices.Sort(took)
	for _, q := range []float64{0.5, 0.9, 0.95, 0.99, 0.999} {
		is, exact := quantile(t, got.Latency, q), took[int(math.Ceil(q*float64(len(took))))-1]
		if math.Abs(float64(is-exact)) > 1e-3*float64(exact)+float64(time.Microsecond) {
			t.Errorf("p%v is %s, and recorded as %s", 100*q, exact, is)
		}
		t.Logf("p%v is %s; vegeta estimates %s", 100*q, exact, estimated.Latencies.Quantile(q))
	}
}

// Vegeta's clock starts when a worker takes up the request, and here the only one is busy for 200 ms. The wait of each
// request that was due meanwhile is in its lag, and in the latency from the planned moment.
func TestWaitForWorkerIsMeasured(t *testing.T) {
	const stall = 200 * time.Millisecond
	s := &scripted{delay: func(n int) time.Duration {
		if n == 1 {
			return stall
		}
		return 0
	}}
	shown := 0
	one := vegeta.NewAttacker(vegeta.Workers(1), vegeta.MaxWorkers(1))
	got := tallied(t, s, one, 200, 800*time.Millisecond, func(res *vegeta.Result) {
		if res.Latency >= stall/2 {
			shown++
		}
	})
	// 40 of at most 160 requests are due during the stall, and half of those wait for at least half of it.
	for name, h := range map[string]record.Histogram{"lag": got.Lag, "latency from the planned moment": got.Planned} {
		if is := quantile(t, h, 0.89); is < stall/2 {
			t.Errorf("the %s at p89 is %s; the stall demands %s", name, is, stall/2)
		}
	}
	t.Logf("vegeta's own latency shows the stall in %d of %d requests", shown, got.Requests)
}

// tallied counts the results of an attack on a server, after showing each as vegeta reports it.
func tallied(
	t *testing.T, h http.Handler, a *vegeta.Attacker, rate int, d time.Duration, show func(*vegeta.Result),
) record.Loaded {
	t.Helper()
	srv := httptest.NewServer(h)
	defer srv.Close()
	s := spec(srv.URL)
	s.Rate = rate
	counts := newTally(s)
	target := vegeta.NewStaticTargeter(vegeta.Target{Method: http.MethodGet, URL: srv.URL})
	counts.begin()
	for res := range a.Attack(target, newPacer(rate, d), 0, "") {
		show(res)
		counts.count(res)
	}
	counts.end()
	counts.keep()
	got, err := counts.loaded()
	if err != nil || got.Requests == 0 {
		t.Fatalf("%d requests, %v", got.Requests, err)
	}
	return got
}

// An open loop opens as many connections as late answers take, which are counted.
func TestConnectionsAreCounted(t *testing.T) {
	const together = 12
	c := newCrowd(together)
	srv := c.serve(t)
	s := spec(srv.URL)
	s.Warmup, s.Connections = 0, 4
	got, err := Attack(t.Context(), s)
	if err != nil || got.Wrong > 0 {
		t.Fatalf("%v: %d wrong, %q", err, got.Wrong, got.Reasons)
	}
	if got.MostOpen < together || got.Opened < got.MostOpen || got.Opened < int(c.opened.Load()) {
		t.Errorf("%d connections opened, %d at once; the server had %d, and %d requests at once",
			got.Opened, got.MostOpen, c.opened.Load(), together)
	}
}

// A cap on the connections holds, and what it costs is in the latency from the planned moment.
func TestConnectionsAreCapped(t *testing.T) {
	const most = 4
	c := newCrowd(0) // at 20 ms for an answer, four connections have 200 answers per second
	srv := c.serve(t)
	s := spec(srv.URL)
	s.Warmup, s.Rate, s.Connections, s.MaxConnections = 0, 400, most, most
	got, err := Attack(t.Context(), s)
	if err != nil || got.Wrong > 0 {
		t.Fatalf("%v: %d wrong, %q", err, got.Wrong, got.Reasons)
	}
	if n := c.most.Load(); n > most || got.MostOpen > most || got.MostOpen < 1 {
		t.Errorf("%d requests at once, on %d connections; the cap is %d", n, got.MostOpen, most)
	}
	// The hundredth request is due after 250 ms, and sent after 500 ms at the earliest.
	if is := quantile(t, got.Planned, 0.9); is < 100*time.Millisecond {
		t.Errorf("p90 from the planned moment is %s, which lacks the wait for a connection", is)
	}
}

// crowd is a server that holds all requests until a number of them are there together, once, and takes 20 ms for each
// from then on.
type crowd struct {
	together   int64
	now        atomic.Int64
	most       atomic.Int64 // requests at the same time
	opened     atomic.Int64 // connections
	once       sync.Once
	isComplete chan struct{}
}

func newCrowd(together int64) *crowd {
	return &crowd{together: together, isComplete: make(chan struct{})}
}

func (c *crowd) serve(t *testing.T) *httptest.Server {
	srv := httptest.NewUnstartedServer(c)
	srv.Config.ConnState = c.count
	srv.Start()
	t.Cleanup(srv.Close)
	return srv
}

func (c *crowd) count(_ net.Conn, s http.ConnState) {
	if s == http.StateNew {
		c.opened.Add(1)
	}
}

func (c *crowd) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	n := c.now.Add(1)
	defer c.now.Add(-1)
	for most := c.most.Load(); n > most && !c.most.CompareAndSwap(most, n); most = c.most.Load() {
	}
	if n >= c.together {
		c.once.Do(func() { close(c.isComplete) })
	}
	<-c.isComplete
	time.Sleep(20 * time.Millisecond)
	_, _ = w.Write([]byte(page))
}

// Servers get the spec's headers, and none of vegeta's: neither in single requests nor in visits.
func TestRequestsHaveNoHeadersOfVegeta(t *testing.T) {
	var mu sync.Mutex
	seen := map[string]bool{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		for name := range r.Header {
			seen[name] = true
		}
		_, _ = w.Write([]byte(page))
	}))
	defer srv.Close()
	single, visit := spec(srv.URL), spec(srv.URL)
	visit.Fresh = true
	for _, s := range []Spec{single, visit} {
		s.Warmup, s.Duration = 50*time.Millisecond, 50*time.Millisecond
		clear(seen)
		if got, err := Attack(t.Context(), s); err != nil || got.Requests == 0 || got.Wrong > 0 {
			t.Fatalf("%+v, %v", got, err)
		}
		if names := slices.Sorted(maps.Keys(seen)); strings.Join(names, " ") != "Accept-Encoding User-Agent" {
			t.Errorf("fresh %t: the server got the headers %q", s.Fresh, names)
		}
	}
}

// A wait in the kernel ends when it should, not at the next whole millisecond, as those of an idle Go program do: of
// those, fewer than one in a hundred ends so early.
func TestPacerDoesNotRoundUp(t *testing.T) {
	const wait, enough, attempts = 200 * time.Microsecond, 200, 5000
	p := newPacer(int(time.Second/wait), time.Second)
	inTime := 0
	for n := 0; n < attempts && inTime < enough; n++ {
		began := time.Now()
		if _, stop := p.Pace(0, 0); stop {
			t.Fatal("the pacer stopped")
		}
		took := time.Since(began)
		if took < wait {
			t.Fatalf("waited for %s instead of %s", took, wait)
		}
		if took < 3*wait {
			inTime++
		}
	}
	if inTime < enough {
		t.Errorf("%d of %d waits of %s ended within %s", inTime, attempts, wait, 3*wait)
	}
}

// BenchmarkUnmarked measures what it costs to take vegeta's header away.
func BenchmarkUnmarked(b *testing.B) {
	h := http.Header{"Accept-Encoding": {"gzip"}}
	value := []string{"12345"}
	for b.Loop() {
		h["X-Vegeta-Seq"] = value
		delete(h, "X-Vegeta-Seq")
	}
}
