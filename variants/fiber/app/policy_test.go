package app

import (
	"strings"
	"testing"
)

// TestPolicy verifies the URL policy of both stores, request by request.
func TestPolicy(t *testing.T) {
	long := strings.Repeat("a", 300)
	tests := []struct {
		request, fields string
		status          int
		body            string // exact; "" is not compared
	}{
		{"GET /", navigating, 200, pageBody},
		{"GET /", "", 200, pageBody},
		{"GET /users/42", "Connection: Upgrade\r\nUpgrade: websocket\r\n", 404, ""},
		{"GET /?a=1", navigating, 200, pageBody},
		{"GET /index.html", navigating, 200, pageBody},
		{"GET http://library.test/users/42", navigating, 200, pageBody},
		{"GET http://library.test", navigating, 200, pageBody},
		{"GET http://library.test?x=/", navigating, 200, pageBody},

		{"GET /users/42/edit?tab=a&next=%2Fx", navigating, 200, pageBody},
		{"GET /users/42/", navigating, 200, pageBody},
		{"GET /users/42", "Accept: */*\r\n", 200, pageBody},
		{"GET /users/42", scripting, 404, ""},
		{"GET /packages/react/18.2.0", navigating, 200, pageBody},
		{"GET /packages/react/18.2.0", "Accept: text/html\r\n", 200, pageBody},
		{"GET /packages/react/18.2.0", "Accept: application/json\r\nAccept: text/html;q=0.5\r\n", 200, pageBody},
		{"GET /packages/react/18.2.0", "Accept: text/html;q=0\r\n", 404, ""},
		{"GET /packages/react/18.2.0", "Accept: */*\r\n", 404, ""},
		{"GET /u/jane.doe@example.com", navigating, 200, pageBody},
		{"GET /missing.png", "Sec-Fetch-Dest: image\r\nAccept: text/html\r\n", 404, ""},
		{"GET /missing.png", "", 404, ""},
		{"GET /frame", "Sec-Fetch-Dest: iframe\r\n", 200, pageBody},
		{"GET /search/caf%C3%A9%20au%20lait", navigating, 200, pageBody},
		{"GET /files/a%2Fb", navigating, 200, pageBody},
		{"GET /search/http%3A%2F%2Fexample.com", navigating, 200, pageBody},
		{"GET /apiary", navigating, 200, pageBody},
		{"GET /assets-guide", navigating, 200, pageBody},
		{"GET /images", navigating, 200, pageBody},
		{"GET /images/", navigating, 200, pageBody},
		{"GET /assets", navigating, 200, pageBody},

		{"GET /docs/", navigating, 200, "documentation"},
		{"GET /docs/", scripting, 200, "documentation"},
		{"GET /docs/index.html", navigating, 200, "documentation"},
		{"GET /docs", navigating, 308, ""},
		{"GET /docs/nothing", navigating, 200, pageBody},
		{"GET /docs%2Findex.html", scripting, 404, ""},
		{"GET /robots.txt", navigating, 200, "User-agent: *"},
		{"GET /robots%2Etxt", navigating, 200, "User-agent: *"},
		{"GET /with%20space.txt", "", 200, "space"},
		{"GET /f%C3%BCnke.txt", "", 200, "umlaut"},
		{"GET /fünke.txt", "", 200, "umlaut"},
		{"GET /a%2520b.txt", "", 200, "literal percent"},
		{"GET /a%20b.txt", "", 404, ""},
		{"GET /empty.txt", "", 200, ""},
		{"GET /data.gz", "", 200, "no original beside it"},
		{"GET /index.html.br", "", 404, ""},
		{"GET /assets/style-abc12345.css.gz", navigating, 404, ""},

		{"GET /assets/", navigating, 404, ""},
		{"GET /assets/index-DEADBEEF.js", navigating, 404, ""},
		{"HEAD /assets/index-DEADBEEF.js", scripting, 404, ""},
		{"GET /%61ssets/nothing", navigating, 404, ""},
		{"GET /assets%2Fnothing", navigating, 404, ""},
		{"GET /.well-known/security.txt", "", 200, "Contact:"},
		{"GET /.well-known/nothing", navigating, 404, ""},
		{"GET /.well-known", navigating, 404, ""},
		{"GET /.env", navigating, 404, ""},
		{"GET /.env.production", navigating, 404, ""},
		{"GET /%2eenv", navigating, 404, ""},
		{"GET /.git/config", navigating, 404, ""},
		{"GET /x%2F.git", navigating, 404, ""},

		{"GET /api", navigating, 404, ""},
		{"GET /api/", navigating, 404, ""},
		{"GET /api/nope", navigating, 404, ""},
		{"GET /%61pi/nope", navigating, 404, ""},
		{"GET /%61pi/health", "", 200, `{"status":"ok"}`},
		{"GET /api%2Fhealth", navigating, 404, ""},
		{"GET /api/health/", navigating, 404, ""},
		{"GET /API/health", "", 200, pageBody},
		{"POST /api/nope", "Content-Length: 0\r\n", 404, ""},
		{"DELETE /api/health", "", 405, ""},
		{"FROB /api/health", "", 405, ""},

		{"POST /users/42", navigating + "Content-Length: 0\r\n", 405, ""},
		{"DELETE /assets/index-abc12345.js", "", 405, ""},
		{"OPTIONS /", "", 405, ""},
		{"TRACE /", "", 405, ""},
		{"FROB /", "", 405, ""},

		{"GET /users/100%", navigating, 400, ""},
		{"GET /users/%zz", navigating, 400, ""},
		{"GET /%ff", navigating, 200, pageBody},
		{"GET /..%c0%af", navigating, 404, ""},
		{"GET /" + long, navigating, 200, pageBody},
		{"GET /" + strings.Repeat("a", 20_000), navigating, 431, ""},
		{"GET //api/health", navigating, 400, ""},
		{"GET /x/../api/health", navigating, 400, ""},
		{"GET /./docs/", navigating, 400, ""},
		{"GET /%2e%2e/secret.txt", navigating, 400, ""},
		{"GET /..%2fsecret.txt", navigating, 400, ""},
		{"GET /..%5csecret.txt", navigating, 400, ""},
		{"GET /..\\secret.txt", navigating, 400, ""},
		{"GET /..;/secret.txt", navigating, 404, ""},
		{"GET /....//secret.txt", navigating, 400, ""},
		{"GET /%252e%252e/secret.txt", navigating, 200, pageBody},
		{"GET //evil.test/%2e%2e", navigating, 400, ""},
		{"GET /%2fevil.test/docs", navigating, 200, pageBody},
		{"GET /index.html%00.js", navigating, 400, ""},
		{"GET /docs%0d%0aX-Injected:1", navigating, 400, ""},
		{"GET secret.txt", navigating, 400, ""},
		{"CONNECT library.test:80", "", 400, ""},
	}
	for store, files := range stores(t) {
		address := start(t, files)
		for _, test := range tests {
			t.Run(store+"/"+strings.ReplaceAll(test.request, "/", "∕"), func(t *testing.T) {
				got := ask(t, address, test.request, test.fields)
				if got.status != test.status {
					t.Errorf("status %d, want %d; body %.80q", got.status, test.status, got.body)
				}
				if test.body != "" && got.body != test.body {
					t.Errorf("body %.80q, want %q", got.body, test.body)
				}
				if got.status >= 400 {
					checkError(t, got)
				}
				checkAlways(t, got)
			})
		}
	}
}

