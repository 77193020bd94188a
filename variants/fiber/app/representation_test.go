package app

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestRepresentation(t *testing.T) {
	const (
		html   = "text/html; charset=utf-8"
		hashed = "public, max-age=31536000, immutable"
		coding = "Accept-Encoding"
	)
	tests := []struct {
		path, media, policy, vary string
	}{
		{"/", html, "no-cache", coding},
		{"/index.html", html, "no-cache", coding},
		{"/users/42", html, "no-cache", fallbackVary},
		{"/docs/", html, "no-cache", coding},
		{"/assets/index-abc12345.js", "text/javascript; charset=utf-8", hashed, coding},
		{"/assets/mod-abc12345.mjs", "text/javascript; charset=utf-8", hashed, coding},
		{"/assets/style-abc12345.css", "text/css; charset=utf-8", hashed, coding},
		{"/assets/font-abc12345.woff2", "font/woff2", hashed, ""},
		{"/assets/mod-abc12345.wasm", "application/wasm", hashed, coding},
		{"/assets/logo-abc12345.svg", "image/svg+xml", hashed, coding},
		{"/images/large.png", "image/png", "no-cache", ""},
		{"/sw.js", "text/javascript; charset=utf-8", "no-cache", coding},
		{"/manifest.webmanifest", "application/manifest+json", "no-cache", coding},
		{"/robots.txt", "text/plain; charset=utf-8", "no-cache", coding},
		{"/empty.txt", "text/plain; charset=utf-8", "no-cache", coding},
		{"/favicon.ico", "image/x-icon", "no-cache", ""},
		{"/data.gz", "application/gzip", "no-cache", ""},
	}
	for store, files := range stores(t) {
		address := start(t, files)
		for _, test := range tests {
			t.Run(store+strings.ReplaceAll(test.path, "/", "∕"), func(t *testing.T) {
				got := ask(t, address, "GET "+test.path, navigating)
				want := map[string]string{
					"Content-Type": test.media, "Cache-Control": test.policy,
					"Vary": test.vary, "Content-Encoding": "",
				}
				for name, value := range want {
					if got.header.Get(name) != value {
						t.Errorf("%s: %q, want %q", name, got.header.Get(name), value)
					}
				}
				if got.length != int64(len(got.body)) {
					t.Errorf("Content-Length %d for %d bytes", got.length, len(got.body))
				}
				checkHead(t, address, test.path, got)
				checkConditional(t, address, test.path, got)
			})
		}
	}
}

func checkHead(t *testing.T, address, path string, got answer) {
	t.Helper()
	head := ask(t, address, "HEAD "+path, navigating)
	if head.status != got.status || head.body != "" || head.length != got.length ||
		!sameHeader(head.header, got.header) {
		t.Errorf("HEAD %d %d %v, GET %d %d %v",
			head.status, head.length, head.header, got.status, got.length, got.header)
	}
}

func sameHeader(a, b http.Header) bool {
	a, b = maps.Clone(a), maps.Clone(b)
	a.Del("Date")
	b.Del("Date")
	return maps.EqualFunc(a, b, slices.Equal)
}

func checkConditional(t *testing.T, address, path string, got answer) {
	t.Helper()
	tag := got.header.Get("ETag")
	for field, status := range map[string]int{
		"If-None-Match: " + tag:                               304,
		"If-None-Match: W/" + tag:                             304,
		"If-None-Match: \"zzz, \", W/" + tag:                  304,
		"If-None-Match: \"zzz\"\r\nIf-None-Match: " + tag:     304,
		"If-None-Match: *":                                    304,
		"If-None-Match: \"zzz\"":                              200,
		"If-None-Match: " + strings.Trim(tag, `"`):            200,
		"If-None-Match: x":                                    200,
		"If-Modified-Since: Fri, 01 Jan 2100 00:00:00 GMT":    200,
		"If-Match: " + tag:                                    200,
		"If-Match: W/" + tag:                                  412,
		"If-Match: \"zzz\"":                                   412,
		"If-Match: *":                                         200,
		"Range: bytes=0-1":                                    200,
		"If-Match: \"zzz\"\r\nIf-None-Match: " + tag + "\r\n": 412,
	} {
		conditional := ask(t, address, "GET "+path, navigating+strings.TrimRight(field, "\r\n")+"\r\n")
		if conditional.status != status {
			t.Errorf("%s: status %d, want %d", field, conditional.status, status)
		}
		if conditional.status != 304 {
			continue
		}
		for _, name := range []string{"ETag", "Cache-Control", "Vary"} {
			if conditional.header.Get(name) != got.header.Get(name) {
				t.Errorf("304 %s: %q, want %q", name, conditional.header.Get(name), got.header.Get(name))
			}
		}
		if conditional.body != "" || conditional.header.Get("Content-Type") != "" ||
			conditional.header.Get("Content-Length") != "" {
			t.Errorf("304 describes a body: %v %q", conditional.header, conditional.body)
		}
	}
}

func TestNegotiation(t *testing.T) {
	const (
		both = "/"                          // has br and gzip
		one  = "/assets/style-abc12345.css" // has gzip
		none = "/assets/index-abc12345.js"  // has neither
	)
	tests := []struct{ path, accept, coding string }{
		{both, "", ""},
		{both, "gzip, deflate, br, zstd", "br"},
		{both, "gzip", "gzip"},
		{both, "x-gzip", "gzip"},
		{both, "GZIP", "gzip"},
		{both, "br;q=0.5, gzip;q=0.8", "gzip"},
		{both, "br;q=0, gzip;q=0.001", "gzip"},
		{both, "br;q=0, gzip;q=0", ""},
		{both, "gzip;q=0.000", ""},
		{both, "gzip;q=nonsense", ""},
		{both, "identity", ""},
		{both, "identity;q=0", ""},
		{both, "identity, br;q=0.5", ""},
		{both, "identity;q=0.5, br;q=0.5", "br"},
		{both, "*", "br"},
		{both, "*;q=0", ""},
		{both, "br;q=0, *", "gzip"},
		{both, "gzip\r\nAccept-Encoding: br", "br"},
		{both, "deflate, zstd", ""},
		{both, "browser", ""},
		{one, "br, gzip", "gzip"},
		{one, "br", ""},
		{none, "br, gzip", ""},
	}
	for store, files := range stores(t) {
		address := start(t, files)
		tags := map[string]string{}
		for _, test := range tests {
			fields := ""
			if test.accept != "" {
				fields = "Accept-Encoding: " + test.accept + "\r\n"
			}
			got := ask(t, address, "GET "+test.path, fields)
			if got.status != 200 || got.header.Get("Content-Encoding") != test.coding {
				t.Errorf("%s: %s with %q: %d %q, want 200 %q", store, test.path, test.accept,
					got.status, got.header.Get("Content-Encoding"), test.coding)
			}
			if got.header.Get("Vary") != "Accept-Encoding" {
				t.Errorf("%s: %s with %q: Vary %q", store, test.path, test.accept, got.header.Get("Vary"))
			}
			if test.path == both {
				tags[got.header.Get("ETag")] = test.coding
				again := ask(t, address, "GET /", fields+"If-None-Match: "+got.header.Get("ETag")+"\r\n")
				if again.status != 304 {
					t.Errorf("%s: with %q the tag does not revalidate: %d", store, test.accept, again.status)
				}
			}
		}
		if len(tags) != 3 {
			t.Errorf("%s: three codings share entity tags: %v", store, tags)
		}
	}
}
