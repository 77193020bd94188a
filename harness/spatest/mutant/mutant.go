package mutant

import (
	"net/http"
	"slices"
	"strings"
)

// Mutant is the reference with one change. In All it violates the check it
// names, in Oddities it does something that this check must allow.
type Mutant struct {
	Name  string // stable, unique, kebab-case
	Check string // of spatest
	Doc   string // what the server does, in one sentence
	Wrap  func(next http.Handler) http.Handler
}

// Handler is the mutant, serving the fixture.
func (m Mutant) Handler() http.Handler { return m.Wrap(Reference(Fixture())) }

// All lists the mutants, in the order of the checks that they fail.
func All() []Mutant {
	return slices.Concat(routing(), api(), assets(), caching(), conditionals(), methods(), security())
}

func routing() []Mutant {
	route := func(r *http.Request) bool { return isRoute(r) && navigation(r) }
	return []Mutant{
		{"root-listing", "routing-root", "lists the folder at /", on(at("/"), func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Content-Type", "text/html")
			w.Write([]byte("<title>Index of /</title><a href=index.html>index.html</a>"))
		})},
		{"root-as-text", "routing-root", "serves / as text/plain", set(at("/"), "Content-Type", "text/plain")},
		{"root-unavailable", "routing-root", "answers / with 503", status(at("/"), http.StatusServiceUnavailable)},

		{"deep-link-404", "routing-deep-link", "has no fallback at all", status(isRoute, http.StatusNotFound)},
		{"deep-link-to-root", "routing-deep-link", "redirects every route to /", redirect(route, http.StatusFound, func(*http.Request) string { return "/" })},
		{"deep-link-with-404-status", "routing-deep-link", "sends the page for a route, but with 404", edit(route, func(int, http.Header) int { return http.StatusNotFound })},
		{"deep-link-by-fetch-metadata", "routing-deep-link", "falls back for browsers that send Sec-Fetch-Dest alone", status(
			func(r *http.Request) bool { return route(r) && r.Header.Get("Sec-Fetch-Dest") == "" }, http.StatusNotFound)},

		{"slash-404", "routing-trailing-slash", "answers a route with a trailing slash with 404", status(
			func(r *http.Request) bool { return route(r) && strings.HasSuffix(r.URL.Path, "/") }, http.StatusNotFound)},
		{"slash-loses-query", "routing-trailing-slash", "redirects to the route without slash and without query", redirect(slashed, http.StatusMovedPermanently,
			func(r *http.Request) string { return strings.TrimSuffix(r.URL.Path, "/") })},
		{"slash-to-internal-port", "routing-trailing-slash", "redirects to the port that the container listens on", redirect(slashed, http.StatusMovedPermanently,
			func(r *http.Request) string {
				return "http://localhost:8080" + strings.TrimSuffix(r.URL.Path, "/") + "?" + r.URL.RawQuery
			})},

		{"dot-is-file", "routing-dot-in-route", "takes every dot for a file extension", status(
			func(r *http.Request) bool { return route(r) && lastHasDot(r) }, http.StatusNotFound)},

		{"encoded-slash-decoded", "routing-encoded-segment", "redirects %2F to a slash", redirect(
			func(r *http.Request) bool { return route(r) && strings.Contains(r.URL.RawPath, "%2F") }, http.StatusMovedPermanently,
			func(r *http.Request) string { return r.URL.Path })},
		{"utf8-404", "routing-encoded-segment", "does not match routes beyond ASCII", status(
			func(r *http.Request) bool { return route(r) && strings.Contains(r.URL.Path, "café") }, http.StatusNotFound)},

		{"bad-utf8-500", "routing-hostile-path-no-5xx", "fails on a path that is not UTF-8", status(
			func(r *http.Request) bool { return strings.Contains(r.RequestURI, "%ff") }, http.StatusInternalServerError)},
		{"long-name-abort", "routing-hostile-path-no-5xx", "drops the connection on a name of more than 255 bytes", on(
			func(r *http.Request) bool { return len(r.URL.Path) > 255 }, func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) })},

		{"directory-403", "routing-directory-collision", "redirects a directory to its slash, and forbids it there", both(
			redirect(at("/images"), http.StatusMovedPermanently, func(*http.Request) string { return "/images/" }),
			status(at("/images/"), http.StatusForbidden))},
		{"directory-listing", "routing-directory-collision", "lists a directory without an index", on(at("/images", "/images/"), func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Content-Type", "text/html")
			w.Write([]byte("<title>Index of /images</title><a href=cover.png>cover.png</a>"))
		})},
		{"directory-to-internal-port", "routing-directory-collision", "redirects a directory to the port that the container listens on", redirect(
			at("/images"), http.StatusMovedPermanently, func(*http.Request) string { return "http://localhost:8080/images/" })},

		{"api-as-string-prefix", "routing-prefix-boundary", "sends whatever begins with /api to the API", status(
			func(r *http.Request) bool { return under("/api")(r) && !inAPI(r) }, http.StatusNotFound)},
		{"assets-as-string-prefix", "routing-prefix-boundary", "takes whatever begins with /assets for an asset", status(
			func(r *http.Request) bool { return under("/assets")(r) && isRoute(r) && r.URL.Path != "/assets" }, http.StatusNotFound)},

		{"index-loop", "routing-index-canonical", "redirects /index.html to itself", redirect(at("/index.html"), http.StatusMovedPermanently,
			func(*http.Request) string { return "/index.html" })},
		{"index-403", "routing-index-canonical", "forbids the index of a directory that does not exist", status(at("/users/index.html"), http.StatusForbidden)},

		{"page-before-files", "routing-real-file-wins", "sends the page to every navigation, files or not", asPage(
			func(r *http.Request) bool { return navigation(r) && exists(r) && r.URL.Path != "/" })},
	}
}

