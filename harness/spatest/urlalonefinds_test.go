package spatest_test

import (
	"net/http"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

// alone is a target of which nothing is known but its URL and its API.
func alone(t *testing.T, handler http.Handler) spatest.Target {
	t.Helper()
	return spatest.Target{URL: serve(t, handler).URL, API: mutant.API, Timeout: 2 * time.Second}
}

// TestURLAloneFinds: faults are found without the files of the build, too.
func TestURLAloneFinds(t *testing.T) {
	for name, check := range map[string]string{
		"gzip-not-found": "clients-browser-fields", "html-by-name": "clients-machines",
		"cookies-431": "clients-cookies", "pipe-400": "clients-raw-characters",
		"websocket-page": "clients-streams-not-page", "preflight-page": "api-preflight",
		"api-swallowed": "api-reached", "api-csv-as-file": "api-extension",
		"breaks-off-long": "assets-whole", "project-manifest": "security-project-files",
		"source-maps": "security-source-maps", "config-one-hour": "caching-config-revalidates",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := alone(t, named(t, name))
			target.Only = []string{check}
			if got := verdicts(t, target)[check]; got != spatest.Failed {
				t.Errorf("%s: %s, want fail", check, got)
			}
		})
	}
}

// TestURLAloneAllows: what is legal passes without the files of the build, too.
func TestURLAloneAllows(t *testing.T) {
	for _, name := range []string{
		"page-with-nonce", "page-configured", "page-with-hashed-configuration", "env-written-anew", "page-for-routes",
		"to-https", "rendered-for-bots",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			report := inspect(t, alone(t, named(t, name)))
			if err := report.Err(); err != nil {
				t.Error(err)
				for _, o := range report.Outcomes {
					for _, f := range o.Findings {
						t.Log(f)
					}
				}
			}
		})
	}
}

// TestAPINamedByScripts: an API that is swallowed whole is seen by what the app's scripts ask for.
func TestAPINamedByScripts(t *testing.T) {
	calls := mutant.Mutant{
		Page: func(page string) string {
			return strings.Replace(page, "<head>", "<head>\n<script src=\"/calls.js\"></script>", 1)
		},
		More: func(build fstest.MapFS) {
			calls := "fetch('/api/books?q=1'); fetch(\"/api/logout\");\n"
			build["calls.js"] = &fstest.MapFile{Data: []byte(calls), Mode: 0o644}
		},
	}
	reference := mutant.Reference(calls.Build())
	server := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/logout") {
			t.Error("an endpoint that signs out was asked")
		}
		if strings.HasPrefix(r.URL.Path, "/api") {
			r.URL.Path = "/"
		}
		reference.ServeHTTP(w, r)
	}))
	for _, target := range []spatest.Target{{URL: server.URL}, {URL: server.URL, Dist: calls.Build()}} {
		target.Only = []string{"api-reached", "api-not-asset-cached"}
		got := verdicts(t, target)
		if got["api-reached"] != spatest.Failed || got["api-not-asset-cached"] != spatest.Blocked {
			t.Errorf("an API that the app's scripts name and the page answers: %v", got)
		}
	}
}

// TestSeveralAPIs: every prefix is checked.
func TestSeveralAPIs(t *testing.T) {
	reference := mutant.Reference(mutant.Fixture())
	target := serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/graphql") {
			r.URL.Path = "/"
		}
		reference.ServeHTTP(w, r)
	}))
	target.Only = []string{"api-unknown-404"}
	if got := verdicts(t, target)["api-unknown-404"]; got != spatest.Passed {
		t.Errorf("one API: %s", got)
	}
	target.OtherAPIs = []string{"/graphql"}
	if got := verdicts(t, target)["api-unknown-404"]; got != spatest.Failed {
		t.Errorf("the second of two APIs is the page: %s", got)
	}
}
