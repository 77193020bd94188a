package mutant

import (
	"net/http"
	"strings"
)

func conditionalMutants() []Mutant {
	withBody := "HTTP/1.1 304 Not Modified\r\nCache-Control: no-cache\r\n\r\n<!doctype html>"
	return []Mutant{
		{Name: "never-304", Check: "conditional-304", Doc: "ignores If-None-Match", Wrap: on(always, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			r = r.Clone(r.Context())
			r.Header.Del("If-None-Match")
			next.ServeHTTP(w, r)
		}), Also: []string{"compression-revalidates"}},
		{Name: "never-304-for-assets", Check: "conditional-304", Doc: "ignores If-None-Match for assets", Wrap: on(under("/assets/"), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			r = r.Clone(r.Context())
			r.Header.Del("If-None-Match")
			next.ServeHTTP(w, r)
		}), Also: []string{"compression-revalidates"}},
		{Name: "304-with-body", Check: "conditional-304", Doc: "sends the page with a 304", Wrap: raw(all(conditional, at("/")), withBody)},
		{Name: "304-with-body-then-close", Check: "conditional-304", Doc: "sends the page with a 304 and announces to close", Wrap: raw(all(conditional, at("/")),
			strings.Replace(withBody, "\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1))},
	}
}

func conditionalOddities() []Mutant {
	return []Mutant{
		{Name: "weak-tags", Check: "conditional-304", Doc: "has weak ETags", Wrap: edit(always, func(status int, h http.Header) int {
			if tag := h.Get("ETag"); tag != "" {
				h.Set("ETag", "W/"+tag)
			}
			return status
		})},
		{Name: "no-validators", Check: "conditional-304", Doc: "has no ETags", Wrap: set(always, "ETag", "")},
		{Name: "dates-alone", Check: "conditional-304", Doc: "has no ETags, and a Last-Modified that it does not compare", Wrap: edit(always, func(status int, h http.Header) int {
			if h.Get("ETag") != "" {
				h.Del("ETag")
				h.Set("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT")
			}
			return status
		})},
		{Name: "304-then-close", Check: "conditional-304", Doc: "closes the connection after a 304", Wrap: set(conditional, "Connection", "close")},
		{Name: "304-with-length", Check: "conditional-304", Doc: "tells in a 304 how long the page is", Wrap: raw(all(conditional, at("/")),
			"HTTP/1.1 304 Not Modified\r\nContent-Length: 4000\r\nCache-Control: no-cache\r\n\r\n")},
	}
}