// slashed: a route with a trailing slash is opened.
func slashed(r *http.Request) bool {
	return isRoute(r) && navigation(r) && strings.HasSuffix(r.URL.Path, "/")
}

func lastHasDot(r *http.Request) bool {
	return strings.Contains(r.URL.Path[strings.LastIndexByte(r.URL.Path, '/'):], ".")
}

func api() []Mutant {
	return []Mutant{
		{"api-page", "api-unknown-404", "answers unknown API paths with the page", asPage(all(unknownAPI, method("GET", "HEAD")))},
		{"api-page-for-browsers", "api-unknown-404", "answers unknown API paths with the page if Accept has text/html", asPage(
			all(unknownAPI, navigation, not(at(API, API+"/"))))},
		{"api-root-page", "api-unknown-404", "answers the root of the API with the page", asPage(all(at(API, API+"/"), method("GET", "HEAD")))},
		{"api-to-root", "api-unknown-404", "redirects unknown API paths to /", redirect(all(unknownAPI, method("GET", "HEAD")), http.StatusFound,
			func(*http.Request) string { return "/" })},

		{"api-text-error", "api-unknown-json", "answers unknown API paths with 404 in plain text", status(all(unknownAPI, method("GET", "HEAD")), http.StatusNotFound)},
		{"api-broken-json", "api-unknown-json", "sends an API error that does not parse", raw(all(unknownAPI, method("GET")),
			"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\nnot found")},

		{"api-write-page", "api-unsafe-never-shell", "answers a POST to an unknown API path with the page", asPage(all(unknownAPI, method("POST")))},
		{"api-write-to-root", "api-unsafe-never-shell", "redirects a DELETE of an unknown API path to /", redirect(all(unknownAPI, method("DELETE")), http.StatusSeeOther,
			func(*http.Request) string { return "/" })},
		{"api-write-accepted", "api-unsafe-never-shell", "answers a PATCH of an unknown API path with 204", on(all(unknownAPI, method("PATCH")),
			func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusNoContent) })},

		{"api-405-without-allow", "api-405-allow", "answers 405 without Allow", set(all(inAPI, not(unknownAPI)), "Allow", "")},
		{"api-405-wrong-allow", "api-405-allow", "answers 405 with an Allow that lacks GET", set(all(inAPI, not(unknownAPI), method("DELETE")), "Allow", "POST, PUT")},
		{"api-any-method", "api-405-allow", "answers every method as GET", on(all(inAPI, not(unknownAPI)), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method != http.MethodHead {
				r = r.Clone(r.Context())
				r.Method = http.MethodGet
			}
			next.ServeHTTP(w, r)
		})},
	}
}

