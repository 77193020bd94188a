package bench

import (
	"context"
	"net/http"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/load"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// notForIt says why a server does not get a load.
type notForIt struct{ why string }

func (e notForIt) Error() string { return e.why }

// specOf says what an attack with a load sends, and which responses are correct. The generator reaches the server at
// base, and the harness reaches it at addr. Where the correct response is not a file of the build, it is what the
// server responds to a first request, provided that this is correct.
func specOf(ctx context.Context, d rig.Dist, l record.Load, base, addr string) (s load.Spec, err error) {
	s = load.Spec{
		Load: l.Name, Fresh: l.Visit == record.FirstVisit,
		Rate: l.Rate, Warmup: l.Warmup, Duration: l.Duration,
		Connections: l.Connections, MaxConnections: l.MaxConnections,
	}
	switch l.Visit {
	case record.FirstVisit:
		s.Waves, _, err = firstVisit(ctx, d, l, base, addr)
	case record.RepeatVisit:
		s.Waves, err = repeatVisit(ctx, d, l, base, addr)
	default:
		var r load.Request
		r, err = requestOf(ctx, d, l, base, addr)
		s.Waves = [][]load.Request{{r}}
	}
	return s, err
}

// requestOf is the one request that a load repeats, if it is not a visit.
func requestOf(ctx context.Context, d rig.Dist, l record.Load, base, addr string) (r load.Request, err error) {
	r = load.Request{Method: l.Method, URL: base + l.Path, Content: l.Content}
	switch {
	case l.Path == entryScript && d.Script == "":
		err = notForIt{"the page loads no script of its own"}
	case l.Path == entryScript:
		r.URL = base + rig.RequestTarget(d.Script)
		r.Header = browser.Header("script", l.Coding)
		r.Want, err = d.Want(d.Script, l.Coding)
	case l.Path == absentAsset:
		r.Header = browser.Header("script", l.Coding)
		r.Want, err = observedWant(ctx, addr, l, r, d.CorrectAbsence)
	case l.Path == rig.APITarget:
		r.Header = browser.APIHeader(l.Coding)
		r.Want, err = observedWant(ctx, addr, l, r, rig.CorrectAPI)
	case l.Method != "":
		r.Header = browser.APIHeader(l.Coding)
		r.Header.Set("Content-Type", "application/json")
		r.Want = load.Want{Status: http.StatusCreated, Contains: rig.NewBookAnswer}
	default:
		r.Header = browser.Header("document", l.Coding)
		r.Want, err = d.Want("index.html", l.Coding)
	}
	return r, err
}

// observedWant makes the request once. If the response is correct, the attack wants exactly the same.
func observedWant(
	ctx context.Context, addr string, l record.Load, r load.Request, correct func(rawhttp.Response) error,
) (load.Want, error) {
	res, err := rawhttp.Ask(ctx, addr, l.Method, l.Path, r.Header, l.Content)
	if err != nil {
		return load.Want{}, err
	}
	if err := correct(res); err != nil {
		return load.Want{}, err
	}
	w := rig.WantBody(res.Coding, res.Body)
	w.Status = res.Status
	return w, nil
}
