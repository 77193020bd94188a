package spatest_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

func serve(t *testing.T, handler http.Handler) spatest.Target {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return spatest.Target{URL: server.URL, Dist: mutant.Fixture(), API: mutant.API, Canaries: []string{mutant.Canary}}
}

func named(t *testing.T, name string) http.Handler {
	t.Helper()
	for _, m := range append(mutant.All(), mutant.Oddities()...) {
		if m.Name == name {
			return m.Handler()
		}
	}
	t.Fatalf("no mutant is called %s", name)
	return nil
}

func inspect(t *testing.T, target spatest.Target) spatest.Report {
	t.Helper()
	report, err := spatest.Inspect(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	return report
}

func TestRunPasses(t *testing.T) {
	spatest.Run(t, serve(t, mutant.Reference(mutant.Fixture())))
}

// TestRunOfMutant is what TestRunFails runs in a process of its own.
func TestRunOfMutant(t *testing.T) {
	name := os.Getenv("SPATEST_MUTANT")
	if name == "" {
		t.Skip("run by TestRunFails")
	}
	spatest.Run(t, serve(t, named(t, name)))
}

func TestRunFails(t *testing.T) {
	for _, test := range []struct {
		mutant string
		want   []string
	}{
		{"missing-asset-page", []string{
			"--- FAIL: TestRunOfMutant/assets-missing-404",
			"--- PASS: TestRunOfMutant/routing-root",
			"assets-missing-404 (MUST): a missing hashed asset gets a 404, never the page",
			"expected: 404, and not the page",
			"got:      200 OK, text/html; charset=utf-8", "the page",
			"try:      curl -i --path-as-is -H 'Accept: */*'", "/assets/index-DEADBEEF.js",
			"see:      https://",
		}},
		{"deep-link-404", []string{
			"--- FAIL: TestRunOfMutant/routing-deep-link",
			"--- FAIL: TestRunOfMutant/routing-dot-in-route",
			"blocked: routing-deep-link did not pass",
		}},
	} {
		t.Run(test.mutant, func(t *testing.T) {
			command := exec.Command(os.Args[0], "-test.run=^TestRunOfMutant$", "-test.v")
			command.Env = append(os.Environ(), "SPATEST_MUTANT="+test.mutant)
			output, err := command.CombinedOutput()
			var exit *exec.ExitError
			if !errors.As(err, &exit) || exit.ExitCode() != 1 {
				t.Errorf("go test of a mutant: %v, want exit status 1", err)
			}
			for _, want := range test.want {
				if !strings.Contains(string(output), want) {
					t.Errorf("the output lacks %q:\n%s", want, output)
				}
			}
		})
	}
}

func TestReportRoundTrips(t *testing.T) {
	target := serve(t, named(t, "deep-link-to-root"))
	target.Waive = map[string]string{"routing-deep-link": "to see a waiver"}
	report := inspect(t, target)
	data, err := json.Marshal(report)
	if err != nil {
		t.Fatal(err)
	}
	var back spatest.Report
	if err := json.Unmarshal(data, &back); err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(report, back) {
		t.Errorf("the report changed on its way through JSON:\n%+v\n%+v", report, back)
	}
	if !strings.Contains(string(data), `"level":"MUST"`) ||
		!strings.Contains(string(data), `"location"`) && !strings.Contains(string(data), `"Location"`) {
		t.Errorf("the JSON lacks the level or the response: %s", data)
	}
}

func TestErrAndWaivers(t *testing.T) {
	const reason = "cannot be mended here"
	for _, test := range []struct {
		name, server string
		waive, only  string
		verdict      spatest.Verdict
		err          string // what Err says, empty: nil
	}{
		{name: "a MUST", server: "missing-asset-page", only: "assets-missing-404", verdict: spatest.Failed, err: "assets-missing-404 (MUST)"},
		{name: "a SHOULD", server: "asset-one-hour", only: "caching-hashed-immutable", verdict: spatest.Failed, err: "caching-hashed-immutable (SHOULD)"},
		{name: "waived", server: "asset-one-hour", only: "caching-hashed-immutable", waive: "caching-hashed-immutable", verdict: spatest.Failed},
		{name: "waived in vain", server: "asset-one-hour", only: "conditional-304", waive: "conditional-304", verdict: spatest.Failed, err: "conditional-304 (MUST)"},
		{name: "blocked", server: "deep-link-404", only: "routing-dot-in-route", verdict: spatest.Blocked, err: "routing-dot-in-route (SHOULD, blocked)"},
		{name: "blocked by what is waived", server: "deep-link-404", only: "routing-dot-in-route", waive: "routing-deep-link", verdict: spatest.Blocked},
		{name: "a group", server: "deep-link-404", only: "assets", verdict: spatest.Passed},
	} {
		t.Run(test.name, func(t *testing.T) {
			target := serve(t, named(t, test.server))
			target.Only = []string{test.only}
			if test.waive != "" {
				target.Waive = map[string]string{test.waive: reason}
			}
			report := inspect(t, target)
			if got := report.Outcomes[0].Verdict; got != test.verdict {
				t.Errorf("verdict %s, want %s", got, test.verdict)
			}
			if report.Count(test.verdict) != len(report.Outcomes) {
				t.Errorf("%d of %d outcomes are %s", report.Count(test.verdict), len(report.Outcomes), test.verdict)
			}
			err := report.Err()
			if test.err == "" && err != nil || test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Errorf("Err() = %v, want %q", err, test.err)
			}
		})
	}
}

