package origin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/spatest"
	"spabench/variants"
)

// crossAPI is the API's origin for the browser. The app's build names it, so its port cannot be whichever is free.
const crossAPI = "http://127.0.0.1:19123"

// closed is the API that allows no other origin.
const closed = "closed"

// crossing is the experiment while its containers run.
type crossing struct {
	lab       *lab.Lab
	browser   spatest.Browser
	page, api *tap
	running   []*lab.Running

	same  string            // URL of files and API behind one nginx
	files string            // of the files alone, which ask crossAPI
	apis  map[string]string // of APIs alone, by the Access-Control-Max-Age that they send; and of the closed one
}

// startAll starts everything before the first visit: a browser aborts its requests when a container comes or goes.
func (x *crossing) startAll(ctx context.Context) (err error) {
	if x.page, err = openTap("127.0.0.1:0"); err != nil {
		return err
	}
	if x.api, err = openTap(strings.TrimPrefix(crossAPI, "http://")); err != nil {
		return err
	}
	v, _ := variants.Find("nginx-three-container")
	backend, frontend := v.Containers[0], v.Containers[1]
	if x.same, err = x.start(ctx, v, lab.Usual, nil, rig.APITarget); err != nil {
		return err
	}
	frontendAlone := variants.Variant{Name: "cross-origin-files", Containers: []variants.Container{frontend}}
	crossOrigin := lab.Edition{Name: "cross-origin", Arg: "API_ORIGIN", Value: crossAPI}
	if x.files, err = x.start(ctx, frontendAlone, crossOrigin, nil, "/"); err != nil {
		return err
	}
	x.apis = map[string]string{}
	for name, environ := range map[string]map[string]string{
		closed: nil,
		"":     {"ALLOW_ORIGIN": x.page.origin},
		"0":    {"ALLOW_ORIGIN": x.page.origin, "ALLOW_MAX_AGE": "0"},
		"7200": {"ALLOW_ORIGIN": x.page.origin, "ALLOW_MAX_AGE": "7200"},
	} {
		alone := variants.Variant{Name: "cross-origin-api", Containers: []variants.Container{backend}}
		if x.apis[name], err = x.start(ctx, alone, lab.Usual, environ, rig.APITarget); err != nil {
			return err
		}
	}
	return nil
}

// start builds a variant in an edition, starts it, and waits for a correct response. It returns the URL.
func (x *crossing) start(
	ctx context.Context, v variants.Variant, e lab.Edition, environ map[string]string, target string,
) (string, error) {
	var refs []string
	for _, c := range v.Containers {
		ref, err := x.lab.BuildStage(ctx, c.Dockerfile, c.Stage, e)
		if err != nil {
			return "", err
		}
		refs = append(refs, ref)
	}
	r, err := x.lab.Create(ctx, v, lab.Options{Refs: refs, Bridge: true, Environ: environ})
	if r != nil {
		x.running = append(x.running, r)
	}
	if err != nil {
		return "", err
	}
	if err := r.Start(ctx); err != nil {
		return "", err
	}
	u, err := url.Parse(r.URL)
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(ctx, rig.ReadyWithin)
	defer cancel()
	p := rig.Probe{
		Addr: u.Host, Target: target, Header: browser.Header("document", "gzip"), Every: rig.PollPatiently,
		Correct: func(res rawhttp.Response) error {
			if res.Status != http.StatusOK {
				return fmt.Errorf("status %d: %.200s", res.Status, res.Body)
			}
			return nil
		},
	}
	if _, err := p.Await(ctx); err != nil {
		return "", fmt.Errorf("start %s: %w", v.Name, err)
	}
	return r.URL, nil
}

func (x *crossing) close(ctx context.Context) error {
	var errs []error
	for _, t := range []*tap{x.page, x.api} {
		if t != nil {
			errs = append(errs, t.close())
		}
	}
	for _, r := range x.running {
		errs = append(errs, r.Remove(ctx))
	}
	return errors.Join(errs...)
}

// maxAttempts is how often a visit is tried, because changes of this machine's network make the browser abort requests.
const maxAttempts = 5

// walk is what a visitor does on a page of that origin. It returns what the page says after each step.
type walk func(ctx context.Context, tab spatest.Tab, origin string) ([]string, error)

// visit opens a tab with a fresh profile and walks it through the app.
func (x *crossing) visit(ctx context.Context, page, api string, walk walk) (record.OriginVisit, error) {
	for attempt := 1; ; attempt++ {
		v, aborted, err := x.visitOnce(ctx, page, api, walk)
		v.Attempts = attempt
		if !aborted || ctx.Err() != nil || attempt == maxAttempts {
			return v, err
		}
	}
}

func (x *crossing) visitOnce(
	ctx context.Context, page, api string, walk walk,
) (v record.OriginVisit, aborted bool, err error) {
	if err := errors.Join(x.page.direct(page), x.api.direct(api)); err != nil {
		return v, false, err
	}
	tab, err := x.browser.Open(ctx)
	if err != nil {
		return v, false, err
	}
	defer func() { _ = tab.Close() }()
	v.Shown, err = walk(ctx, tab, x.page.origin)
	aborted = err != nil && strings.Contains(err.Error(), spatest.NetworkChanged) ||
		slices.ContainsFunc(tab.Loads(), func(l spatest.Load) bool { return l.Failed == spatest.NetworkChanged })
	if aborted && err == nil {
		err = fmt.Errorf("a request was aborted: %s", spatest.NetworkChanged)
	}
	for _, p := range tab.Problems() {
		v.Console = append(v.Console, p.Text)
	}
	var one, other int
	v.Page, one = x.page.taken()
	v.API, other = x.api.taken()
	v.Connections = one + other
	return v, aborted, err
}
