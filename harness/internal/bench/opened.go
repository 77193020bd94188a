package bench

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"spabench/harness/chromium"
	"spabench/harness/internal/browser"
	"spabench/harness/internal/load"
	"spabench/harness/internal/opening"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// openPages finds out what a browser requests when it opens the pages of the added servers, if the plan has visits. No
// browser is left running, since its processes would disturb the measurement.
func (b *benchRun) openPages(ctx context.Context) (all []record.Opened, err error) {
	paths := visited(b.plan.Loads)
	if len(paths) == 0 {
		return nil, nil
	}
	chrome, startErr := chromium.Start(ctx)
	if startErr != nil {
		b.progress.Line("without a browser, a visit of an added server requests what its page refers to: %v", startErr)
	} else {
		defer func() { err = errors.Join(err, chrome.Close()) }()
	}
	for _, v := range b.arms() {
		if _, built := b.images[v.Name]; !built || v.Kind != variants.Added {
			continue
		}
		b.progress.Line("opening the page of %s", v.Name)
		a := b.start(ctx, v, 0, 0)
		for _, path := range paths {
			o := record.Opened{Path: path, Err: a.trial.Err}
			if a.up() {
				o = openPage(ctx, chrome, startErr, a.addr, path)
			}
			o.Variant = v.Name
			all = append(all, o)
		}
		b.remove(ctx, a, nil)
		if err := ctx.Err(); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// visited are the pages that visits of added servers open.
func visited(loads []record.Load) []string {
	var paths []string
	for _, l := range loads {
		if path := PathOf(l, variants.App{}); l.Visit != "" && !slices.Contains(paths, path) {
			paths = append(paths, path)
		}
	}
	return paths
}

// openPage asks the browser which requests the page makes, or the page itself where there is none, and keeps those that
// can be verified.
func openPage(
	ctx context.Context, chrome *chromium.Browser, noBrowser error, addr, path string,
) (o record.Opened) {
	if noBrowser == nil {
		o, noBrowser = opening.Watch(ctx, chrome, addr, path)
	}
	if noBrowser != nil {
		var err error
		o, err = opening.Read(ctx, addr, path)
		if o.Browser = noBrowser.Error(); err != nil {
			o.Err = err.Error()
			return o
		}
	}
	waves := o.Waves
	if o.Waves = nil; len(waves) == 0 || waves[0][0].Target != path {
		o.Err = "its page was not requested in a way that can be repeated"
		return o
	}
	for i, wave := range waves {
		var sure []record.Asked
		for _, asked := range wave {
			_, _, err := askTwice(ctx, addr, asked, browserCodings)
			switch {
			case err == nil:
				sure = append(sure, asked)
			case i == 0: // the page
				o.Err = err.Error()
				return o
			default:
				o.LeftOut = append(o.LeftOut, record.LeftOut{URL: asked.Target, Why: err.Error()})
			}
		}
		if len(sure) > 0 {
			o.Waves = append(o.Waves, sure)
		}
	}
	return o
}

// askTwice makes a request of a visit twice, and returns it with the response to it, which must be the same both times.
func askTwice(
	ctx context.Context, addr string, asked record.Asked, codings string,
) (r load.Request, res rawhttp.Response, err error) {
	r.Header = browser.Header(asked.Header["Sec-Fetch-Dest"], codings)
	for name, value := range asked.Header {
		r.Header.Set(name, value)
	}
	for n := range 2 {
		res, err = rawhttp.Ask(ctx, addr, http.MethodGet, asked.Target, r.Header, "")
		if err != nil {
			return r, res, fmt.Errorf("its response is incomplete: %w", err)
		}
		if res.Status >= http.StatusInternalServerError {
			return r, res, fmt.Errorf("its status is %d", res.Status)
		}
		want := rig.WantBody(res.Coding, res.Body)
		if want.Status = res.Status; n > 0 && want != r.Want {
			return r, res, errors.New("its response is different each time")
		}
		r.Want = want
	}
	return r, res, nil
}

// opened is what a browser requests from an added server when it opens the page at this path.
func (b *benchRun) opened(v variants.Variant, path string) record.Opened {
	name := v.Name
	if name == record.ControlArm {
		name = b.plan.Control
	}
	survey := b.measured.Survey
	if survey == nil {
		survey = new(record.Survey)
	}
	for _, o := range survey.Opened {
		if o.Variant == name && o.Path == path {
			return o
		}
	}
	return record.Opened{Err: "what its page loads is not known"}
}

// openedSpec is specOf for visits of an added server, which make the requests that its page was seen to make.
func openedSpec(ctx context.Context, o record.Opened, l record.Load, base, addr string) (load.Spec, error) {
	s := load.Spec{
		Load: l.Name, Fresh: l.Visit == record.FirstVisit, Rate: l.Rate, Warmup: l.Warmup, Duration: l.Duration,
		Connections: l.Connections, MaxConnections: l.MaxConnections,
	}
	if o.Err != "" {
		return s, notForIt{"its page could not be opened: " + o.Err}
	}
	var responses [][]rawhttp.Response
	coded := false
	for _, asked := range o.Waves {
		var wave []load.Request
		var answers []rawhttp.Response
		for _, one := range asked {
			r, res, err := askTwice(ctx, addr, one, l.Coding)
			if err != nil {
				return s, notForIt{fmt.Sprintf("%s cannot be verified: %v", one.Target, err)}
			}
			r.URL = base + one.Target
			wave, answers = append(wave, r), append(answers, res)
			coded = coded || res.Coding == l.Coding
		}
		s.Waves, responses = append(s.Waves, wave), append(responses, answers)
	}
	switch {
	case rig.AnyPage(responses[0][0]) != nil:
		return s, notForIt{"it has no page at " + o.Path}
	case rig.SidecarEnding(l.Coding) != "" && !coded:
		return s, notForIt{"it does not support " + l.Coding}
	}
	if l.Visit == record.RepeatVisit {
		var err error
		if s.Waves, err = again(ctx, s.Waves, responses, base, addr); err != nil {
			return s, err
		}
	}
	for _, wave := range s.Waves {
		for _, r := range wave {
			r.Header.Set("Host", addr) // it was asked as that host
		}
	}
	return s, nil
}

// describe says in a few words what a visit of the server is.
func describe(o record.Opened) string {
	if o.Err != "" {
		return "none, because " + o.Err
	}
	requests := 0
	for _, wave := range o.Waves {
		requests += len(wave)
	}
	text := fmt.Sprintf("%d requests in %d waves", requests, len(o.Waves))
	if len(o.LeftOut) > 0 {
		text += fmt.Sprintf(", %d left out", len(o.LeftOut))
	}
	return text
}
