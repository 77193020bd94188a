package chromium_test

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"spabench/harness/chromium/chromiumtest"
	"spabench/harness/internal/browser"
)

// parts is a page as Vite builds one, with what it loads: path, type, content. Their destinations are in
// TestHeaderFields.
var parts = []struct{ path, kind, content string }{
	{"/", "text/html", `<!doctype html><title>parts</title>
		<link rel="icon" href="data:,">
		<script type="module" crossorigin src="/main.js"></script>
		<link rel="stylesheet" crossorigin href="/main.css">
		<p>text</p><img src="/logo.svg"><audio src="/sound"></audio>
		<video src="/film"><track default src="/words.vtt"></video>`},
	{"/main.css", "text/css", `@font-face { font-family: serif2; src: url(/font) } p { font-family: serif2 }`},
	{"/main.js", "text/javascript", `fetch("/data"); new Worker("/worker.js")
		navigator.serviceWorker.register("/sw.js")
		import("/strings.json", { with: { type: "json" } })
		new WebSocket("ws://" + location.host + "/socket")
		fetch("http://localhost:" + location.port + "/foreign",
			{ method: "PUT", headers: { "Content-Type": "text/x" } })`},
	{"/worker.js", "text/javascript", ""},
	{"/sw.js", "text/javascript", ""},
	{"/strings.json", "application/json", "{}"},
	{"/words.vtt", "text/vtt", "WEBVTT\n"},
}

// TestHeaderFields holds the model of a browser's requests to what Chromium sends.
func TestHeaderFields(t *testing.T) {
	chromium := chromiumtest.Start(t)
	paths := map[string]string{
		"document": "/", "script": "/main.js", "style": "/main.css", "image": "/logo.svg",
		"font": "/font", "empty": "/data",
		"worker": "/worker.js", "serviceworker": "/sw.js", "json": "/strings.json", "audio": "/sound", "video": "/film",
		"track": "/words.vtt",
	}
	models := map[string][]browser.Field{"/socket": nil, "/foreign": nil}
	for _, path := range paths {
		models[path] = nil
	}
	var mu sync.Mutex
	asked := map[string]http.Header{}
	all, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		if _, again := asked[r.URL.Path]; !again {
			asked[r.URL.Path] = r.Header
			missing := func(path string) bool { return asked[path] == nil }
			if !slices.ContainsFunc(slices.Collect(maps.Keys(models)), missing) {
				cancel()
			}
		}
		for _, part := range parts {
			if part.path == r.URL.Path {
				w.Header().Set("Content-Type", part.kind)
				_, _ = fmt.Fprint(w, part.content)
				return
			}
		}
		http.NotFound(w, r)
	}))
	defer server.Close()
	if err := open(t, chromium).Navigate(t.Context(), server.URL); err != nil {
		t.Fatal(err)
	}
	<-all.Done()
	mu.Lock()
	defer mu.Unlock()
	for destination, path := range paths {
		models[path] = browser.Fields(destination)
		if slices.Contains(whole, destination) {
			models[path] = browser.Whole(destination, server.URL+"/")
		}
	}
	models["/socket"] = browser.Handshake(server.URL)
	models["/foreign"] = browser.Preflight(server.URL, http.MethodPut)
	for path, fields := range models {
		if asked[path] == nil {
			t.Errorf("Chromium did not ask for %s", path)
			continue
		}
		compareFields(t, path, fields, asked[path])
		if slices.ContainsFunc(fields, func(f browser.Field) bool { return f.Name == "User-Agent" }) { // a whole one
			noOthers(t, path, fields, asked[path])
		}
	}
	if got := asked["/main.js"].Get("Accept-Encoding"); got != browser.AcceptEncoding {
		t.Errorf("Chromium accepts the codings %q, the model says %q", got, browser.AcceptEncoding)
	}
}

// varying are fields whose values depend on the version, the machine or the moment; that
// they are sent is what counts. Who asked for a part may be another part.
var varying = []string{"User-Agent", "Sec-Ch-Ua", "Accept-Language", "Referer", "Sec-Websocket-Key"}

// unmodelled are fields that Chromium sends and the model leaves out.
var unmodelled = []string{"Connection", "Range", "Origin"}

// whole are the destinations for which the model has every field: the parts that a page of a build has. Media, workers
// and scripts of service workers have others.
var whole = []string{"document", "script", "style", "image", "font"}

// compareFields holds that the fields of the model were sent.
func compareFields(t *testing.T, path string, model []browser.Field, sent http.Header) {
	t.Helper()
	for _, f := range model {
		name := http.CanonicalHeaderKey(f.Name)
		want, got := f.Value, sent.Get(name)
		if name == "Accept" { // which image formats there are differs between versions
			want, got = withoutFormats(want), withoutFormats(got)
		}
		if got != want && (got == "" || !slices.Contains(varying, name)) {
			t.Errorf("%s: Chromium sends %s: %q, the model says %q", path, name, got, want)
		}
	}
}

// noOthers holds that the model has all fields that were sent.
func noOthers(t *testing.T, path string, model []browser.Field, sent http.Header) {
	t.Helper()
	for name := range sent {
		known := slices.ContainsFunc(model, func(f browser.Field) bool { return http.CanonicalHeaderKey(f.Name) == name })
		if !known && !slices.Contains(unmodelled, name) {
			t.Errorf("%s: Chromium sends %s: %q, the model lacks it", path, name, sent.Get(name))
		}
	}
}

// withoutFormats takes the image formats that are named out of an Accept field, but for SVG.
func withoutFormats(accept string) string {
	named := func(one string) bool {
		return strings.HasPrefix(one, "image/") && one != "image/*" && one != "image/svg+xml"
	}
	return strings.Join(slices.DeleteFunc(strings.Split(accept, ","), named), ",")
}
