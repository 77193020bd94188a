package harness

import (
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"path"
	"strconv"
	"strings"

	"spabench/harness/internal/load"
	"spabench/harness/internal/record"
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

// home finds the files of a first visit in the build.
func (d dist) home() ([][]string, error) {
	var waves [][]string
	for _, patterns := range home {
		var wave []string
		for _, pattern := range patterns {
			names, err := fs.Glob(d.fsys, pattern)
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
func (d dist) firstVisit(ctx context.Context, l record.Load, base, addr string) (waves [][]load.Request, responses [][]response, err error) {
	files, err := d.home()
	if err != nil {
		return nil, nil, err
	}
	for _, names := range files {
		var wave []load.Request
		var answers []response
		for _, name := range names {
			header := browserHeader(destination(name), l.Coding)
			res, err := askFor(ctx, addr, http.MethodGet, targetOfFile(name), header, "")
			if err != nil {
				return nil, nil, err
			}
			if name == "index.html" && sidecars[l.Coding] != "" && res.coding != l.Coding {
				return nil, nil, laneError{l.Coding}
			}
			want, err := d.want(name, res.coding)
			if err != nil {
				return nil, nil, err
			}
			if got := wanted(res.coding, res.body); res.status != http.StatusOK || got != want {
				return nil, nil, fmt.Errorf("the answer to a visit is wrong: %s has status %d, coding %q and %d bytes; want 200, coding %q and the %d bytes of the build",
					name, res.status, res.coding, len(res.body), want.Coding, want.Length)
			}
			wave, answers = append(wave, load.Request{URL: base + targetOfFile(name), Header: header, Want: want}), append(answers, res)
		}
		waves, responses = append(waves, wave), append(responses, answers)
	}
	return waves, responses, nil
}

// repeatVisit asks for what a browser asks for when it comes again: the page, and what is not fresh any more by its
// Cache-Control, both under the conditions that the responses to a first visit allow.
func (d dist) repeatVisit(ctx context.Context, l record.Load, base, addr string) ([][]load.Request, error) {
	first, responses, err := d.firstVisit(ctx, l, base, addr)
	if err != nil {
		return nil, err
	}
	var waves [][]load.Request
	for i, wave := range first {
		var again []load.Request
		for j, r := range wave {
			header := responses[i][j].header
			if i > 0 && fresh(header.Get("Cache-Control")) {
				continue
			}
			if tag := header.Get("ETag"); tag != "" {
				r.Header.Set("If-None-Match", tag)
			}
			if date := header.Get("Last-Modified"); date != "" {
				r.Header.Set("If-Modified-Since", date)
			}
			res, err := askFor(ctx, addr, http.MethodGet, strings.TrimPrefix(r.URL, base), r.Header, "")
			if err != nil {
				return nil, err
			}
			if res.status == http.StatusNotModified { // else the whole representation is sent again, and must be the right one
				r.Want = wanted(res.coding, nil)
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

// targetOfFile is the request target of a file of the build.
func targetOfFile(name string) string {
	if name == "index.html" {
		return "/"
	}
	return "/" + name
}

// destination is what a browser asks for the file as (the Fetch Standard's word).
func destination(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "document"
	case ".js":
		if name == "sw.js" {
			return "serviceworker"
		}
		return "script"
	case ".css":
		return "style"
	case ".woff2":
		return "font"
	}
	return "image"
}
