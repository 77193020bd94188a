package load

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"
	vegeta "github.com/tsenart/vegeta/v12/lib"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

const (
	requestTimeout = 10 * time.Second // of one request
	maxReasons     = 3                // distinct ones kept in the record
)

// Attack runs the warm-up and then the recorded part. If ctx is cancelled, it stops early and returns ctx's error.
func Attack(ctx context.Context, s Spec) (record.Loaded, error) {
	g := newGun(s)
	defer g.close()
	warmedUp := uint64(0)
	if s.Warmup > 0 {
		for range g.fire(s.Warmup) {
			warmedUp++
		}
	}
	g.reset()
	t := newTally(s)
	t.out.WarmUp = warmedUp
	began := time.Now()
	results := g.fire(s.Duration)
	done := ctx.Done()
	for results != nil {
		select {
		case res, ok := <-results:
			if !ok {
				results = nil
				break
			}
			t.add(res, began)
		case <-done:
			g.attacker.Stop()
			done = nil // keep draining the requests in flight
		}
	}
	if err := ctx.Err(); err != nil {
		return record.Loaded{}, err
	}
	t.out.WireIn, t.out.WireOut = g.wire.in.Load()-g.in, g.wire.out.Load()-g.out
	if g.visitor != nil {
		var err error
		if t.out.Parts, err = g.visitor.recorded(); err != nil {
			return t.out, err
		}
	}
	return t.loaded(began)
}

// gun is vegeta, loaded with a spec. The warm-up and the recorded part share its connections.
type gun struct {
	spec     Spec
	client   *http.Client
	target   vegeta.Targeter
	wire     *wire
	visitor  *visitor         // nil for single requests
	attacker *vegeta.Attacker // of the last call of fire

	in, out uint64 // bytes over the wire before the recorded part
}

func newGun(s Spec) *gun {
	g := &gun{spec: s, wire: new(wire)}
	first := s.Waves[0][0]
	transport := http.RoundTripper(g.wire.transport(s.Connections, 0))
	target := vegeta.Target{Method: http.MethodGet, URL: first.URL}
	if s.single() {
		if first.Method != "" {
			target.Method = first.Method
		}
		target.Header, target.Body = first.Header, []byte(first.Content)
		if first.Content == "" {
			target.Body = nil
		}
	} else {
		g.visitor = newVisitor(s, g.wire)
		transport = g.visitor
	}
	g.client = &http.Client{Timeout: requestTimeout, Transport: transport, CheckRedirect: keepRedirect}
	g.target = vegeta.NewStaticTargeter(target)
	return g
}

// fire starts an attack. At rate 0 it is a closed loop: each connection sends its next request when the last one has
// been answered.
func (g *gun) fire(d time.Duration) <-chan *vegeta.Result {
	options := []func(*vegeta.Attacker){
		vegeta.Client(g.client),
		vegeta.Workers(uint64(g.spec.Connections)),
		vegeta.MaxBody(-1), // the whole body, which is verified and then dropped
	}
	var pace vegeta.Pacer = newPacer(g.spec.Rate)
	if g.spec.Rate == 0 {
		options = append(options, vegeta.MaxWorkers(uint64(g.spec.Connections)))
		pace = vegeta.ConstantPacer{}
	}
	g.attacker = vegeta.NewAttacker(options...)
	return g.attacker.Attack(g.target, pace, d, "")
}

// reset begins the recorded part.
func (g *gun) reset() {
	g.in, g.out = g.wire.in.Load(), g.wire.out.Load()
	if g.visitor != nil {
		g.visitor.reset()
	}
}

func (g *gun) close() {
	g.client.CloseIdleConnections()
	if g.visitor != nil {
		g.visitor.kept.CloseIdleConnections()
	}
}

// tally verifies and counts results as they arrive.
type tally struct {
	spec                  Spec
	interval              time.Duration // 0 in a closed loop, which has no schedule
	latency, planned, lag *hdrhistogram.Histogram
	out                   record.Loaded
	last                  time.Time
}

func newTally(s Spec) *tally {
	t := &tally{spec: s, latency: stat.New(), planned: stat.New(), lag: stat.New(), out: record.Loaded{Load: s.Load}}
	if s.Rate > 0 {
		t.interval = time.Second / time.Duration(s.Rate)
	}
	return t
}

func (t *tally) add(res *vegeta.Result, began time.Time) {
	t.count(res, began)
	if why := t.verify(res); why != "" {
		t.out.Wrong++
		if len(t.out.Reasons) < maxReasons && !slices.Contains(t.out.Reasons, why) {
			t.out.Reasons = append(t.out.Reasons, why)
		}
	}
}

// count records when a request was sent, and how long it took.
func (t *tally) count(res *vegeta.Result, began time.Time) {
	lag := time.Duration(0)
	if t.interval > 0 {
		// Vegeta's constant pacer sends request n, counted from 0, one interval after request n-1,
		// the first of them one interval after it began.
		lag = max(res.Timestamp.Sub(began.Add(time.Duration(res.Seq+1)*t.interval)), 0)
	}
	stat.Record(t.lag, lag)
	stat.Record(t.latency, res.Latency)
	stat.Record(t.planned, res.Latency+lag)
	if end := res.End(); end.After(t.last) {
		t.last = end
	}
	t.out.Sent = max(t.out.Sent, res.Timestamp.Sub(began))
	t.out.Requests++
	t.out.BodyBytes += uint64(len(res.Body))
}

// verify returns why the response is wrong, or "". Those of a visit are verified by the visitor.
func (t *tally) verify(res *vegeta.Result) string {
	if res.Code == 0 {
		return "no response: " + res.Error
	}
	if !t.spec.single() {
		return ""
	}
	want := t.spec.Waves[0][0].Want
	// Vegeta reports every status from 400 as an error, even one that is wanted.
	if res.Error != "" && int(res.Code) == want.Status && want.Status < 400 {
		return res.Error
	}
	hash := res.Seq%hashEvery == 0
	why := want.verify(int(res.Code), res.Headers.Get("Content-Encoding"), res.Body, hash)
	if hash && want.Contains == "" && (why == "" || why == reasonOtherBytes) {
		t.out.Hashed++
	}
	return why
}

func (t *tally) loaded(began time.Time) (record.Loaded, error) {
	t.out.Began = began.UTC()
	if t.out.Requests > 0 {
		t.out.Elapsed = t.last.Sub(began)
	}
	for h, dst := range map[*hdrhistogram.Histogram]*record.Histogram{
		t.latency: &t.out.Latency, t.planned: &t.out.Planned, t.lag: &t.out.Lag,
	} {
		s, err := stat.Encode(h)
		if err != nil {
			return t.out, fmt.Errorf("encode histogram: %w", err)
		}
		*dst = record.Histogram(s)
	}
	return t.out, nil
}
