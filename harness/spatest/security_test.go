package spatest

import (
	"net/http"
	"net/url"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// TestRespellings: each kind of rule does what guard.txt says it does.
func TestRespellings(t *testing.T) {
	const path = "/ab/c.x"
	for _, test := range []struct {
		rule string
		want []string
	}{
		{"each [^/](/) %2F", []string{"/ab%2Fc.x"}},
		{"each / //", []string{"//ab/c.x", "/ab//c.x"}},
		{"first ^/ /x/../", []string{"/x/../ab/c.x"}},
		{"each [a-b] {%}", []string{"/%61b/c.x", "/a%62/c.x"}},
		{"all [a-c] {%25}", []string{"/%2561%2562/%2563.x"}},
		{"all [a-z] {upper}", []string{"/AB/C.X"}},
		{"first $ ;{}", []string{"/ab/c.x;"}},
		{"first ^ http://h", []string{"http://h/ab/c.x"}},
		{`each [^/](/) \`, []string{`/ab\c.x`}},
		{"each z y", nil},
	} {
		rules, err := readRespellings([]string{test.rule})
		if err != nil {
			t.Fatal(err)
		}
		if got := respell(rules, path); !slices.Equal(got, test.want) {
			t.Errorf("%s: %q, want %q", test.rule, got, test.want)
		}
	}
	for _, bad := range []string{"each / ", "some / //", "each ( x", "each / x y"} {
		if _, err := readRespellings([]string{bad}); err == nil {
			t.Errorf("rule %q is read", bad)
		}
	}
}

func TestGuardRules(t *testing.T) {
	rules, err := readRespellings(corpusLines(guardRules, "{assets}", "/assets", "{origin}", "http://app.test"))
	if err != nil {
		t.Fatal(err)
	}
	got := respell(rules, "/admin/report.html")
	for _, want := range []string{
		"/admin%2Freport.html", "//admin/report.html", "/%61dmin/report.html", "/x/../admin/report.html",
		"/x/%2e%2e/admin/report.html", "/admin%5Creport.html", "/./admin/report.html", "/%2fadmin/report.html",
		"/assets/../admin/report.html", "/ADMIN/REPORT.HTML", "/admin/report.html::$DATA", "/admin;/report.html",
		"http://app.test/admin/report.html",
	} {
		if !slices.Contains(got, want) {
			t.Errorf("no rule makes %s", want)
		}
	}
	if slices.Contains(got, "/admin/report.html") || strings.Contains(strings.Join(got, " "), "{") {
		t.Errorf("a spelling is the path itself, or a placeholder is left: %q", got)
	}
	if n := len(respell(rules, "/"+strings.Repeat("a/", 500))); n > maxSpellings {
		t.Errorf("%d spellings of a long path", n)
	}
}

// TestCorpora: placeholders are known, and targets are of one line.
func TestCorpora(t *testing.T) {
	for name, targets := range map[string][]string{
		"redirects.txt": corpusLines(redirectCorpus, "{evil}", evil, "{dir}", "/docs", "{assets}", "/assets"),
		"windows.txt":   corpusLines(windowsCorpus, "{assets}", "/assets", "{script}", "/assets/index.js"),
	} {
		if len(targets) < 30 {
			t.Errorf("%s has %d targets", name, len(targets))
		}
		for i, target := range targets {
			if strings.ContainsAny(target, "{} \t") || slices.Contains(targets[:i], target) {
				t.Errorf("%s: %q has a placeholder or a space left, or comes twice", name, target)
			}
			if name == "redirects.txt" && !strings.Contains(target, evil) {
				t.Errorf("%s: %q names no host", name, target)
			}
		}
	}
}

func TestResolveLocation(t *testing.T) {
	const evil = "evil.example"
	for location, want := range map[string]string{
		"/docs/": "", "docs/": "", "./": "", "?a=//evil.example": "", "#//evil.example": "", "": "",
		"/.//evil.example": "", "/%2Fevil.example": "", "http:docs": "", "http:/docs": "", ":80/x": "", "a/b:c": "",
		"//evil.example": evil, "///evil.example/": evil, `/\evil.example`: evil, `\\evil.example`: evil,
		`\/evil.example`: evil, "/\t/evil.example": evil, "\x01 //evil.example": evil, "/\r\n/evil.example": evil,
		"//EVIL.example.": evil, "//a@evil.example": evil, "//a:b@evil.example:80/": evil, "//evil%2eexample": evil,
		"http://evil.example": evil, `http:\\evil.example`: evil, "HTTP:///evil.example": evil,
		"https:evil.example": evil, "https:/evil.example/": evil, "https://evil.example?x": evil,
		"//[::1]:80/": "[::1]", "javascript:alert(1)": "", "mailto://evil.example": "",
	} {
		if got := resolveLocation(location, &url.URL{Scheme: "http", Host: "app.test"}); got.host != want {
			t.Errorf("%q leads to %q, want %q", location, got.host, want)
		}
	}
	got := resolveLocation("//h:81/x", &url.URL{Scheme: "https", Host: "app.test"})
	if got != (destination{"https", "h", "81"}) {
		t.Errorf("//h:81/x leads to %v", got)
	}
}

func FuzzResolveLocation(f *testing.F) {
	for _, seed := range []string{"//evil.example", `/\evil`, "https:x", "http://[::1", "//a@b:c/d", "\t//%zz",
		"://", "/"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, location string) {
		to := resolveLocation(location, &url.URL{Scheme: "http", Host: "app.test"})
		if len(to.host) > 2*len(location) || to.scheme == "" {
			t.Errorf("%q leads to %v", location, to)
		}
		_ = isEvil(to.host)
		(&Pass{client: &client{origin: &url.URL{Scheme: "http", Host: "app.test"}}}).isInternal(to)
	})
}

func TestIsInternal(t *testing.T) {
	for _, test := range []struct {
		origin, location string
		want             bool
	}{
		{"http://app.example.com", "/x", false},
		{"http://app.example.com", "http://app.example.com/x", false},
		{"http://app.example.com", "https://app.example.com/x", false},
		{"https://app.example.com", "http://app.example.com/x", true},
		{"http://app.example.com", "http://app.example.com:8080/x", true},
		{"http://app.example.com:8080", "http://app.example.com/x", true},
		{"http://127.0.0.1:32768", "http://localhost:8080/x", true},
		{"http://127.0.0.1:32768", "http://www.example.com/x", false},
		{"http://127.0.0.1:32768", "http://www.example.com:8080/x", true},
		{"http://app.example.com", "http://172.17.0.2/x", true},
		{"http://app.example.com", "http://[::1]/x", true},
		{"http://app.example.com", "http://frontend/x", true},
	} {
		origin, _ := url.Parse(test.origin)
		p := &Pass{client: &client{origin: origin}}
		if got := p.isInternal(resolveLocation(test.location, origin)); got != test.want {
			t.Errorf("from %s to %s: %t, want %t", test.origin, test.location, got, test.want)
		}
	}
}

func TestHeaderValues(t *testing.T) {
	header := func(name, value string) http.Header { return http.Header{name: {value}} }
	for value, want := range map[string]bool{"nosniff": true, " NoSniff ": true, "nosniff, x": true,
		"x, nosniff": false, "": false} {
		if got := isNosniff(header("X-Content-Type-Options", value)); got != want {
			t.Errorf("nosniff %q: %t", value, got)
		}
	}
	for value, want := range map[string]int64{"max-age=31536000; includeSubDomains": 31536000,
		`includeSubDomains; Max-Age="5"`: 5, "max-age=0": 0, "": -1, "max-age": -1,
		"max-age=99999999999999999999": -1} {
		if got := hstsAge(header("Strict-Transport-Security", value)); got != want {
			t.Errorf("HSTS %q: %d, want %d", value, got, want)
		}
	}
	for value, want := range map[string]bool{"frame-ancestors 'none'": true,
		"default-src 'self'; FRAME-ANCESTORS *": true, "default-src 'self', frame-ancestors x": true,
		"default-src frame-ancestors": false} {
		if got := saysWhoFrames(header("Content-Security-Policy", value)); got != want {
			t.Errorf("CSP %q: %t", value, got)
		}
	}
	if got := referrerPolicy(header("Referrer-Policy", "no-referrer, future"), nil); got != "no-referrer" {
		t.Errorf("the last known policy is %q", got)
	}
	got := referrerPolicy(http.Header{}, []byte(`<meta name="Referrer" content="unsafe-url">`))
	if got != "unsafe-url" {
		t.Errorf("the policy of a meta element is %q", got)
	}
}

func FuzzHeaderValues(f *testing.F) {
	for _, seed := range []string{"nosniff", "max-age=1; x", "frame-ancestors 'none'",
		"no-referrer,unsafe-url", ";,;=\"", ""} {
		f.Add(seed)
	}
	f.Fuzz(func(_ *testing.T, value string) {
		h := http.Header{}
		for _, name := range append([]string{"Strict-Transport-Security"},
			slices.Concat(hardensAll, hardensDocuments)...) {
			h.Set(name, value)
		}
		isNosniff(h)
		saysWhoFrames(h)
		referrerPolicy(h, []byte(value))
		hstsAge(h)
		controlled(h)
	})
}

func TestLeaked(t *testing.T) {
	const file, folder = "the path of a file", "the path of a folder"
	for body, want := range map[string]string{
		"Not Found\n": "",
		`{"type":"about:blank","title":"Not Found","status":404,"instance":"/assets/home/x.js"}`:         "",
		`<link href="/home.css"><a href="/var/x">not found</a> <script src="/app/main.js:1:2"></script>`: "",
		"There is no file /assets/index.js here":                                                         "",
		"open /srv/dist/x.js: no such file or directory":                                                 file,
		"Error: ENOENT: no such file or directory, stat '/srv/dist/x'":                                   file,
		"[Errno 13] Permission denied, EACCES: '/opt/shop/x'":                                            file,
		"goroutine 7 [running]:":                                                    "a Go stack trace",
		"  File \"/app/main.py\", line 3, in f":                                     "a Python stack trace",
		"at Layer.handle (/opt/shop/node_modules/express/lib/router/layer.js:95:5)": "a JavaScript stack trace",
		"at decode_param (file:///opt/shop/x.mjs:1:2)":                              "a JavaScript stack trace",
		"at com.shop.Main.run(Main.java:12)":                                        "a Java stack trace",
		`at Shop.Main.Run(String[] a) in C:\src\Main.cs:line 12`:                    "a .NET stack trace",
		"Warning: x in <b>/srv/shop/index.php</b> on line <b>3</b>":                 "a PHP error with its file",
		"app.rb:12:in `call'":                                                       "a Ruby stack trace",
		"thread 'main' panicked at src/main.rs:1:2":                                 "a Rust panic",
		"root is /usr/share/nginx/html":                                             folder,
		`not in C:\inetpub\wwwroot`:                                                 folder,
	} {
		if got := leaked([]byte(body), "/assets/missing.js"); got != want {
			t.Errorf("%q: %q, want %q", body, got, want)
		}
	}
	if got := leaked([]byte("Cannot GET /home/mary/x"), "/home/mary/x"); got != "" {
		t.Errorf("what the request said is %s", got)
	}
}

func FuzzLeaked(f *testing.F) {
	f.Add("at a (/b/c.js:1:2)", "/")
	f.Add("open /a/b: no such file", "/a/b")
	f.Fuzz(func(_ *testing.T, body, target string) { leaked([]byte(body), target) })
}

func TestShorten(t *testing.T) {
	request := Request{Header: []Field{{"X-Pad-0", "aaa"}, {"Accept", "*/*"}, {"X-Pad-1", "aaa"}}}
	shorten(&request, "X-Pad")
	if want := []Field{{"X-Pad-0", "$X_PAD_0"}, {"Accept", "*/*"}}; !reflect.DeepEqual(request.Header, want) {
		t.Errorf("shortened to %v, want %v", request.Header, want)
	}
}

func TestListingMark(t *testing.T) {
	for body, want := range map[string]bool{
		"<title>Index of /images/</title>":                       true,
		"<h1>Directory listing for /images/</h1>":                true,
		"<pre>\n<a href=\"cover.png\">cover.png</a>\n</pre>":     true,
		`<a href="../">../</a>`:                                  true,
		`<title>Gallery</title><img src="/images/cover.png">`:    false,
		`<title>Index</title><a href="../about">About</a> <pre>`: false,
	} {
		if got := listingMark.MatchString(body); got != want {
			t.Errorf("%s: %t", body, got)
		}
	}
}

func TestLeavesTLS(t *testing.T) {
	for _, test := range []struct {
		origin, location string
		want             bool
	}{
		{"https://app.example.com", "http://app.example.com/x", true},
		{"https://app.example.com", "http://APP.example.com:80/x", true},
		{"https://app.example.com", "http://app.example.com:8080/x", false}, // a port that users do not know
		{"https://app.example.com", "//app.example.com/x", false},
		{"https://app.example.com", "/x", false},
		{"https://app.example.com", "http://www.example.com/x", false},
		{"http://app.example.com", "http://app.example.com/x", false},
	} {
		origin, _ := url.Parse(test.origin)
		p := &Pass{client: &client{origin: origin}}
		if got := p.leavesTLS(resolveLocation(test.location, origin)); got != test.want {
			t.Errorf("from %s to %s: %t, want %t", test.origin, test.location, got, test.want)
		}
	}
}
