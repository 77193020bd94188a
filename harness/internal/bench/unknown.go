package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/built"
	"spabench/harness/internal/load"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// spec is what a load sends to an arm that the generator reaches at base, and which responses are correct.
func (b *benchRun) spec(ctx context.Context, a *arm, l record.Load, base string) (load.Spec, error) {
	switch {
	case b.overwhelms(l, a.variant):
		return load.Spec{}, notForIt{fmt.Sprintf("it keeps up with no rate, not even %d/s", lowestRate(l.Rate))}
	case a.dist.Known():
		return specOf(ctx, a.dist, l, base, a.addr)
	case l.Visit != "":
		return openedSpec(ctx, b.opened(a.variant, PathOf(l, a.variant.App)), l, base, a.addr)
	}
	return unknownSpec(ctx, a.variant.App, l, b.opened(a.variant, "/"), base, a.addr)
}

// unknownSpec is specOf for an added server, whose build is not known. What it responds to a first request is the
// correct response, if it is of the kind that the load is about. Otherwise the error is notForIt. Opened is what a
// browser requested with its page, if one was asked.
func unknownSpec(
	ctx context.Context, app variants.App, l record.Load, opened record.Opened, base, addr string,
) (s load.Spec, err error) {
	s = load.Spec{
		Load: l.Name, Rate: l.Rate, Warmup: l.Warmup, Duration: l.Duration,
		Connections: l.Connections, MaxConnections: l.MaxConnections,
	}
	r := load.Request{Header: browser.Header("document", l.Coding)}
	ours := l.Path // tells what kind of load it is
	l.Path = PathOf(l, app)
	correct, unfit := rig.AnyPage, "it has no page at "+l.Path
	switch {
	case l.Path == "":
		return s, notForIt{"its API is not known; app.api-get in spabench.yaml names an endpoint"}
	case ours == rig.APITarget:
		r.Header = browser.APIHeader(l.Coding)
		correct, unfit = rig.AnyAsset, "it does not answer at "+l.Path
	case ours == absentAsset:
		correct, unfit = rig.AnyAbsence, "its response to a request for what no build has is not 404"
		r.Header = browser.Header("script", l.Coding)
	case ours == entryScript:
		if l.Path == entryScript {
			if l.Path, err = scriptOf(ctx, addr, opened); err != nil {
				return s, err
			}
		}
		correct, unfit = rig.AnyAsset, "it has no script at "+l.Path
		r.Header = browser.Header("script", l.Coding)
	}
	r.URL = base + l.Path
	r.Want, err = observedWant(ctx, addr, l, r, correct)
	if err == nil {
		var again load.Want
		if again, err = observedWant(ctx, addr, l, r, correct); err == nil && again != r.Want {
			err = notForIt{"it responds otherwise each time, so that nothing could be verified"}
		}
	}
	if came := new(rig.UnfitError); errors.As(err, &came) {
		err = notForIt{unfit + came.Hint}
	}
	r.Header.Set("Host", addr) // some servers refuse a host that they do not know, or write it into the page
	s.Waves = [][]load.Request{{r}}
	return s, err
}

// PathOf is what a load requests from an added server: what the load says of such servers, or else what is known of the
// app, or else the same as from ours. It is "" if nobody knows.
func PathOf(l record.Load, app variants.App) string {
	switch {
	case l.Theirs != "":
		return l.Theirs
	case l.Method != "":
		return ""
	case l.Name == deepLinkLoad && len(app.Routes) > 0:
		return app.Routes[0]
	case l.Path == rig.APITarget:
		return app.APIGet
	}
	return l.Path
}

// scriptOf is the request target of the first script of its own that the page loads: as a browser has requested it, if
// one has opened the page, since a page may name scripts that no browser of today loads.
func scriptOf(ctx context.Context, addr string, opened record.Opened) (string, error) {
	page, err := rawhttp.Ask(ctx, addr, http.MethodGet, "/", browser.Header("document", "identity"), "")
	if err != nil {
		return "", err
	}
	named, requested := built.Scripts(page.Body), scriptsIn(opened)
	for _, target := range named {
		if len(requested) == 0 || slices.Contains(requested, target) {
			return target, nil
		}
	}
	if len(requested) > 0 {
		return requested[0], nil
	}
	return "", notForIt{"its page loads no script of its own"}
}

// scriptsIn are the scripts that a browser requested; none if no browser was asked.
func scriptsIn(o record.Opened) (targets []string) {
	if o.Browser != "" {
		return nil
	}
	for _, wave := range o.Waves {
		for _, asked := range wave {
			if asked.Header["Sec-Fetch-Dest"] == "script" {
				targets = append(targets, asked.Target)
			}
		}
	}
	return targets
}
