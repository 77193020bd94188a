package origin

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/rig"
	"spabench/harness/spatest"
	"spabench/variants"
)

// CrossOriginSeen is what was seen of the same visit to the app when its API is on the page's origin, behind nginx, and
// when it is on another one, which takes CORS: Chromium, and what passed between it and the containers.
type CrossOriginSeen struct {
	Same    OriginVisit `json:"same"`    // nginx-three-container
	Cross   OriginVisit `json:"cross"`   // files from nginx, the API elsewhere, which allows the page's origin for two hours
	Refused OriginVisit `json:"refused"` // the same without that: what the page shows, and what its own fetches end with

	Missing string `json:"missing"` // heading for a book that is not there, cross-origin: whether the page can read the 404

	Posts []PostsPreflighted `json:"posts"`

	Transcript []string `json:"transcript"`
}

// OriginVisit is one visit in a fresh profile.
type OriginVisit struct {
	Shown       []string `json:"shown"`   // after each step, what the page says
	Console     []string `json:"console"` // errors of the browser's console
	Page        []Passed `json:"page"`    // through the page's origin, in order
	API         []Passed `json:"api"`     // through the API's, if that is another one
	Connections int      `json:"connections"`
	Attempts    int      `json:"attempts"` // more than 1: the network of this machine changed meanwhile
}

// Count is how many requests of that kind there were; of all kinds for "".
func (v OriginVisit) Count(kind string) (n int) {
	for _, p := range slices.Concat(v.Page, v.API) {
		if kind == "" || p.Kind == kind {
			n++
		}
	}
	return n
}

// PostsPreflighted is how many preflights ten additions from one page took, one after another.
type PostsPreflighted struct {
	MaxAge     string `json:"max_age"` // Access-Control-Max-Age, in seconds; "": not sent
	Posts      int    `json:"posts"`   // answered with 201
	Preflights int    `json:"preflights"`
	Bytes      int    `json:"bytes"` // of the preflights, both ways
}

// crossAPI is the API's origin for the browser. The app's build names it, so its port cannot be whichever is free.
const crossAPI = "http://127.0.0.1:19123"

// crossing is the experiment while its containers run.
type crossing struct {
	lab       *lab.Lab
	browser   spatest.Browser
	page, api *tap
	running   []*lab.Running
}

// crossOrigin observes both forms.
func crossOrigin(ctx context.Context, l *lab.Lab, browser spatest.Browser) (s CrossOriginSeen, err error) {
	x := &crossing{lab: l, browser: browser}
	defer rig.CleanUp(ctx, &err, x.close)
	if x.page, err = openTap("127.0.0.1:0"); err != nil {
		return s, err
	}
	if x.api, err = openTap(strings.TrimPrefix(crossAPI, "http://")); err != nil {
		return s, err
	}
	// All start before the first visit: a browser gives up its requests when a container comes or goes.
	v, _ := variants.Find("nginx-three-container")
	backend, frontend := v.Containers[0], v.Containers[1]
	same, err := x.start(ctx, v, lab.Usual, nil, rig.APITarget)
	if err != nil {
		return s, err
	}
	elsewhere := lab.Edition{Name: "cross-origin", Arg: "API_ORIGIN", Value: crossAPI}
	files, err := x.start(ctx, variants.Variant{Name: "cross-origin-files", Containers: []variants.Container{frontend}}, elsewhere, nil, "/")
	if err != nil {
		return s, err
	}
	apis := map[string]string{}
	for name, environ := range map[string]map[string]string{
		"closed": nil,
		"":       {"ALLOW_ORIGIN": x.page.origin},
		"0":      {"ALLOW_ORIGIN": x.page.origin, "ALLOW_MAX_AGE": "0"},
		"7200":   {"ALLOW_ORIGIN": x.page.origin, "ALLOW_MAX_AGE": "7200"},
	} {
		api := variants.Variant{Name: "cross-origin-api", Containers: []variants.Container{backend}}
		if apis[name], err = x.start(ctx, api, lab.Usual, environ, rig.APITarget); err != nil {
			return s, err
		}
	}

	if s.Same, err = x.visit(ctx, same, same, walk); err != nil {
		return s, fmt.Errorf("visit the same origin: %w", err)
	}
	s.note("the same origin", s.Same)
	if s.Cross, err = x.visit(ctx, files, apis["7200"], walk); err != nil {
		return s, fmt.Errorf("visit with the API on another origin: %w", err)
	}
	s.note("the API on another origin", s.Cross)
	if s.Refused, err = x.visit(ctx, files, apis["closed"], tryRefused); err != nil {
		return s, fmt.Errorf("visit with the API on another origin that allows nobody: %w", err)
	}
	s.note("the API on another origin, without ALLOW_ORIGIN", s.Refused)
	missing, err := x.visit(ctx, files, apis["7200"], func(ctx context.Context, tab spatest.Tab, origin string) ([]string, error) {
		return shown(ctx, tab, origin+"/books/999999999")
	})
	if err != nil {
		return s, fmt.Errorf("visit a book that is missing: %w", err)
	}
	s.Missing = missing.Shown[0]
	for _, age := range []string{"0", "", "7200"} {
		v, err := x.visit(ctx, files, apis[age], postTen)
		if err != nil {
			return s, fmt.Errorf("add ten books: %w", err)
		}
		p := PostsPreflighted{MaxAge: age}
		for _, passed := range v.API {
			switch {
			case passed.Kind == "preflight":
				p.Preflights++
				p.Bytes += passed.Sent + passed.Received
			case passed.Method == http.MethodPost && passed.Status == http.StatusCreated:
				p.Posts++
			}
		}
		s.Posts = append(s.Posts, p)
		s.Transcript = append(s.Transcript, fmt.Sprintf("# Access-Control-Max-Age: %q: %d posts, %d preflights, %d bytes of those", age, p.Posts, p.Preflights, p.Bytes))
	}
	return s, nil
}

