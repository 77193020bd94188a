package mutant

import (
	"net/http"
	"strings"
)

// mount serves an app under a path, as a proxy before it would: the path is taken
// off requests, and put before the redirects. Outside there is nothing.
func mount(under string, app http.Handler) http.Handler {
	if under == "" {
		return app
	}
	inner := edit(always, func(status int, h http.Header) int {
		if to := h.Get("Location"); strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") {
			h.Set("Location", under+to)
		}
		return status
	})(app)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == under {
			w.Header().Set("Location", to(under+"/")(r))
			w.WriteHeader(http.StatusPermanentRedirect)
			return
		}
		if !strings.HasPrefix(r.URL.Path, under+"/") {
			fail(w, http.StatusNotFound)
			return
		}
		inner.ServeHTTP(w, unprefixed(under, r))
	})
}

// unprefixed is a request without the path that an app is under.
func unprefixed(under string, r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	r.URL.Path = strings.TrimPrefix(r.URL.Path, under)
	r.URL.RawPath = strings.TrimPrefix(r.URL.RawPath, under)
	r.RequestURI = strings.TrimPrefix(r.RequestURI, under)
	return r
}