func assets() []Mutant {
	missing := func(r *http.Request) bool { return under("/assets/")(r) && !exists(r) }
	return []Mutant{
		{"missing-asset-page", "assets-missing-404", "answers a missing asset with the page", asPage(missing)},
		{"missing-style-page", "assets-missing-404", "answers a missing style sheet with the page", asPage(all(missing, ext(".css")))},
		{"missing-map-empty", "assets-missing-404", "answers a missing source map with an empty 200", on(all(missing, ext(".map")),
			func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusOK) })},

		{"mjs-octet-stream", "assets-js-mime", "does not know the extension .mjs", set(all(exists, ext(".mjs")), "Content-Type", "application/octet-stream")},
		{"js-as-text", "assets-js-mime", "serves scripts as text/plain", set(all(exists, ext(".js")), "Content-Type", "text/plain")},

		{"wasm-octet-stream", "assets-type-map", "does not know the extension .wasm", set(all(exists, ext(".wasm")), "Content-Type", "application/octet-stream")},
		{"css-as-text", "assets-type-map", "serves style sheets as text/plain", set(all(exists, ext(".css")), "Content-Type", "text/plain")},
		{"manifest-untyped", "assets-type-map", "does not know the extension .webmanifest", set(all(exists, ext(".webmanifest")), "Content-Type", "application/octet-stream")},
		{"latin1-page", "assets-type-map", "calls the page ISO 8859-1", set(at("/"), "Content-Type", "text/html; charset=iso-8859-1")},

		{"empty-404", "assets-bytes-exact", "answers an empty file with 404", status(at("/empty.txt"), http.StatusNotFound)},
		{"space-404", "assets-bytes-exact", "does not decode file names", status(at("/with space.txt"), http.StatusNotFound)},
		{"truncated", "assets-bytes-exact", "announces more bytes than it sends", raw(all(at("/robots.txt"), method("GET"), not(navigation)),
			"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 24\r\n\r\nUser-agent: *\n")},
		{"overlong", "assets-bytes-exact", "sends more bytes than it announces", raw(all(at("/robots.txt"), method("GET"), not(navigation)),
			"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 23\r\n\r\nUser-agent: *\nAllow: /\n\n\n")},
		{"stale-sidecar", "assets-bytes-exact", "has a compressed copy of another build", on(func(r *http.Request) bool {
			return exists(r) && ext(".css")(r) && acceptsGzip(r)
		}, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Content-Type", "text/css")
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Cache-Control", "max-age=31536000, immutable")
			w.Write(compress("body { color: red }"))
		})},
		{"rewritten", "assets-bytes-exact", "has a filter that rewrites text", on(at("/sw.js"), func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Content-Type", "text/javascript")
			w.Write([]byte("/* optimised */"))
		})},

		{"well-known-page", "assets-well-known", "answers what is missing under /.well-known/ with the page", asPage(all(under("/.well-known/"), not(exists)))},
		{"well-known-empty", "assets-well-known", "answers what is missing under /.well-known/ with 204", on(all(under("/.well-known/"), not(exists)),
			func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusNoContent) })},
	}
}

func caching() []Mutant {
	isPage := func(r *http.Request) bool { return at("/", "/index.html")(r) || isRoute(r) && navigation(r) }
	return []Mutant{
		{"page-silent", "caching-index-revalidates", "says nothing of caching the page", set(isPage, "Cache-Control", "")},
		{"page-ten-minutes", "caching-index-revalidates", "lets the page be kept for ten minutes", set(isPage, "Cache-Control", "public, max-age=600")},
		{"route-kept", "caching-index-revalidates", "lets the page be kept at routes, but not at /", set(all(isPage, isRoute), "Cache-Control", "max-age=86400")},
		{"page-qualified-no-cache", "caching-index-revalidates", "restricts no-cache to a header field", set(isPage, "Cache-Control", `no-cache="Set-Cookie", max-age=600`)},

		{"asset-one-hour", "caching-hashed-immutable", "lets assets be kept for an hour", set(all(exists, under("/assets/")), "Cache-Control", "public, max-age=3600")},
		{"asset-mutable", "caching-hashed-immutable", "does not say that assets are immutable", set(all(exists, under("/assets/")), "Cache-Control", "public, max-age=31536000")},
		{"wasm-forgotten", "caching-hashed-immutable", "has an asset policy by a list of extensions that lacks .wasm", set(all(exists, ext(".wasm")), "Cache-Control", "no-cache")},
	}
}

func conditionals() []Mutant {
	withBody := "HTTP/1.1 304 Not Modified\r\nCache-Control: no-cache\r\n\r\n<!doctype html>"
	return []Mutant{
		{"never-304", "conditional-304", "ignores If-None-Match", on(always, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			r = r.Clone(r.Context())
			r.Header.Del("If-None-Match")
			next.ServeHTTP(w, r)
		})},
		{"never-304-for-assets", "conditional-304", "ignores If-None-Match for assets", on(under("/assets/"), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			r = r.Clone(r.Context())
			r.Header.Del("If-None-Match")
			next.ServeHTTP(w, r)
		})},
		{"304-with-body", "conditional-304", "sends the page with a 304", raw(all(conditional, at("/")), withBody)},
		{"304-with-body-then-close", "conditional-304", "sends the page with a 304 and announces to close", raw(all(conditional, at("/")),
			strings.Replace(withBody, "\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1))},
	}
}

func methods() []Mutant {
	head := method(http.MethodHead)
	return []Mutant{
		{"head-405", "methods-head-parity", "has no HEAD for the page", status(all(head, at("/")), http.StatusMethodNotAllowed)},
		{"head-405-api", "methods-head-parity", "has no HEAD for the API", status(all(head, inAPI), http.StatusMethodNotAllowed)},
		{"head-with-body", "methods-head-parity", "sends a body with HEAD", raw(all(head, inAPI, not(unknownAPI)),
			"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"status\":\"ok\"}")},
		{"head-length-0", "methods-head-parity", "says Content-Length: 0 with HEAD", set(all(head, at("/")), "Content-Length", "0")},
		{"head-other-type", "methods-head-parity", "gives assets no type with HEAD", set(all(head, exists, under("/assets/")), "Content-Type", "application/octet-stream")},
		{"head-other-tag", "methods-head-parity", "has another ETag with HEAD", set(all(head, isRoute, navigation), "ETag", `"head"`)},
	}
}
