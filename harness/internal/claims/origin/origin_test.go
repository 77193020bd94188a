package origin

import (
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"spabench/harness/chromium"
	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig/rigtest"
)

// The same visit works with the API on the page's origin and on another one. There it takes a preflight for each
// addition that the browser has none cached for, and the header fields of CORS on every response that the page is to
// read; without them the page gets nothing, although the API responds to what needs no preflight.
func TestCrossOrigin(t *testing.T) {
	g := rigtest.Open(t)
	if g.Browser == nil {
		t.Skip(chromium.ErrNotFound)
	}
	told := new(claim.Transcript)
	s, err := observe(t.Context(), g.Lab, g.Browser, told)
	t.Log("\n" + strings.Join(told.Lines, "\n"))
	if err != nil {
		t.Fatal(rigtest.Describe(err))
	}
	rigtest.NothingLeft(t)

	want := []string{"Books", "a book", addedTitle, addedTitle}
	for form, v := range map[string]record.OriginVisit{"same": s.Same, "cross": s.Cross} {
		if !slices.Equal(v.Shown, want) || len(v.Console) > 0 {
			t.Errorf("%s origin: shown %q, console %q", form, v.Shown, v.Console)
		}
	}
	if len(s.Same.API) > 0 || s.Same.Preflights() != 0 || s.Cross.Preflights() != 1 {
		t.Errorf("%d and %d preflights; %+v", s.Same.Preflights(), s.Cross.Preflights(), s.Same.API)
	}
	for _, kind := range []string{"document", "script", "style", "font", "fetch"} {
		if a, b := s.Same.Count(kind), s.Cross.Count(kind); a != b || a == 0 {
			t.Errorf("%d requests of kind %s from the same origin, %d from two", a, kind, b)
		}
	}
	page := ""
	for i, p := range s.Cross.API {
		if page == "" {
			page = p.Asked.Get("Origin")
		}
		h := p.Answered
		allowed := h.Get("Access-Control-Allow-Origin")
		if p.Asked.Get("Origin") != page || page == "" || allowed != page || h.Get("Vary") != "Origin" {
			t.Errorf("%s %s: asked %v, answered %v", p.Method, p.Target, p.Asked, h)
		}
		if p.Kind != "preflight" {
			continue
		}
		asked := http.Header{
			"Origin": {page}, "Access-Control-Request-Method": {"POST"},
			"Access-Control-Request-Headers": {"content-type"},
		}
		if !reflect.DeepEqual(p.Asked, asked) || p.Status != http.StatusNoContent || p.Target != "/api/books" ||
			h.Get("Access-Control-Allow-Headers") != "Content-Type" || h.Get("Access-Control-Max-Age") != "7200" ||
			!strings.Contains(h.Get("Access-Control-Allow-Methods"), "POST") {
			t.Errorf("preflight: asked %v, answered %d %v", p.Asked, p.Status, h)
		}
		if next := s.Cross.API[i+1]; next.Method != http.MethodPost || next.Status != http.StatusCreated {
			t.Errorf("after the preflight: %+v", next)
		}
	}
	for _, p := range s.Cross.Page {
		if strings.HasPrefix(p.Target, "/api") {
			t.Errorf("the page's origin is asked for %s", p.Target)
		}
	}

	if s.Missing != "Not in the catalogue" {
		t.Errorf("a missing book: %q", s.Missing)
	}
	refused := s.Refused
	if !slices.Equal(refused.Shown, []string{"This page could not be loaded", "TypeError: Failed to fetch"}) {
		t.Errorf("without ALLOW_ORIGIN: shown %q", refused.Shown)
	}
	console := strings.Join(refused.Console, "\n")
	for _, text := range []string{
		"has been blocked by CORS policy: No 'Access-Control-Allow-Origin' header is present on the requested resource",
		"has been blocked by CORS policy: Response to preflight request doesn't pass access control check",
	} {
		if !strings.Contains(console, text) {
			t.Errorf("without ALLOW_ORIGIN the console says %q, not %q", console, text)
		}
	}
	answered, sent := 0, 0
	for _, p := range refused.API {
		if p.Method == http.MethodGet && p.Status == http.StatusOK {
			answered++
		}
		if p.Method == http.MethodPost {
			sent++
		}
		if len(p.Answered) > 0 {
			t.Errorf("without ALLOW_ORIGIN: %+v", p)
		}
	}
	if answered == 0 || sent > 0 || refused.Preflights() == 0 {
		t.Errorf("without ALLOW_ORIGIN: %d GETs answered, %d POSTs sent, %d preflights",
			answered, sent, refused.Preflights())
	}

	for i, want := range []record.PostsPreflighted{
		{MaxAge: "0", Preflights: 10}, {MaxAge: "", Preflights: 1}, {MaxAge: "7200", Preflights: 1},
	} {
		got := s.Posts[i]
		// Without an age a preflight is cached for five seconds, which is enough for ten responses, unless the machine
		// is busy.
		late := want.MaxAge == "" && got.Preflights > 1 && got.Preflights < 10
		if got.MaxAge != want.MaxAge || got.Posts != 10 || got.Preflights != want.Preflights && !late {
			t.Errorf("ten posts: %+v, want %+v", got, want)
		}
	}
}
