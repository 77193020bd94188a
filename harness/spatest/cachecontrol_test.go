package spatest

import (
	"net/http"
	"testing"
	"time"
)

func TestLifetime(t *testing.T) {
	const date = "Mon, 02 Jan 2006 15:04:05 GMT"
	for _, test := range []struct {
		header          http.Header
		browser, shared time.Duration
	}{
		{http.Header{}, 0, 0},
		{http.Header{"Cache-Control": {"max-age=60"}}, time.Minute, time.Minute},
		{http.Header{"Cache-Control": {`Max-Age="60" , S-MaxAge=120`}}, time.Minute, 2 * time.Minute},
		{http.Header{"Cache-Control": {"max-age=60", "max-age=90"}}, time.Minute, time.Minute},
		{http.Header{"Cache-Control": {"private, max-age=60, s-maxage=120"}}, time.Minute, 0},
		{http.Header{"Cache-Control": {`private="Set-Cookie", max-age=60`}}, time.Minute, time.Minute},
		{http.Header{"Cache-Control": {"no-cache, max-age=60"}}, 0, 0},
		{http.Header{"Cache-Control": {`no-cache="Set-Cookie", max-age=60`}}, time.Minute, time.Minute},
		{http.Header{"Cache-Control": {"no-store, max-age=60"}}, 0, 0},
		{http.Header{"Cache-Control": {"max-age=99999999999999999999999"}}, maxLifetime, maxLifetime},
		{http.Header{"Cache-Control": {"max-age=-1"}}, 0, 0},
		{http.Header{"Cache-Control": {"max-age=soon"}, "Expires": {"Mon, 02 Jan 2106 15:04:05 GMT"}}, 0, 0},
		{http.Header{"Date": {date}, "Expires": {"Mon, 02 Jan 2006 16:04:05 GMT"}}, time.Hour, time.Hour},
		{http.Header{"Date": {date}, "Expires": {"Mon, 02 Jan 2006 14:04:05 GMT"}}, 0, 0},
		{http.Header{"Date": {date}, "Expires": {"Fri, 31 Dec 9999 23:59:59 GMT"}}, maxLifetime, maxLifetime},
		{http.Header{"Date": {date}, "Expires": {"0"}}, 0, 0},
	} {
		if browser, shared := lifetime(test.header, false), lifetime(test.header, true); browser != test.browser ||
			shared != test.shared {
			t.Errorf("%v: %s and %s, want %s and %s", test.header, browser, shared, test.browser, test.shared)
		}
	}
}

func FuzzLifetime(f *testing.F) {
	for _, seed := range []string{"", "no-cache", `no-cache="a, b", max-age=1`, `max-age="1`, "=,=,,",
		`private=", immutable`} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		header := http.Header{"Cache-Control": {value}}
		for _, shared := range []bool{false, true} {
			if of := lifetime(header, shared); of < 0 || of > maxLifetime {
				t.Errorf("%q lives for %s", value, of)
			}
		}
		if len(cacheControl(header)) > len(value)+1 {
			t.Errorf("%q has more directives than characters", value)
		}
	})
}

func TestMayBeVersioned(t *testing.T) {
	for target, want := range map[string]bool{
		"/sw.js": false, "/service-worker.js": false, "/app.min.js": false, "/static/main.css": false,
		"/config.json": false, "/app-settings.json": false, "/docs/": false, "/manifest.webmanifest": false,
		"/assets/index-BvCxaQwz.js": true, "/3f2a9c1d.js": true, "/main.3f2a9c1d.css": true, "/app.js?v=3": true,
		"/_app/immutable/chunks/Bjy-W4x2.js": true, "/_app/immutable/chunks/Dt-HX3Vu.js": true, "/main-menu.js": false,
		"/v1.2/app.js": true, "/1.2.3/app.js": true, "/_next/static/Xr3fK9s2QpLm/_buildManifest.js": true,
	} {
		if got := mayBeVersioned(target); got != want {
			t.Errorf("%s may be versioned: %t, want %t", target, got, want)
		}
	}
}
