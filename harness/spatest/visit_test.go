package spatest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestOutline(t *testing.T) {
	for _, test := range []struct {
		page     string
		elements int
		text     string
	}{
		{"", 0, ""},
		{`<!doctype html><html><head><meta charset=utf-8><title>Shop</title><style>a > b</style></head>` +
			`<body><div id=root></div><script>"<p>"</script></body></html>`, 1, ""},
		{`<body><div id="app"><span>Loading&hellip;</span></div><noscript><p>Turn it on</p></noscript><!-- <p>no -->`,
			2, "Loading…"},
		{`<main>1 < 2<br>and <b>more</b>`, 3, "1 and more"},
		{`<script>never ended`, 0, ""},
	} {
		if elements, text := outline([]byte(test.page)); elements != test.elements || text != test.text {
			t.Errorf("%s: %d elements, %q; want %d, %q", test.page, elements, text, test.elements, test.text)
		}
	}
}

func FuzzOutline(f *testing.F) {
	for _, page := range []string{"<p>a</p>", "<!--", "<script", "</", "<a b='", "<style></stylex", "&amp;<"} {
		f.Add([]byte(page))
	}
	f.Fuzz(func(t *testing.T, page []byte) {
		if elements, _ := outline(page); elements < 0 || elements > len(page) {
			t.Errorf("%d elements in %d bytes", elements, len(page))
		}
	})
}

func TestLikeness(t *testing.T) {
	home := view{Title: "Shop", Text: "Shop About Books 12 books"}
	about := view{Title: "About", Text: "Shop About Books Since 1851"}
	again := view{Title: "Shop", Text: "Shop About Books 13 books"}
	if again.likeness(home) <= again.likeness(about) {
		t.Errorf(
			"a start page with another number is nearer to another page: %f, %f",
			again.likeness(home),
			again.likeness(about),
		)
	}
	if like := (view{}).likeness(view{}); like != 1 {
		t.Errorf("likeness of empty pages: %f", like)
	}
}

func TestUnusable(t *testing.T) {
	for _, test := range []struct {
		load   Load
		usable bool
	}{
		{Load{Status: 200, Type: "text/javascript", Dest: "script"}, true},
		{Load{Status: 200, Type: "application/json", Dest: "script"}, true},
		{Load{Status: 200, Type: "text/html", Dest: "script"}, false},
		{Load{Status: 200, Dest: "script"}, false},
		{Load{Status: 302, Dest: "script"}, true},
		{Load{Status: 404, Type: "text/javascript", Dest: "script"}, false},
		{Load{Status: 200, Type: "text/plain", Dest: "style"}, false},
		{Load{Status: 200, Type: "image/png", Dest: "image"}, true},
		{Load{Dest: "image", Failed: "net::ERR_BLOCKED_BY_CSP"}, false},
		{Load{Dest: "image", Failed: "net::ERR_ABORTED"}, true},
		{Load{Status: 200, Type: "font/woff2", Dest: "font", Failed: "net::ERR_CONTENT_DECODING_FAILED"}, false},
	} {
		if why := test.load.unusable(); (why == "") != test.usable {
			t.Errorf("%+v: %q", test.load, why)
		}
	}
}

func TestSameRoute(t *testing.T) {
	for _, test := range []struct {
		a, b string
		same bool
	}{
		{"http://h/a", "http://h/a/", true},
		{"http://h/a/?q=1", "http://h/a?q=1#top", true},
		{"http://h/a?q=1", "http://h/a", false},
		{"http://h/a", "http://h/", false},
	} {
		if sameRoute(test.a, test.b) != test.same {
			t.Errorf("%s and %s: want %t", test.a, test.b, test.same)
		}
	}
}

// TestForwarder: one origin for two servers in turn, and none when it is closed.
func TestForwarder(t *testing.T) {
	serve := func(name string) string {
		server := httptest.NewServer(
			http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, name) }),
		)
		t.Cleanup(server.Close)
		return server.URL
	}
	first, second := serve("first"), serve("second")
	site, err := forward(first)
	if err != nil {
		t.Fatal(err)
	}
	ask := func(want string) {
		t.Helper()
		answer, err := http.Get(site.origin)
		if err != nil {
			t.Fatal(err)
		}
		defer answer.Body.Close()
		if body, err := io.ReadAll(answer.Body); err != nil || string(body) != want {
			t.Errorf("%q, %v; want %q", body, err, want)
		}
	}
	ask("first")
	ask("first")
	if err := site.to(second); err != nil {
		t.Fatal(err)
	}
	ask("second")
	site.close()
	if answer, err := http.Get(site.origin); err == nil {
		answer.Body.Close()
		t.Error("a forwarder that is closed answers")
	}
	secure, err := forward("https://a.example")
	if err != nil || secure.origin != "https://a.example" {
		t.Fatalf("%+v, %v", secure, err)
	}
	if err := secure.to("https://a.example:444"); err == nil {
		t.Error("a certificate is for two addresses")
	}
	secure.close()
}
