package harness

import (
	"bytes"
	"context"
	"fmt"
	"net/http"

	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
)

// specOf is the attack of a load on a server that the generator reaches at base, and we at addr: what it sends, and what
// must come back. Where the right answer is not a file of the build, the server is asked once, and its answer judged.
func (d dist) specOf(ctx context.Context, l record.Load, base, addr string) (load.Spec, error) {
	s := load.Spec{
		Load: l.Name, Fresh: l.Visit == record.FirstVisit,
		Rate: l.Rate, Warmup: l.Warmup, Duration: l.Duration, Connections: l.Connections,
	}
	var err error
	switch l.Visit {
	case record.FirstVisit:
		s.Waves, _, err = d.firstVisit(ctx, l, base, addr)
		return s, err
	case record.RepeatVisit:
		s.Waves, err = d.repeatVisit(ctx, l, base, addr)
		return s, err
	}
	r := load.Request{Method: l.Method, URL: base + d.target(l), Content: l.Content}
	switch l.Path {
	case entryScript:
		r.Header = browserHeader("script", l.Coding)
		r.Want, err = d.want(d.script, l.Coding)
	case absent:
		r.Header = browserHeader("script", l.Coding)
		r.Want, err = judged(ctx, addr, l, r, d.correctAbsence)
	case apiTarget:
		r.Header = browserHeader("empty", l.Coding)
		r.Want, err = judged(ctx, addr, l, r, correctAPI)
	default:
		if l.Method != "" {
			r.Header = browserHeader("empty", l.Coding)
			r.Header.Set("Content-Type", "application/json")
			r.Want = load.Want{Status: http.StatusCreated, Contains: newBookBack}
			break
		}
		r.Header = browserHeader("document", l.Coding)
		r.Want, err = d.want("index.html", l.Coding)
	}
	s.Waves = [][]load.Request{{r}}
	return s, err
}

// judged asks once, and wants from then on the very answer, if it is right.
func judged(ctx context.Context, addr string, l record.Load, r load.Request, correct func(status int, coding string, body []byte) error) (load.Want, error) {
	res, err := askFor(ctx, addr, l.Method, l.Path, r.Header, l.Content)
	if err != nil {
		return load.Want{}, err
	}
	if err := correct(res.status, res.coding, res.body); err != nil {
		return load.Want{}, err
	}
	w := wanted(res.coding, res.body)
	w.Status = res.status
	return w, nil
}

// correctAbsence says why an answer is not that of a file that is not there.
func (d dist) correctAbsence(status int, _ string, body []byte) error {
	if status != http.StatusNotFound || bytes.Equal(body, d.page) {
		return fmt.Errorf("the answer to an absent asset is wrong: status %d with %d bytes; want 404, and not the page", status, len(body))
	}
	return nil
}
