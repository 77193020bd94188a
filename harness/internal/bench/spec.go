package bench

import (
	"context"
	"net/http"

	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// specOf is the attack of a load on a server that the generator reaches at base, and we at addr: what it sends, and what
// must come back. Where the right answer is not a file of the build, the server is asked once, and its answer judged.
func specOf(ctx context.Context, d rig.Dist, l record.Load, base, addr string) (load.Spec, error) {
	s := load.Spec{
		Load: l.Name, Fresh: l.Visit == record.FirstVisit,
		Rate: l.Rate, Warmup: l.Warmup, Duration: l.Duration, Connections: l.Connections,
	}
	var err error
	switch l.Visit {
	case record.FirstVisit:
		s.Waves, _, err = firstVisit(ctx, d, l, base, addr)
		return s, err
	case record.RepeatVisit:
		s.Waves, err = repeatVisit(ctx, d, l, base, addr)
		return s, err
	}
	r := load.Request{Method: l.Method, URL: base + requestTarget(d, l), Content: l.Content}
	switch l.Path {
	case entryScript:
		r.Header = rig.BrowserHeader("script", l.Coding)
		r.Want, err = d.Want(d.Script, l.Coding)
	case absent:
		r.Header = rig.BrowserHeader("script", l.Coding)
		r.Want, err = judged(ctx, addr, l, r, d.CorrectAbsence)
	case rig.APITarget:
		r.Header = rig.BrowserHeader("empty", l.Coding)
		r.Want, err = judged(ctx, addr, l, r, rig.CorrectAPI)
	default:
		if l.Method != "" {
			r.Header = rig.BrowserHeader("empty", l.Coding)
			r.Header.Set("Content-Type", "application/json")
			r.Want = load.Want{Status: http.StatusCreated, Contains: rig.NewBookAnswer}
			break
		}
		r.Header = rig.BrowserHeader("document", l.Coding)
		r.Want, err = d.Want("index.html", l.Coding)
	}
	s.Waves = [][]load.Request{{r}}
	return s, err
}

// judged asks once, and wants from then on the very answer, if it is right.
func judged(ctx context.Context, addr string, l record.Load, r load.Request, correct func(status int, coding string, body []byte) error) (load.Want, error) {
	res, err := rig.Ask(ctx, addr, l.Method, l.Path, r.Header, l.Content)
	if err != nil {
		return load.Want{}, err
	}
	if err := correct(res.Status, res.Coding, res.Body); err != nil {
		return load.Want{}, err
	}
	w := rig.WantBody(res.Coding, res.Body)
	w.Status = res.Status
	return w, nil
}

// requestTarget is the request target of a load.
func requestTarget(d rig.Dist, l record.Load) string {
	if l.Path == entryScript {
		return "/" + d.Script
	}
	return l.Path
}
