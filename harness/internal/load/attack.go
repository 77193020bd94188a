package load

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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
	timeout    = 10 * time.Second // of one request
	hashEvery  = 64               // one body in so many is compared byte for byte, beside the first
	maxReasons = 3                // distinct ones kept in the record
)

// Attack runs the warm-up and then the recorded part. It stops early when ctx ends, and then returns ctx's error.
func Attack(ctx context.Context, s Spec) (record.Loaded, error) {
	client := newClient(s)
	target := vegeta.NewStaticTargeter(vegeta.Target{Method: http.MethodGet, URL: s.URL, Header: s.Header})
	warmedUp := uint64(0)
	if s.Warmup > 0 {
		for range newAttacker(s, client).Attack(target, newPacer(s.Rate), s.Warmup, "") {
			warmedUp++
		}
	}
	attacker := newAttacker(s, client)
	t := newTally(s)
	t.out.WarmUp = warmedUp
	began := time.Now()
	results := attacker.Attack(target, newPacer(s.Rate), s.Duration, "")
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
			attacker.Stop()
			done = nil // go on draining what is in flight
		}
	}
	if err := ctx.Err(); err != nil {
		return record.Loaded{}, err
	}
	return t.loaded(began)
}

// newClient is shared by the warm-up and the recorded part, so that the latter finds its connections open.
func newClient(s Spec) *http.Client {
	return &http.Client{
		Timeout: timeout,
		Transport: &http.Transport{
			MaxIdleConnsPerHost: s.Connections,
			DisableCompression:  true, // the spec says which codings are accepted
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

func newAttacker(s Spec, client *http.Client) *vegeta.Attacker {
	return vegeta.NewAttacker(
		vegeta.Client(client),
		vegeta.Workers(uint64(s.Connections)),
		vegeta.MaxBody(-1), // the whole body: it is verified, and dropped as soon as it was
	)
}

// tally verifies and counts results as they come.
type tally struct {
	spec                  Spec
	interval              time.Duration
	latency, planned, lag *hdrhistogram.Histogram
	out                   record.Loaded
	last                  time.Time
}

func newTally(s Spec) *tally {
	return &tally{
		spec: s, interval: time.Second / time.Duration(s.Rate),
		latency: stat.New(), planned: stat.New(), lag: stat.New(),
		out: record.Loaded{Load: s.Load},
	}
}

func (t *tally) add(res *vegeta.Result, began time.Time) {
	// Vegeta's constant pacer sends request n, counted from 0, one interval after request n-1,
	// the first of them one interval after it began.
	planned := began.Add(time.Duration(res.Seq+1) * t.interval)
	lag := max(res.Timestamp.Sub(planned), 0)
	stat.Record(t.lag, lag)
	stat.Record(t.latency, res.Latency)
	stat.Record(t.planned, res.Latency+lag)
	if end := res.End(); end.After(t.last) {
		t.last = end
	}
	t.out.Requests++
	t.out.BodyBytes += uint64(len(res.Body))
	if why := t.verify(res); why != "" {
		t.out.Wrong++
		if len(t.out.Reasons) < maxReasons && !slices.Contains(t.out.Reasons, why) {
			t.out.Reasons = append(t.out.Reasons, why)
		}
	}
}

// verify returns why the response is not the wanted one, or "".
func (t *tally) verify(res *vegeta.Result) string {
	w := t.spec.Want
	coding := res.Headers.Get("Content-Encoding")
	switch {
	case res.Code == 0:
		return "no response: " + res.Error
	case int(res.Code) != w.Status:
		return fmt.Sprintf("status %d, want %d", res.Code, w.Status)
	case res.Error != "" && w.Status < 400: // vegeta calls every status from 400 on an error
		return res.Error
	case coding != w.Coding:
		return fmt.Sprintf("content coding %q, want %q", coding, w.Coding)
	case len(res.Body) != w.Length:
		return fmt.Sprintf("body of %d bytes, want %d", len(res.Body), w.Length)
	}
	if res.Seq%hashEvery != 0 {
		return ""
	}
	t.out.Hashed++
	if sum := sha256.Sum256(res.Body); hex.EncodeToString(sum[:]) != w.SHA256 {
		return "body of the right length with other bytes"
	}
	return ""
}

func (t *tally) loaded(began time.Time) (record.Loaded, error) {
	t.out.Began = began.UTC()
	if t.out.Requests > 0 {
		t.out.Elapsed = t.last.Sub(began)
	}
	for h, dst := range map[*hdrhistogram.Histogram]*record.Histogram{t.latency: &t.out.Latency, t.planned: &t.out.Planned, t.lag: &t.out.Lag} {
		s, err := stat.Encode(h)
		if err != nil {
			return t.out, fmt.Errorf("encode histogram: %w", err)
		}
		*dst = record.Histogram(s)
	}
	return t.out, nil
}
