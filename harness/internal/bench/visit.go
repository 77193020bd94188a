package bench

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/load"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// homePage is what Chromium requests when it opens the app's home page, one wave after the other, as it learns of it.
// Each pattern matches one file of the build. TestHomePageIsWhatChromiumRequests compares it with Chromium's requests.
var homePage = [][]string{
	{"index.html"},
	{"assets/index-*.js", "assets/index-*.css", "assets/rolldown-runtime-*.js", "assets/vendor-*.js"},
	{"assets/home-*.js", "assets/search-form-*.js"},
	{"assets/logo-*.svg", "assets/literata-latin-600-*.woff2", "sw.js"},
}

// homePageFiles are the files of the build that a first visit requests, in waves.
func homePageFiles(d rig.Dist) ([][]string, error) {
	if d.Visit != nil {
		return d.Visit, nil
	}
	var waves [][]string
	for _, patterns := range homePage {
		var wave []string
		for _, pattern := range patterns {
			names, err := fs.Glob(d.FS, pattern)
			if err != nil {
				return nil, fmt.Errorf("read the build: %w", err)
			}
			if len(names) != 1 {
				return nil, fmt.Errorf("read the build: %d files match %s, want 1: "+
					"has the app changed what its home page loads?", len(names), pattern)
			}
			wave = append(wave, names[0])
		}
		waves = append(waves, wave)
	}
	return waves, nil
}

// firstVisit requests the page and everything that it loads. Each request is made once, to learn which content coding
// the server chooses for it; the bytes must be the build's in that coding. The responses are in the order of the
// requests.
func firstVisit(
	ctx context.Context, d rig.Dist, l record.Load, base, addr string,
) (waves [][]load.Request, responses [][]rawhttp.Response, err error) {
	files, err := homePageFiles(d)
	if err != nil {
		return nil, nil, err
	}
	for _, names := range files {
		var wave []load.Request
		var answers []rawhttp.Response
		for _, name := range names {
			r, res, err := visitFile(ctx, d, l, name, addr)
			if err != nil {
				return nil, nil, err
			}
			r.URL = base + rig.RequestTarget(name)
			wave, answers = append(wave, r), append(answers, res)
		}
		waves, responses = append(waves, wave), append(responses, answers)
	}
	return waves, responses, nil
}

// visitFile requests one file as a visit does.
func visitFile(
	ctx context.Context, d rig.Dist, l record.Load, name, addr string,
) (r load.Request, res rawhttp.Response, err error) {
	r.Header = browser.Header(browser.Destination(name), l.Coding)
	if res, err = rawhttp.Ask(ctx, addr, http.MethodGet, rig.RequestTarget(name), r.Header, ""); err != nil {
		return r, res, err
	}
	if name == "index.html" && rig.SidecarEnding(l.Coding) != "" && res.Coding != l.Coding {
		return r, res, notForIt{"it does not support " + l.Coding}
	}
	if r.Want, err = d.Want(name, res.Coding); err != nil {
		return r, res, err
	}
	if got := rig.WantBody(res.Coding, res.Body); res.Status != http.StatusOK || got != r.Want {
		err = fmt.Errorf("wrong response to a visit: %s has status %d, content coding %q and %d bytes; "+
			"want 200, content coding %q and the %d bytes of the build",
			name, res.Status, res.Coding, len(res.Body), r.Want.Coding, r.Want.Length)
	}
	return r, res, err
}

// repeatVisit requests what a browser requests when it comes again: the page, and what is no longer fresh by its
// Cache-Control, both conditionally, as far as the responses to a first visit have validators.
func repeatVisit(ctx context.Context, d rig.Dist, l record.Load, base, addr string) ([][]load.Request, error) {
	first, responses, err := firstVisit(ctx, d, l, base, addr)
	if err != nil {
		return nil, err
	}
	return again(ctx, first, responses, base, addr)
}

// again is the visit that follows a first one, which had these responses.
func again(
	ctx context.Context, first [][]load.Request, responses [][]rawhttp.Response, base, addr string,
) (waves [][]load.Request, err error) {
	for i, wave := range first {
		var repeated []load.Request
		for j, r := range wave {
			header := responses[i][j].Header
			if i > 0 && fresh(header.Get("Cache-Control")) {
				continue
			}
			if tag := header.Get("ETag"); tag != "" {
				r.Header.Set("If-None-Match", tag)
			}
			if date := header.Get("Last-Modified"); date != "" {
				r.Header.Set("If-Modified-Since", date)
			}
			res, err := rawhttp.Ask(ctx, addr, http.MethodGet, strings.TrimPrefix(r.URL, base), r.Header, "")
			if err != nil {
				return nil, err
			}
			// Otherwise the whole representation is sent again, and must be correct.
			if res.Status == http.StatusNotModified {
				r.Want = rig.WantBody(res.Coding, nil)
				r.Want.Status = http.StatusNotModified
			}
			repeated = append(repeated, r)
		}
		if len(repeated) > 0 {
			waves = append(waves, repeated)
		}
	}
	return waves, nil
}

// fresh reports whether a response with this Cache-Control is reused without a request (RFC 9111, section 4.2). If it
// gives no lifetime, browsers derive one from Last-Modified, which is almost none for a build that was just deployed.
func fresh(cacheControl string) bool {
	age := 0
	for directive := range strings.SplitSeq(cacheControl, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(directive), "=")
		switch strings.ToLower(name) {
		case "no-cache", "no-store":
			return false
		case "max-age":
			age, _ = strconv.Atoi(strings.Trim(value, `"`))
		}
	}
	return age > 0
}
