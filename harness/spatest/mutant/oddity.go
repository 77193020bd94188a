package mutant

import (
	"net/http"
	"path"
	"slices"
	"strings"
)

// Oddities lists servers that do what few servers do and every server may: the
// check that each names must pass or be skipped, and so must all others.
func Oddities() []Mutant {
	absolute := func(to string) func(*http.Request) string {
		return func(r *http.Request) string { return "http://" + r.Host + to }
	}
	missing := func(r *http.Request) bool { return under("/assets/")(r) && !exists(r) }
	health := all(inAPI, not(unknownAPI))
	return []Mutant{
		{"early-hints", "routing-root", "sends 103 Early Hints before the page", on(navigation, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			w.Header().Set("Link", "</favicon.ico>; rel=preload; as=image")
			w.WriteHeader(http.StatusEarlyHints)
			w.Header().Del("Link")
			next.ServeHTTP(w, r)
		})},
		{"chunked", "routing-deep-link", "sends pages in chunks, without a length", on(all(navigation, method("GET")), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			next.ServeHTTP(&chunker{w}, r)
		})},
		{"slash-redirect", "routing-trailing-slash", "redirects to the route without slash by 308 and an absolute Location", redirect(slashed, http.StatusPermanentRedirect,
			func(r *http.Request) string {
				return absolute(strings.TrimSuffix(r.URL.Path, "/") + "?" + r.URL.RawQuery)(r)
			})},
		{"known-extensions", "routing-dot-in-route", "takes the extensions of files for files, and any other dot for a route's", status(func(r *http.Request) bool {
			_, known := types[path.Ext(r.URL.Path)]
			return known && isRoute(r)
		}, http.StatusNotFound)},
		{"content-location", "routing-encoded-segment", "says at every route where the page is", set(all(navigation, isRoute), "Content-Location", "/index.html")},
		{"hostile-400", "routing-hostile-path-no-5xx", "answers long and undecodable paths with 400", status(func(r *http.Request) bool {
			return len(r.RequestURI) > 255 || strings.Contains(r.RequestURI, "%ff") || strings.Contains(r.RequestURI, "%c0")
		}, http.StatusBadRequest)},
		{"directory-to-slash", "routing-directory-collision", "redirects a directory to its slash, and sends the page there",
			redirect(at("/images"), http.StatusFound, func(*http.Request) string { return "images/" })},
		{"api-in-any-case", "routing-prefix-boundary", "has its API under /API, too", on(
			func(r *http.Request) bool { return r.URL.Path == "/API" || under("/API/")(r) },
			func(w http.ResponseWriter, r *http.Request, _ http.Handler) { fail(w, http.StatusNotFound) })},
		{"index-without-slash", "routing-real-file-wins", "redirects the index of a directory to the path without a slash", both(
			redirect(at("/docs/"), http.StatusMovedPermanently, func(*http.Request) string { return "/docs" }),
			on(at("/docs"), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				r = r.Clone(r.Context())
				r.URL.Path = "/docs/"
				next.ServeHTTP(w, r)
			}))},
		{"index-to-root", "routing-index-canonical", "redirects /index.html to ./", redirect(at("/index.html"), http.StatusMovedPermanently,
			func(*http.Request) string { return "./" })},
		{"index-404", "routing-index-canonical", "has no index of a directory that does not exist", status(at("/users/index.html"), http.StatusNotFound)},

		{"api-401", "api-unknown-404", "asks who is calling before it looks at an API path", on(unknownAPI, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			w.Header().Set("WWW-Authenticate", "Bearer")
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			w.Write([]byte(`{"error":"who?"}`))
		})},
		{"api-vendor-json", "api-unknown-json", "has a JSON type of its own for errors", set(unknownAPI, "Content-Type", "application/vnd.error+json; charset=utf-8")},
		{"api-write-405", "api-unsafe-never-shell", "answers writes to unknown API paths with 405", edit(all(unknownAPI, method("POST", "PUT", "PATCH", "DELETE")),
			func(_ int, h http.Header) int {
				h.Set("Allow", "")
				return http.StatusMethodNotAllowed
			})},
		{"api-delete-404", "api-405-allow", "answers a method that an endpoint does not have with 404", status(all(health, method("DELETE")), http.StatusNotFound)},
		{"api-allow-list", "api-405-allow", "lists Allow in several fields, in any order", edit(all(health, method("DELETE")), func(status int, h http.Header) int {
			h["Allow"] = []string{"OPTIONS,HEAD", "GET"}
			return status
		})},

		{"missing-410", "assets-missing-404", "says that a missing asset is gone", status(missing, http.StatusGone)},
		{"js-application", "assets-js-mime", "serves scripts as application/javascript", set(all(exists, ext(".js")), "Content-Type", `Application/JavaScript;charset="utf-8"`)},
		{"charset-in-page", "assets-type-map", "leaves the encoding to the page's meta element", set(all(navigation, not(inAPI)), "Content-Type", "text/html")},
		{"always-gzip", "assets-bytes-exact", "compresses for clients that do not say what they accept", on(
			func(r *http.Request) bool { return r.Header.Get("Accept-Encoding") == "" },
			func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				r = r.Clone(r.Context())
				r.Header.Set("Accept-Encoding", "gzip")
				next.ServeHTTP(w, r)
			})},
		{"well-known-403", "assets-well-known", "forbids what is missing under /.well-known/", status(all(under("/.well-known/"), not(exists)), http.StatusForbidden)},

		{"page-no-store", "caching-index-revalidates", "forbids to store the page", set(navigation, "Cache-Control", "private, no-store")},
		{"page-max-age-0", "caching-index-revalidates", "lets shared caches keep the page, but not browsers", set(navigation, "Cache-Control", `max-age="0", s-maxage=60, must-revalidate`)},
		{"page-expired", "caching-index-revalidates", "says by Expires that the page has expired", edit(navigation, func(status int, h http.Header) int {
			h.Del("Cache-Control")
			h.Set("Expires", "0")
			return status
		})},
		{"asset-ten-years", "caching-hashed-immutable", "lets assets be kept for ten years, in other words", set(all(exists, under("/assets/")), "Cache-Control", "IMMUTABLE , Max-Age=315360000")},

		{"weak-tags", "conditional-304", "has weak ETags", edit(always, func(status int, h http.Header) int {
			if tag := h.Get("ETag"); tag != "" {
				h.Set("ETag", "W/"+tag)
			}
			return status
		})},
		{"no-validators", "conditional-304", "has no ETags", set(always, "ETag", "")},
		{"dates-alone", "conditional-304", "has no ETags, and a Last-Modified that it does not compare", edit(always, func(status int, h http.Header) int {
			if h.Get("ETag") != "" {
				h.Del("ETag")
				h.Set("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT")
			}
			return status
		})},
		{"304-then-close", "conditional-304", "closes the connection after a 304", set(conditional, "Connection", "close")},
		{"304-with-length", "conditional-304", "tells in a 304 how long the page is", raw(all(conditional, at("/")),
			"HTTP/1.1 304 Not Modified\r\nContent-Length: 4000\r\nCache-Control: no-cache\r\n\r\n")},

		{"head-terse", "methods-head-parity", "leaves out of HEAD what it knows only after generating the content", edit(method("HEAD"), func(status int, h http.Header) int {
			h.Del("Vary")
			h.Del("Content-Length")
			return status
		})},
		{"date-in-api", "methods-head-parity", "has another ETag at every call of the API", edit(health, func() func(int, http.Header) int {
			var calls counter
			return func(status int, h http.Header) int {
				h.Set("ETag", calls.next())
				return status
			}
		}())},
		{"attack-hangs-up", "security-traversal", "closes the connection on what looks like an attack", on(func(r *http.Request) bool {
			return slices.ContainsFunc([]string{"..", "%2e", "%5c", "etc/passwd"}, func(s string) bool {
				return strings.Contains(strings.ToLower(r.RequestURI), s) && !strings.Contains(r.RequestURI, "%c0")
			})
		}, func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) })},
	}
}