func checkError(t *testing.T, got answer) {
	t.Helper()
	if strings.Contains(got.body, pageBody) || strings.Contains(got.body, "canary") {
		t.Errorf("an error shows a file: %.80q", got.body)
	}
	if policy := got.header.Get("Cache-Control"); policy != "no-store" {
		t.Errorf("Cache-Control %q on an error, want no-store", policy)
	}
	if got.header.Get("Location") != "" || got.header.Get("ETag") != "" {
		t.Errorf("Location or ETag on an error: %v", got.header)
	}
	if got.status == 405 && !strings.HasPrefix(got.header.Get("Allow"), "GET, HEAD") {
		t.Errorf("405 with Allow %q", got.header.Get("Allow"))
	}
}

func checkAlways(t *testing.T, got answer) {
	t.Helper()
	for name, want := range map[string]string{
		"X-Content-Type-Options": "nosniff",
		"Referrer-Policy":        "strict-origin-when-cross-origin",
		"X-Frame-Options":        "DENY",
	} {
		if values := got.header.Values(name); len(values) != 1 || values[0] != want {
			t.Errorf("%s: %q, want once %q", name, values, want)
		}
	}
	for _, name := range []string{"Last-Modified", "X-Injected", "Set-Cookie", "Server"} {
		if got.header.Get(name) != "" {
			t.Errorf("%s: %q", name, got.header.Get(name))
		}
	}
	if got.header.Get("Date") == "" {
		t.Error("no Date")
	}
}

func TestRedirectStaysOnOrigin(t *testing.T) {
	for store, files := range stores(t) {
		address := start(t, files)
		for request, location := range map[string]string{
			"GET /docs":                     "/docs/",
			"GET /docs?a=1&b=%2F":           "/docs/?a=1&b=%2F",
			"GET /d%6Fcs":                   "/d%6Fcs/",
			"GET http://evil.test/docs?a=1": "/docs/?a=1",
		} {
			got := ask(t, address, request, navigating)
			if got.status != 308 || got.header.Get("Location") != location {
				t.Errorf("%s: %s: %d to %q, want 308 to %q",
					store, request, got.status, got.header.Get("Location"), location)
			}
		}
	}
}

// TestAPIAlone verifies that a server without files has no other paths.
func TestAPIAlone(t *testing.T) {
	address := start(t, nil)
	for request, status := range map[string]int{
		"GET /": 404, "GET /index.html": 404, "GET /assets/x.js": 404, "POST /x": 404,
		"GET /users/100%": 400, "GET /api/health": 200, "GET /api/nope": 404, "PUT /api/books": 405,
	} {
		got := ask(t, address, request, navigating)
		if got.status != status {
			t.Errorf("%s: status %d, want %d", request, got.status, status)
		}
		if media := got.header.Get("Content-Type"); status >= 400 && media != "application/problem+json" {
			t.Errorf("%s: Content-Type %q", request, media)
		}
		checkAlways(t, got)
	}
}

// A server without a database has no API: /api is a route like any other.
func TestFilesAlone(t *testing.T) {
	address := startAs(t, Config{Files: stores(t)["embedded"]})
	if got := ask(t, address, "GET /api/health", navigating); got.status != 200 || got.body != pageBody {
		t.Errorf("a navigation: %d %q, want the page", got.status, got.body)
	}
	if got := ask(t, address, "GET /api/health", "Accept: application/json\r\n"); got.status != 404 {
		t.Errorf("a request for JSON: %d %q, want 404", got.status, got.body)
	}
	if _, err := New(Config{}); err == nil || !strings.Contains(err.Error(), "neither a build nor a database") {
		t.Errorf("with nothing to serve: %v", err)
	}
}
