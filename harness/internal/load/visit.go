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

// connectionsPerHost is how many connections browsers open to one host with HTTP/1.1.
const connectionsPerHost = 6

// visitor turns one hit of vegeta's into a whole visit: it requests all waves, and returns the response to the first
// request when all have been answered. The latency of the hit is therefore that of the visit.
type visitor struct {
	spec Spec
	wire *wire
	kept *http.Transport // for visits that share connections

	mu       sync.Mutex
	counting bool        // the parts are counted, not only verified
	parts    []partTally // in the order of the waves
}

// partTally counts one request of all visits.
type partTally struct {
	out     record.Part
	latency *hdrhistogram.Histogram
	began   *hdrhistogram.Histogram // since the start of its visit
}

func newVisitor(s Spec, w *wire) *visitor {
	v := &visitor{spec: s, wire: w, kept: w.transport(s.Connections, s.MaxConnections)}
	for _, wave := range s.Waves {
		for _, r := range wave {
			v.parts = append(v.parts,
				partTally{out: record.Part{Path: pathOf(r.URL)}, latency: stat.New(), began: stat.New()})
		}
	}
	return v
}

// count says whether the visits from now on are recorded. The nil visitor has none.
func (v *visitor) count(visits bool) {
	if v == nil {
		return
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.counting = visits
}

// RoundTrip makes a visit as the spec says. It ignores vegeta's request.
func (v *visitor) RoundTrip(*http.Request) (*http.Response, error) {
	transport := v.kept
	if v.spec.Fresh {
		transport = v.wire.transport(connectionsPerHost, connectionsPerHost)
		defer transport.CloseIdleConnections()
	}
	client := &http.Client{Timeout: requestTimeout, Transport: transport, CheckRedirect: keepRedirect}
	var first *http.Response
	next, start := 0, time.Now()
	for _, wave := range v.spec.Waves {
		responses := make([]*http.Response, len(wave))
		errs := make([]error, len(wave))
		var wg sync.WaitGroup
		for i, r := range wave {
			wg.Go(func() { responses[i], errs[i] = v.fetch(client, r, next+i, start) })
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

// fetch makes one request of a visit that began at start, and verifies the response, whose body is then in memory.
func (v *visitor) fetch(client *http.Client, r Request, number int, start time.Time) (*http.Response, error) {
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
	hash := v.counting && p.out.Requests%hashEvery == 0
	if why := r.Want.verify(res.StatusCode, res.Header.Get("Content-Encoding"), body, hash); why != "" {
		return nil, fmt.Errorf("%s: %s", p.out.Path, why)
	}
	if v.counting {
		p.out.Requests++
		p.out.Status = res.StatusCode
		p.out.BodyBytes += uint64(len(body))
		stat.Record(p.latency, took)
		stat.Record(p.began, began.Sub(start))
	}
	res.Body = io.NopCloser(bytes.NewReader(body))
	return res, nil
}

// recorded returns the counts of each request. The nil visitor has none.
func (v *visitor) recorded() ([]record.Part, error) {
	if v == nil {
		return nil, nil
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	var out []record.Part
	for _, p := range v.parts {
		s, err := stat.Encode(p.latency)
		if err != nil {
			return nil, err
		}
		p.out.Latency = record.Histogram(s)
		if s, err = stat.Encode(p.began); err != nil {
			return nil, err
		}
		p.out.Began = record.Histogram(s)
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
	if host := req.Header.Get("Host"); host != "" { // as vegeta does it with single requests
		req.Host = host
	}
	return req, nil
}

// pathOf returns the request target of a URL.
func pathOf(url string) string {
	_, rest, _ := strings.Cut(url, "://")
	if i := strings.IndexByte(rest, '/'); i >= 0 {
		return rest[i:]
	}
	return "/"
}

// keepRedirect returns a redirect instead of following it: it is a response like any other, and mostly a wrong one.
func keepRedirect(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
