package spatest_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"reflect"
	"strings"
	"testing"
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
		{name: "a MUST", server: "missing-asset-page", only: "assets-missing-404", verdict: spatest.Failed,
			err: "assets-missing-404 (MUST)"},
		{name: "a SHOULD", server: "asset-one-hour", only: "caching-hashed-immutable", verdict: spatest.Failed,
			err: "caching-hashed-immutable (SHOULD)"},
		{name: "waived", server: "asset-one-hour", only: "caching-hashed-immutable", waive: "caching-hashed-immutable",
			verdict: spatest.Failed},
		{name: "waived in vain", server: "asset-one-hour", only: "conditional-304", waive: "conditional-304",
			verdict: spatest.Failed, err: "conditional-304 (MUST)"},
		{name: "blocked", server: "deep-link-404", only: "routing-dot-in-route", verdict: spatest.Blocked,
			err: "routing-dot-in-route (SHOULD, blocked)"},
		{name: "blocked by what is waived", server: "deep-link-404", only: "routing-dot-in-route",
			waive: "routing-deep-link", verdict: spatest.Blocked},
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
			if test.err == "" && err != nil ||
				test.err != "" && (err == nil || !strings.Contains(err.Error(), test.err)) {
				t.Errorf("Err() = %v, want %q", err, test.err)
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
