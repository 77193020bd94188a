package bench

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"strconv"
	"strings"

	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// home is what Chromium asks for when it opens the app's home page, wave after wave, as it learns of it: patterns of the
// build's files, each of which one matches. TestHomeIsWhatChromiumAsksFor holds it to that.
var home = [][]string{
	{"index.html"},
	{"assets/index-*.js", "assets/index-*.css", "assets/rolldown-runtime-*.js", "assets/vendor-*.js"},
	{"assets/home-*.js", "assets/search-form-*.js"},
	{"assets/logo-*.svg", "assets/literata-latin-600-*.woff2", "sw.js"},
}

// noVisits is why a variant with another front end than the React app is not visited.
const noVisits = "what its home page loads is known of the React app alone"

// homeFiles finds the files of a first visit in the build.
func homeFiles(d rig.Dist) ([][]string, error) {
	var waves [][]string
	for _, patterns := range home {
		var wave []string
		for _, pattern := range patterns {
			names, err := fs.Glob(d.FS, pattern)
			if err != nil || len(names) != 1 {
				return nil, fmt.Errorf("read the build: %d files are %s, not one (%v): has the app changed what its home page loads?", len(names), pattern, err)
			}
			wave = append(wave, names[0])
		}
		waves = append(waves, wave)
	}
	return waves, nil
}

// laneError says that a server does not answer in the one content coding that a load is about.
type laneError struct{ coding string }

func (e laneError) Error() string { return "it does not answer in " + e.coding }

// firstVisit asks for the page and all that it loads. Each response that addr gives is looked at once: its coding is the
// server's choice, its bytes must be the build's in that coding. Responses are those, in the order of the requests.
func firstVisit(ctx context.Context, d rig.Dist, l record.Load, base, addr string) (waves [][]load.Request, responses [][]rig.Response, err error) {
	files, err := homeFiles(d)
	if err != nil {
		return nil, nil, err
	}
	for _, names := range files {
		var wave []load.Request
		var answers []rig.Response
		for _, name := range names {
			header := rig.BrowserHeader(rig.Destination(name), l.Coding)
			res, err := rig.Ask(ctx, addr, http.MethodGet, rig.TargetOfFile(name), header, "")
			if err != nil {
				return nil, nil, err
			}
			if name == "index.html" && rig.Sidecars[l.Coding] != "" && res.Coding != l.Coding {
				return nil, nil, laneError{l.Coding}
			}
			want, err := d.Want(name, res.Coding)
			if err != nil {
				return nil, nil, err
			}
			if got := rig.WantBody(res.Coding, res.Body); res.Status != http.StatusOK || got != want {
				return nil, nil, fmt.Errorf("the answer to a visit is wrong: %s has status %d, coding %q and %d bytes; want 200, coding %q and the %d bytes of the build",
					name, res.Status, res.Coding, len(res.Body), want.Coding, want.Length)
			}
			wave, answers = append(wave, load.Request{URL: base + rig.TargetOfFile(name), Header: header, Want: want}), append(answers, res)
		}
		waves, responses = append(waves, wave), append(responses, answers)
	}
	return waves, responses, nil
}

// repeatVisit asks for what a browser asks for when it comes again: the page, and what is not fresh any more by its
// Cache-Control, both under the conditions that the responses to a first visit allow.
func repeatVisit(ctx context.Context, d rig.Dist, l record.Load, base, addr string) ([][]load.Request, error) {
	first, responses, err := firstVisit(ctx, d, l, base, addr)
	if err != nil {
		return nil, err
	}
	var waves [][]load.Request
	for i, wave := range first {
		var again []load.Request
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
			res, err := rig.Ask(ctx, addr, http.MethodGet, strings.TrimPrefix(r.URL, base), r.Header, "")
			if err != nil {
				return nil, err
			}
			if res.Status == http.StatusNotModified { // else the whole representation is sent again, and must be the right one
				r.Want = rig.WantBody(res.Coding, nil)
				r.Want.Status = http.StatusNotModified
			}
			again = append(again, r)
		}
		if len(again) > 0 {
			waves = append(waves, again)
		}
	}
	return waves, nil
}

// fresh reports whether a response with this Cache-Control is used again without a request (RFC 9111, 4.2). Without a
// lifetime browsers guess one from Last-Modified; a build that was just deployed gets none.
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