// start builds a variant in an edition, starts it, and waits for the right answer. It returns its URL.
func (x *crossing) start(ctx context.Context, v variants.Variant, e lab.Edition, environ map[string]string, target string) (string, error) {
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
	p := rig.Probe{Addr: u.Host, Target: target, Header: browser.Header("document", "gzip"), Every: rig.PollPatiently, Correct: func(res rawhttp.Response) error {
		if res.Status != http.StatusOK {
			return fmt.Errorf("status %d: %.200s", res.Status, res.Body)
		}
		return nil
	}}
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

// maxDisturbed is how often a visit begins again, because the network of this machine changed.
const maxDisturbed = 5

// visit opens a tab with a fresh profile and walks it through the app.
func (x *crossing) visit(ctx context.Context, page, api string, walk func(context.Context, spatest.Tab, string) ([]string, error)) (OriginVisit, error) {
	for attempt := 1; ; attempt++ {
		v, gaveUp, err := x.visitOnce(ctx, page, api, walk)
		v.Attempts = attempt
		if !gaveUp || ctx.Err() != nil || attempt == maxDisturbed {
			return v, err
		}
	}
}

func (x *crossing) visitOnce(ctx context.Context, page, api string, walk func(context.Context, spatest.Tab, string) ([]string, error)) (v OriginVisit, gaveUp bool, err error) {
	if err := errors.Join(x.page.direct(page), x.api.direct(api)); err != nil {
		return v, false, err
	}
	tab, err := x.browser.Open(ctx)
	if err != nil {
		return v, false, err
	}
	defer func() { _ = tab.Close() }()
	v.Shown, err = walk(ctx, tab, x.page.origin)
	gaveUp = err != nil && strings.Contains(err.Error(), spatest.NetworkChanged) ||
		slices.ContainsFunc(tab.Loads(), func(l spatest.Load) bool { return l.Failed == spatest.NetworkChanged })
	if gaveUp && err == nil {
		err = fmt.Errorf("a request was given up: %s", spatest.NetworkChanged)
	}
	for _, p := range tab.Problems() {
		v.Console = append(v.Console, p.Text)
	}
	var one, other int
	v.Page, one = x.page.taken()
	v.API, other = x.api.taken()
	v.Connections = one + other
	return v, gaveUp, err
}

// note says in the transcript what a visit took.
func (s *CrossOriginSeen) note(form string, v OriginVisit) {
	kinds := map[string]int{}
	var wire, cors int
	for _, p := range slices.Concat(v.Page, v.API) {
		kinds[p.Kind]++
		wire += p.Sent + p.Received
		cors += p.CORS
		if p.Kind == "preflight" || p.Kind == "fetch" {
			asked, _ := json.Marshal(p.Asked)
			answered, _ := json.Marshal(p.Answered)
			s.Transcript = append(s.Transcript, fmt.Sprintf("%s %s %s: %d, %d bytes sent, %d received, %d of CORS fields: %s %s",
				p.Kind, p.Method, p.Target, p.Status, p.Sent, p.Received, p.CORS, asked, answered))
		}
	}
	s.Transcript = append(s.Transcript, v.Console...)
	s.Transcript = append(s.Transcript, fmt.Sprintf("# %s: shown %q; %d requests over %d connections, %d bytes, %d of CORS fields: %v; attempt %d",
		form, v.Shown, v.Count(""), v.Connections, wire, cors, kinds, v.Attempts))
}
