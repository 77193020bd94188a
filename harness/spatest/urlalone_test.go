package spatest_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

// needsMore: the check needs what a URL alone does not give, and is skipped without it.
func needsMore(check string) bool {
	for _, c := range spatest.Checks() {
		if c.Name == check {
			return slices.ContainsFunc(c.Needs, func(f spatest.Feature) bool {
				return f != spatest.FeatureAPI && f != spatest.FeatureRoot
			})
		}
	}
	return false
}

// verdicts inspects the target and returns the verdicts by check.
func verdicts(t *testing.T, target spatest.Target) map[string]spatest.Verdict {
	t.Helper()
	got := map[string]spatest.Verdict{}
	for _, o := range inspect(t, target).Outcomes {
		got[o.Check] = o.Verdict
		if (o.Verdict == spatest.Skipped || o.Verdict == spatest.Errored) && o.Reason == "" {
			t.Errorf("%s: %s without a reason", o.Check, o.Verdict)
		}
		for _, f := range o.Findings {
			t.Log(f)
		}
	}
	return got
}

// TestWithURLAlone: what is discovered from the page is checked, the rest is skipped with a reason.
func TestWithURLAlone(t *testing.T) {
	for check, got := range verdicts(t, spatest.Target{URL: serve(t, mutant.Reference(mutant.Fixture())).URL}) {
		want := spatest.Passed
		if needsMore(check) {
			want = spatest.Skipped
		}
		if got != want {
			t.Errorf("%s: %s, want %s", check, got, want)
		}
	}
}

// TestWithNonce: a page may differ at every request.
func TestWithNonce(t *testing.T) {
	reference, requests := mutant.Reference(mutant.Fixture()), new(atomic.Int64)
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		reference.ServeHTTP(recorder, r)
		body := recorder.Body.String()
		if strings.HasPrefix(recorder.Header().Get("Content-Type"), "text/html") &&
			recorder.Header().Get("Content-Encoding") == "" {
			body = strings.ReplaceAll(body, "<script ", fmt.Sprintf("<script nonce=%d ", requests.Add(1)))
			recorder.Header().Del("Content-Length")
			recorder.Header().Del("ETag")
		}
		for name, values := range recorder.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(recorder.Code)
		io.WriteString(w, body)
	}))
	for check, got := range verdicts(t, spatest.Target{URL: server.URL, Timeout: 2 * time.Second}) {
		if got != spatest.Passed && !needsMore(check) {
			t.Errorf("%s: %s, want pass", check, got)
		}
	}
}

// TestWithoutAPI: a catch-all answers under /api, too.
func TestWithoutAPI(t *testing.T) {
	files := mutant.Reference(mutant.Fixture())
	target := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api") {
			r.URL.Path = "/"
		}
		files.ServeHTTP(w, r)
	}))
	target.API = ""
	got := verdicts(t, target)
	if got["api-unknown-404"] != spatest.Skipped || got["routing-deep-link"] != spatest.Passed {
		t.Errorf("a server without an API: %v", got)
	}
	target.API = "/api" // said to be there
	if got := verdicts(t, target); got["api-unknown-404"] != spatest.Failed {
		t.Errorf("an API that the page answers: %v", got["api-unknown-404"])
	}
}

// TestWithRouteTable: a server may know its routes, and refuse all others.
func TestWithRouteTable(t *testing.T) {
	reference := mutant.Reference(mutant.Fixture())
	target := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorder := httptest.NewRecorder()
		reference.ServeHTTP(recorder, r)
		isPage := recorder.Code == 200 && strings.HasPrefix(recorder.Header().Get("Content-Type"), "text/html")
		if isPage && !slices.Contains([]string{"/", "/docs/", "/index.html"}, r.URL.Path) &&
			!strings.HasPrefix(r.URL.Path, "/books") {
			http.NotFound(w, r)
			return
		}
		reference.ServeHTTP(w, r)
	}))
	target.Routes = []string{"/books/1", "/books?q=whale"}
	got := verdicts(t, target)
	for check, want := range map[string]spatest.Verdict{
		"routing-deep-link": spatest.Passed, "routing-trailing-slash": spatest.Passed,
		"routing-dot-in-route": spatest.Skipped, "routing-encoded-segment": spatest.Skipped,
		"routing-directory-collision": spatest.Skipped, "routing-prefix-boundary": spatest.Skipped,
		"methods-head-parity": spatest.Passed,
	} {
		if got[check] != want {
			t.Errorf("%s: %s, want %s", check, got[check], want)
		}
	}
	if err := inspect(t, target).Err(); err != nil {
		t.Error(err)
	}
}
