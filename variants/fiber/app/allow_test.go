package app

import (
	"strings"
	"testing"
)

const (
	elsewhere = "http://app.test:8080"
	ours      = "Origin: " + elsewhere + "\r\n"
	preflight = "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: content-type\r\n"
)

func sharing(t *testing.T, allow Allow) (address string) {
	t.Helper()
	return startAs(t, Config{Database: seeded(t), Allow: allow})
}

// A page of the allowed origin may read every answer, including all kinds of errors; a page of another origin, none.
func TestAllow(t *testing.T) {
	address := sharing(t, Allow{Origin: elsewhere, MaxAge: "600"})
	large := "Content-Type: application/json\r\nContent-Length: 2000000\r\n"
	for _, tc := range []struct {
		request, fields string
		status          int
	}{
		{"GET /api/books/1", "", 200},
		{"GET /api/books/0", "", 404},
		{"GET /api/books?limit=x", "", 400},
		{"GET /api/fail?status=503", "", 503},
		{"GET /api//books", "", 400},
		{"GET /nothing", "", 404},
		{"DELETE /api/books", "", 405},
		{"OPTIONS /api/books", "", 405},
		{"POST /api/books", "Content-Length: 0\r\n", 415},
		{"POST /api/books", large, 413},
		{"GET /api/books", "X-Large: " + strings.Repeat("x", headerLimit) + "\r\n", 431},
		{"OPTIONS /api/books", preflight, 204},
	} {
		for origin, may := range map[string]string{ours: elsewhere, "Origin: http://other.test\r\n": "", "": ""} {
			a := ask(t, address, tc.request, origin+tc.fields)
			want := tc.status
			if want == 204 && may == "" {
				want = 405 // not a preflight from the allowed origin, so a method that the path does not have
			}
			if tc.status == 431 {
				may = "" // nothing of such a request is read, not even its origin
			}
			h := a.header
			if a.status != want || h.Get("Access-Control-Allow-Origin") != may ||
				!strings.Contains(h.Get("Vary"), "Origin") {
				t.Errorf("%s from %q: %d %v; want %d, readable by %q", tc.request, origin, a.status, h, want, may)
			}
			methods, fields := h.Get("Access-Control-Allow-Methods"), h.Get("Access-Control-Allow-Headers")
			age := h.Get("Access-Control-Max-Age")
			if want == 204 && (methods != "GET, HEAD, POST" || fields != "Content-Type" || age != "600") ||
				want != 204 && methods+fields+age != "" {
				t.Errorf("%s from %q: %v", tc.request, origin, h)
			}
		}
	}
	h := ask(t, sharing(t, Allow{Origin: elsewhere}), "OPTIONS /api/books", ours+preflight).header
	if h.Get("Access-Control-Allow-Methods") == "" || h["Access-Control-Max-Age"] != nil {
		t.Errorf("without a maximum age: %v", h)
	}
}

// Without an allowed origin no answer has any CORS field.
func TestAllowNobody(t *testing.T) {
	address := sharing(t, Allow{})
	for request, status := range map[string]int{
		"GET /api/books/1":   200,
		"GET /api/books/0":   404,
		"OPTIONS /api/books": 405,
	} {
		a := ask(t, address, request, ours+preflight)
		if a.status != status || a.header["Vary"] != nil {
			t.Errorf("%s: %d %v", request, a.status, a.header)
		}
		for name := range a.header {
			if strings.HasPrefix(name, "Access-Control-") {
				t.Errorf("%s: %s", request, name)
			}
		}
	}
}

func TestAllowChecks(t *testing.T) {
	for _, wrong := range []Allow{
		{Origin: "*"}, {Origin: "app.test"}, {Origin: elsewhere + "/"}, {Origin: "null"},
		{Origin: elsewhere, MaxAge: "1h"}, {Origin: elsewhere, MaxAge: "-1"},
	} {
		if err := wrong.check(); err == nil {
			t.Errorf("%+v is accepted", wrong)
		}
	}
}