func TestUnusableTargets(t *testing.T) {
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	const url = "http://127.0.0.1:1"
	for _, test := range []struct {
		name   string
		target spatest.Target
		is     error
		says   string
	}{
		{"no URL", spatest.Target{}, spatest.ErrTarget, "http://127.0.0.1:8080"},
		{"no scheme", spatest.Target{URL: "localhost:8080"}, spatest.ErrTarget, `"localhost:8080"`},
		{"a query", spatest.Target{URL: url + "/app?a=1"}, spatest.ErrTarget, "leave out what follows " + url + "/app"},
		{"bad endpoint", spatest.Target{URL: url, APIEvents: "events"}, spatest.ErrTarget, `"events"`},
		{"endpoint that cannot be asked to fail", spatest.Target{URL: url, APIFail: "/api/fail"}, spatest.ErrTarget, "{status}"},
		{"credentials", spatest.Target{URL: "http://u:secret@127.0.0.1"}, spatest.ErrTarget, "header"},
		{"no answer", spatest.Target{URL: "http://" + closed.Addr().String()}, spatest.ErrNoAnswer, closed.Addr().String()},
		{"not a build", spatest.Target{URL: url, Dist: fstest.MapFS{"main.go": {}}}, spatest.ErrNotABuild, "index.html"},
		{"unknown check", spatest.Target{URL: url, Only: []string{"routing-depe-link"}}, spatest.ErrUnknown, `"routing-deep-link"`},
		{"unknown group", spatest.Target{URL: url, Only: []string{"cachin"}}, spatest.ErrUnknown, `"caching"`},
		{"unknown waiver", spatest.Target{URL: url, Waive: map[string]string{"conditional-30": "x"}}, spatest.ErrUnknown, `"conditional-304"`},
		{"waiver without reason", spatest.Target{URL: url, Waive: map[string]string{"conditional-304": " "}}, spatest.ErrTarget, "reason"},
		{"bad API", spatest.Target{URL: url, API: "api/"}, spatest.ErrTarget, `"api/"`},
		{"bad route", spatest.Target{URL: url, Routes: []string{"a b"}}, spatest.ErrTarget, `"a b"`},
		{"empty canary", spatest.Target{URL: url, Canaries: []string{""}}, spatest.ErrTarget, "canaries"},
	} {
		t.Run(test.name, func(t *testing.T) {
			_, err := spatest.Inspect(t.Context(), test.target)
			if !errors.Is(err, test.is) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("got %v, want %v that says %s", err, test.is, test.says)
			}
			if strings.Contains(err.Error(), "secret") {
				t.Errorf("the error shows a password: %v", err)
			}
		})
	}
}

// TestCancel holds that an inspection ends with its context, however long an exchange may take.
func TestCancel(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	target := serve(t, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		cancel()
		<-r.Context().Done()
	}))
	target.Timeout = time.Hour
	if _, err := spatest.Inspect(ctx, target); !errors.Is(err, context.Canceled) {
		t.Errorf("an inspection that was cancelled ended with %v", err)
	}
}

// needsMore: the check needs what a URL alone does not give, and is skipped without it.
func needsMore(check string) bool {
	for _, c := range spatest.Checks() {
		if c.Name == check {
			return slices.ContainsFunc(
				c.Needs,
				func(f spatest.Feature) bool { return f != spatest.FeatureAPI && f != spatest.FeatureRoot },
			)
		}
	}
	return false
}

// TestWithURLAlone: what is discovered from the page is checked, the rest is
// skipped with a reason.
func TestWithURLAlone(t *testing.T) {
	verdicts := func(t *testing.T, target spatest.Target) map[string]spatest.Verdict {
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
	t.Run("reference", func(t *testing.T) {
		for check, got := range verdicts(t, spatest.Target{URL: serve(t, mutant.Reference(mutant.Fixture())).URL}) {
			want := spatest.Passed
			if needsMore(check) {
				want = spatest.Skipped
			}
			if got != want {
				t.Errorf("%s: %s, want %s", check, got, want)
			}
		}
	})
	t.Run("nonce", func(t *testing.T) { // a page that differs at every request
		reference, requests := mutant.Reference(mutant.Fixture()), new(atomic.Int64)
		handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
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
		})
		server := httptest.NewServer(handler)
		defer server.Close()
		for check, got := range verdicts(t, spatest.Target{URL: server.URL, Timeout: 2 * time.Second}) {
			if got != spatest.Passed && !needsMore(check) {
				t.Errorf("%s: %s, want pass", check, got)
			}
		}
	})
	t.Run("no API", func(t *testing.T) { // a catch-all answers under /api too
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
	})
	t.Run("route table", func(t *testing.T) { // a server that knows its routes
		reference := mutant.Reference(mutant.Fixture())
		target := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			recorder := httptest.NewRecorder()
			reference.ServeHTTP(recorder, r)
			isPage := recorder.Code == 200 && strings.HasPrefix(recorder.Header().Get("Content-Type"), "text/html")
			if isPage && r.URL.Path != "/" && r.URL.Path != "/docs/" && r.URL.Path != "/index.html" &&
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
	})
}
