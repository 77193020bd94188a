package opening

import (
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/chromium/chromiumtest"
	"spabench/harness/internal/record"
)

// shop is an app that does all that a visit has to cope with: more scripts at once than a browser has connections,
// parts that are found only when others have run, what is no plain request, and what is elsewhere.
func shop(t *testing.T) (addr string) {
	t.Helper()
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(other.Close)
	var scripts strings.Builder
	for n := range 9 {
		fmt.Fprintf(&scripts, `<script type="module" src="/part%d.js"></script>`, n)
	}
	page := `<!doctype html><title>shop</title><base href="/"><link rel="icon" href="data:,">` +
		`<link rel="stylesheet" href="main.css"><script type="module" src="main.js?v=1&amp;w=2"></script>` +
		scripts.String() + `<p>text</p><img src="` + other.URL + `/pixel?secret=1">`
	main := `import "/lib.js"
		const own = {"X-Shop": "1"}
		fetch("/api/items", {headers: own}).then(() => import("/late.js"))
		fetch("/api/mine", {headers: {Authorization: "Bearer 1"}})
		fetch("/api/seen", {method: "POST"})
		new EventSource("/api/stream")
		new WebSocket("ws://" + location.host + "/api/socket")`
	files := map[string][2]string{
		"/": {"text/html", page}, "/main.js": {"text/javascript", main},
		"/main.css": {"text/css", `@font-face { font-family: f; src: url(/f.woff2) } p { font-family: f }`},
		"/lib.js":   {"text/javascript", ""},
		"/late.js":  {"text/javascript", `fetch("/api/items"); fetch("/api/last")`},
		"/f.woff2":  {"font/woff2", ""}, "/api/items": {"application/json", "[]"},
		"/api/last": {"application/json", "{}"},
		"/api/mine": {"application/json", "{}"}, "/api/seen": {"application/json", "{}"},
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		file, found := files[r.URL.Path]
		switch {
		case r.URL.Path == "/api/stream":
			w.Header().Set("Content-Type", "text/event-stream")
			w.WriteHeader(http.StatusOK)
			_ = http.NewResponseController(w).Flush()
			<-r.Context().Done()
		case strings.HasPrefix(r.URL.Path, "/part"):
			w.Header().Set("Content-Type", "text/javascript")
		case !found:
			http.NotFound(w, r)
		default:
			w.Header().Set("Content-Type", file[0])
			_, _ = w.Write([]byte(file[1]))
		}
	}))
	t.Cleanup(server.Close)
	return strings.TrimPrefix(server.URL, "http://")
}

// waves are the request targets of each wave, sorted.
func waves(o record.Opened) []string {
	var all []string
	for _, wave := range o.Waves {
		var targets []string
		for _, a := range wave {
			targets = append(targets, a.Target)
		}
		slices.Sort(targets)
		all = append(all, strings.Join(targets, " "))
	}
	return all
}

const secondWave = "/main.css /main.js?v=1&w=2 " +
	"/part0.js /part1.js /part2.js /part3.js /part4.js /part5.js /part6.js /part7.js /part8.js"

// TestWatch holds which requests Chromium makes, in which waves, with which fields, and that whatever is no part of a
// visit is left out for a reason.
func TestWatch(t *testing.T) {
	b := chromiumtest.Start(t)
	addr := shop(t)
	began := time.Now()
	o, err := Watch(t.Context(), b, addr, "/")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%s; %q; %+v", time.Since(began), waves(o), o.LeftOut)
	want := []string{"/", secondWave, "/f.woff2 /lib.js", "/api/items", "/late.js", "/api/last"}
	if got := waves(o); !slices.Equal(got, want) {
		t.Errorf("%q\nwant %q", got, want)
	}
	for _, wave := range o.Waves {
		for _, a := range wave {
			checkFields(t, a)
		}
	}
	for part, why := range map[string]string{
		"/api/mine": "Authorization may be secret", "/api/seen": "its method is POST",
		"/api/stream": "stream of events", "/api/socket": "WebSocket",
		"/api/items": "requested before", "/pixel": "another origin",
	} {
		if !slices.ContainsFunc(o.LeftOut, func(l record.LeftOut) bool {
			return strings.HasSuffix(l.URL, part) && strings.Contains(l.Why, why)
		}) {
			t.Errorf("%s is not left out because of %q: %+v", part, why, o.LeftOut)
		}
	}
	if text := fmt.Sprint(o); strings.Contains(text, "Bearer") || strings.Contains(text, "secret=1") {
		t.Errorf("a secret is recorded: %s", text)
	}
}

// checkFields holds that a request has the fields that say what it is for, and none that a secret could be in.
func checkFields(t *testing.T, a record.Asked) {
	t.Helper()
	names := slices.Sorted(maps.Keys(a.Header))
	for _, name := range []string{"Accept", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site"} {
		if a.Header[name] == "" {
			t.Errorf("%s has no %s: %q", a.Target, name, names)
		}
	}
	for _, name := range names {
		if isUnsaid(name) {
			t.Errorf("%s has %s", a.Target, name)
		}
	}
	if (a.Header["X-Shop"] == "1") != (a.Target == "/api/items") {
		t.Errorf("%s has X-Shop %q", a.Target, a.Header["X-Shop"])
	}
}

// TestRead holds what is requested without a browser: the page, and what it refers to.
func TestRead(t *testing.T) {
	o, err := Read(t.Context(), shop(t), "/")
	if err != nil {
		t.Fatal(err)
	}
	if got := waves(o); !slices.Equal(got, []string{"/", secondWave}) {
		t.Errorf("%q", got)
	}
	for _, a := range o.Waves[1] {
		if a.Target == "/main.css" && a.Header["Sec-Fetch-Dest"] != "style" {
			t.Errorf("%+v", a)
		}
	}
	if _, err := Read(t.Context(), "127.0.0.1:1", "/"); err == nil {
		t.Error("no server: no error")
	}
}
