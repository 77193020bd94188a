package spatest_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

// An origin whose "/" redirects to the folder of a language does not have the app there, and is told where to check.
func TestRootRedirectsToFolder(t *testing.T) {
	english := mutant.Mutant{Under: "/en"}.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/" {
			http.Redirect(w, r, "/en/?from=root", http.StatusFound)
			return
		}
		english.ServeHTTP(w, r)
	}))
	defer server.Close()
	target := spatest.Target{URL: server.URL, Only: []string{"routing-root"}}
	o := inspect(t, target).Outcomes[0]
	const says = "it redirects to %s; if the app is there, check that URL"
	if want := strings.Replace(says, "%s", server.URL+"/en/", 1); o.Verdict != spatest.Failed ||
		!strings.HasSuffix(o.Findings[0].Message, want) {
		t.Errorf("%s: %v", o.Verdict, o.Findings)
	}
	target.URL += "/en/"
	if o := inspect(t, target).Outcomes[0]; o.Verdict != spatest.Passed {
		t.Errorf("%s: %s %v", target.URL, o.Verdict, o.Findings)
	}
}
