package load

import (
	"context"
	"net/http"
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"

	"spabench/harness/internal/record"
)

const requestTimeout = 10 * time.Second // of one request

// Attack runs the warm-up and then the recorded part, which counts however late the generator is. If ctx is cancelled,
// it stops early and returns ctx's error.
func Attack(ctx context.Context, s Spec) (record.Loaded, error) {
	t := newTaker(Arm{Spec: s})
	defer t.gun.close()
	return t.once(ctx)
}

// once runs the warm-up and one recorded part.
func (t *taker) once(ctx context.Context) (record.Loaded, error) {
	if err := t.warmUp(ctx); err != nil {
		return record.Loaded{}, err
	}
	if err := t.fire(ctx, t.Spec.Duration); err != nil {
		return record.Loaded{}, err
	}
	t.keep()
	return t.loaded()
}

// gun is vegeta, loaded with a spec. All that it fires shares its connections.
type gun struct {
	spec    Spec
	client  *http.Client
	target  vegeta.Targeter
	wire    *wire
	visitor *visitor // nil for single requests
}

func newGun(s Spec) *gun {
	g := &gun{spec: s, wire: newWire(s.MaxConnections)}
	first := s.Waves[0][0]
	var transport http.RoundTripper
	target := vegeta.Target{Method: http.MethodGet, URL: first.URL}
	if s.single() {
		transport = unmarked{g.wire.transport(s.Connections, s.MaxConnections)}
		if first.Method != "" {
			target.Method = first.Method
		}
		target.Header = first.Header
		if first.Content != "" {
			target.Body = []byte(first.Content)
		}
	} else {
		g.visitor = newVisitor(s, g.wire)
		transport = g.visitor
	}
	g.client = &http.Client{Timeout: requestTimeout, Transport: transport, CheckRedirect: keepRedirect}
	g.target = vegeta.NewStaticTargeter(target)
	return g
}

// shoot sends as many hits as are due in a time, and calls each with every result. It returns when all have been
// answered. If ctx is cancelled, it sends no more of them and returns ctx's error. At rate 0 it is a closed loop that
// lasts so long: each connection sends its next request when the last one has been answered.
func (g *gun) shoot(ctx context.Context, d time.Duration, each func(*vegeta.Result)) error {
	options := []func(*vegeta.Attacker){
		vegeta.Client(g.client),
		vegeta.Workers(uint64(g.spec.Connections)),
		vegeta.MaxBody(-1), // the whole body, which is verified and then dropped
	}
	var pace vegeta.Pacer
	if g.spec.Rate == 0 {
		options = append(options, vegeta.MaxWorkers(uint64(g.spec.Connections)))
		pace = vegeta.ConstantPacer{}
	} else {
		pace, d = newPacer(g.spec.Rate, d), 0 // the pacer knows when to stop
	}
	attacker := vegeta.NewAttacker(options...)
	defer context.AfterFunc(ctx, func() { attacker.Stop() })()
	for res := range attacker.Attack(g.target, pace, d, "") {
		each(res)
	}
	return ctx.Err()
}

func (g *gun) close() {
	g.client.CloseIdleConnections()
	if g.visitor != nil {
		g.visitor.kept.CloseIdleConnections()
	}
}
