package spatest

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }

func TestReferences(t *testing.T) {
	origin := &url.URL{Scheme: "http", Host: "app.test", Path: "/"}
	for _, test := range []struct {
		name, page string
		want       []string // target and destination
	}{
		{"absolute", `<script type=module src="/assets/a-1234abcd.js"></script>`,
			[]string{"/assets/a-1234abcd.js script"}},
		{"relative", `<script src='a.js'></script><script src=./b/c.js></script>`,
			[]string{"/a.js script", "/b/c.js script"}},
		{"base", `<base href="/app/"><link rel=stylesheet href=a.css>`, []string{"/app/a.css style"}},
		{"links",
			`<link rel="preload" as=font href=f.woff2><link rel="shortcut icon" href=/i.ico>` +
				`<link rel=manifest href=/m><link rel=modulepreload href=/b.js>`,
			[]string{"/f.woff2 font", "/i.ico image", "/m manifest", "/b.js script"}},
		{"not fetched",
			`<link rel=canonical href=/c><link rel=preconnect href=/d><a href=/e><script>"<img src=/f>"</script>`, nil},
		{"comment", `<!-- <script src=/a.js></script> --><img src=/b.png>`, []string{"/b.png image"}},
		{"entities and case", `<IMG SRC="/a.png?x=1&amp;y=2"><SCRIPT SRC=/b.js></SCRIPT>`,
			[]string{"/a.png?x=1&y=2 image", "/b.js script"}},
		{"other origins",
			`<script src="https://cdn.test/a.js"></script><script src="//app.test:81/b.js"></script>` +
				`<img src="data:,x"><script src="http://app.test:80/c.js"></script>`,
			[]string{"/c.js script"}},
		{"twice", `<link rel=modulepreload href=/a.js><script src=/a.js></script>`, []string{"/a.js script"}},
		{"in a title", `<title><img src=/a.png></title><script src=/b.js></script>`, []string{"/b.js script"}},
		{"odd", `<script src = "/a.js" src=/b.js async></script><img alt='>' src=/c.png/><`,
			[]string{"/a.js script", "/c.png/ image"}},
		{"broken", `<script src="/a.js`, []string{"/a.js script"}},
		{"bad URL", `<img src="http://[::1"><img src="/%zz">`, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []string
			for _, ref := range references(origin, readTags([]byte(test.page))) {
				got = append(got, ref.url.RequestURI()+" "+ref.dest)
			}
			if !slices.Equal(got, test.want) {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func FuzzReadTags(f *testing.F) {
	for _, seed := range []string{
		`<!doctype html><base href=/x/><script src=a.js></script>`, `<link rel=stylesheet href="a.css`,
		`<a =b==c '"<`, `<!--<!---->`,
		"<script></scripT<img src=//\\x>", "<img src=\xff>", "</", "<a\x00b/>",
	} {
		f.Add([]byte(seed))
	}
	origin := &url.URL{Scheme: "http", Host: "app.test", Path: "/"}
	f.Fuzz(func(t *testing.T, page []byte) {
		tags := readTags(page)
		if len(tags) > len(page) || len(tags) > maxTags {
			t.Fatalf("%d tags in %d bytes", len(tags), len(page))
		}
		signature(tags)
		for _, ref := range references(origin, tags) {
			target := ref.url.RequestURI()
			if !strings.HasPrefix(target, "/") || strings.ContainsAny(target, " \r\n\t") {
				t.Fatalf("%q cannot be requested", target)
			}
			hashed(target)
			firstSegment(target)
		}
	})
}

func TestHashed(t *testing.T) {
	for name, want := range map[string]bool{
		"assets/index-BxK3f9aZ.js":                    true, // Vite
		"assets/index-D4_x-9aZ.css":                   true,
		"static/js/main.3f2a1b9c.chunk.js":            true, // webpack
		"static/js/main.3f2a1b9c.js.map":              true,
		"chunk-4KXJ2LQA.js":                           true, // esbuild, Angular
		"polyfills.a1b2c3d4e5f60718.js":               true,
		"inter-latin-400-normal-CYLQ4z3F.woff2":       true,
		"/assets/index-deadbee0.js?v=1":               true,
		"_app/immutable/entry/start.c7d80e34ab12.mjs": true,
		"index.html":                             false,
		"sw.js":                                  false,
		"assets/index.js":                        false,
		"assets/jquery-3.6.0.min.js":             false,
		"icons/icon-1024x1024.png":               false,
		"photos/2024-20240115.jpg":               false,
		"apple-touch-icon-180x180.png":           false,
		"some-production.js":                     false,
		"assets/index-ABCDEFGH.js":               false, // letters alone: perhaps a word
		"assets/TanStackRouter.js":               false,
		"manifest.webmanifest":                   false,
		".well-known/apple-app-site-association": false,
		"docs/index.html":                        false,
	} {
		if got := hashed(name); got != want {
			t.Errorf("hashed(%q) = %t, want %t", name, got, want)
		}
	}
}

func TestBuildFiles(t *testing.T) {
	empty := &fstest.MapFile{}
	files, err := buildFiles(fstest.MapFS{
		"index.html": empty, "index.html.br": empty, "index.html.gz": empty, "data.gz": empty,
		".env": empty, ".git/config": empty, ".well-known/security.txt": empty, "_headers": empty,
		"docs/index.html": empty, "a b/ü%.txt": empty, "docs/.DS_Store": empty,
	})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range files {
		got = append(got, f.Target)
	}
	want := []string{"/", "/.well-known/security.txt", "/a%20b/%C3%BC%25.txt", "/data.gz", "/docs/"}
	if !slices.Equal(sorted(got), want) {
		t.Errorf("got %q, want %q", sorted(got), want)
	}
}

func TestRevalidates(t *testing.T) {
	const date = "Mon, 01 Jan 2024 00:00:00 GMT"
	for _, test := range []struct {
		header http.Header
		want   bool
	}{
		{http.Header{}, false},
		{http.Header{"Cache-Control": {"no-cache"}}, true},
		{http.Header{"Cache-Control": {"public, No-Cache"}}, true},
		{http.Header{"Cache-Control": {"private", "no-store"}}, true},
		{http.Header{"Cache-Control": {"max-age=0, must-revalidate"}}, true},
		{http.Header{"Cache-Control": {`max-age="0"`}}, true},
		{http.Header{"Cache-Control": {"max-age=600"}}, false},
		{http.Header{"Cache-Control": {"must-revalidate"}}, false},
		{http.Header{"Cache-Control": {`no-cache="Set-Cookie"`}}, false},
		{http.Header{"Cache-Control": {"public"}, "Expires": {"0"}}, true},
		{http.Header{"Expires": {"-1"}}, true},
		{http.Header{"Expires": {date}, "Date": {date}}, true},
		{http.Header{"Expires": {"Mon, 01 Jan 2024 00:10:00 GMT"}, "Date": {date}}, false},
		{http.Header{"Cache-Control": {"max-age=600"}, "Expires": {"0"}}, false}, // max-age counts
		{http.Header{"Pragma": {"no-cache"}}, false},                             // of requests
	} {
		if got := revalidates(test.header); got != test.want {
			t.Errorf("%v: %t, want %t", test.header, got, test.want)
		}
	}
}

func TestCacheControl(t *testing.T) {
	got := cacheControl(http.Header{"Cache-Control": {`Public, max-age = "60" ,,private="a, b",immutable`,
		"max-age=5"}})
	want := map[string]string{"public": "", "max-age": "60", "private": "a, b", "immutable": ""}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func FuzzCacheControl(f *testing.F) {
	f.Add(`max-age="`)
	f.Add(`a=,="",b==`)
	f.Fuzz(func(t *testing.T, value string) {
		for name := range cacheControl(http.Header{"Cache-Control": {value}}) {
			if name == "" || strings.ContainsAny(name, ",=") {
				t.Fatalf("%q is no directive", name)
			}
		}
	})
}

func TestTraversalCorpus(t *testing.T) {
	targets := traversals(traversalCorpus, "/assets")
	if len(targets) < 100 {
		t.Errorf("%d spellings", len(targets))
	}
	seen := map[string]bool{}
	for _, target := range targets {
		if seen[target] || strings.ContainsAny(target, " {}\r\n\t") || !strings.ContainsAny(target, "./") {
			t.Errorf("%q is there twice, or cannot be sent", target)
		}
		seen[target] = true
	}
}
