package load

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// perHost is how many connections to one host a browser opens under HTTP/1.1.
const perHost = 6

// visitor makes one hit of vegeta's a whole visit: it asks for all waves, and answers with the response to the first
// request when all have been answered. So the latency of the hit is that of the visit.
type visitor struct {
	spec Spec
	wire *wire
	kept *http.Transport // of visits that share connections

	mu    sync.Mutex
	parts []part // in the order of the waves
}

// part is what is known of one request of the visits.
type part struct {
	out     record.Part
	latency *hdrhistogram.Histogram
}

func newVisitor(s Spec, w *wire) *visitor {
	v := &visitor{spec: s, wire: w, kept: w.transport(s.Connections, 0)}
	v.reset()
	return v
}

// reset forgets what was counted: the warm-up.
func (v *visitor) reset() {
	v.mu.Lock()
	defer v.mu.Unlock()
	v.parts = nil
	for _, wave := range v.spec.Waves {
		for _, r := range wave {
			v.parts = append(v.parts, part{out: record.Part{Path: pathOf(r.URL)}, latency: stat.New()})
		}
	}
}

// RoundTrip makes a visit. Its request says nothing: the spec does.
func (v *visitor) RoundTrip(*http.Request) (*http.Response, error) {
	transport := v.kept
	if v.spec.Fresh {
		transport = v.wire.transport(perHost, perHost)
		defer transport.CloseIdleConnections()
	}
	client := &http.Client{Timeout: timeout, Transport: transport, CheckRedirect: stay}
	var first *http.Response
	next := 0
	for _, wave := range v.spec.Waves {
		responses := make([]*http.Response, len(wave))
		errs := make([]error, len(wave))
		var wg sync.WaitGroup
		for i, r := range wave {
			wg.Go(func() { responses[i], errs[i] = v.ask(client, r, next+i) })
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			return nil, err
		}
		if first == nil {
			first = responses[0]
		}
		next += len(wave)
	}
	return first, nil
}

// ask makes one request of a visit and verifies the response, which then has its body in memory.
func (v *visitor) ask(client *http.Client, r Request, number int) (*http.Response, error) {
	req, err := r.request()
	if err != nil {
		return nil, err
	}
	began := time.Now()
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(res.Body)
	_ = res.Body.Close()
	if err != nil {
		return nil, err
	}
	took := time.Since(began)
	v.mu.Lock()
	defer v.mu.Unlock()
	p := &v.parts[number]
	if why := r.Want.verify(res.StatusCode, res.Header.Get("Content-Encoding"), body, p.out.Requests%hashEvery == 0); why != "" {
		return nil, fmt.Errorf("%s: %s", p.out.Path, why)
	}
	p.out.Requests++
	p.out.Status = res.StatusCode
	p.out.BodyBytes += uint64(len(body))
	stat.Record(p.latency, took)
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

// recorded is what the visits since the last reset asked for.
func (v *visitor) recorded() ([]record.Part, error) {
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []record.Part
	for _, p := range v.parts {
		s, err := stat.Encode(p.latency)
		if err != nil {
			return nil, err
		}
		p.out.Latency = record.Histogram(s)
		out = append(out, p.out)
	}
	return out, nil
}

func (r Request) request() (*http.Request, error) {
	method := r.Method
	if method == "" {
		method = http.MethodGet
	}
	req, err := http.NewRequest(method, r.URL, strings.NewReader(r.Content))
	if err != nil {
		return nil, err
	}
	if r.Content == "" {
		req.Body = nil
	}
	req.Header = r.Header.Clone()
	return req, nil
}

// pathOf is the request target of an URL.
func pathOf(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return rest[i:]
	}
	return "/"
}

// stay answers a redirect with itself: it is a response like any other, and mostly a wrong one.
func stay(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
