package mutant

import (
	"net/http"
	"strings"
)

func statusOf(next http.Handler, r *http.Request) int { return record(next, r).Code }

// buildOf is the build whose page next serves: "A" for the current, "B" for the next.
func buildOf(next http.Handler, r *http.Request) string {
	r = r.Clone(r.Context())
	r.Method, r.URL.Path, r.URL.RawPath = http.MethodGet, "/", ""
	r.Header = http.Header{"Accept": {"text/html"}}
	_, rest, _ := strings.Cut(record(next, r).Body.String(), `name="spabench-build" content="`)
	id, _, _ := strings.Cut(rest, `"`)
	return id
}
