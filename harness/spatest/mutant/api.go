package mutant

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func apiMutants() []Mutant {
	return []Mutant{
		{Name: "api-page", Check: "api-unknown-404", Doc: "answers unknown API paths with the page",
			Wrap: asPage(all(unknownAPI, not(at(API, API+"/")), method("GET", "HEAD")))},
		{Name: "api-page-for-browsers", Check: "api-unknown-404",
			Doc: "answers unknown API paths with the page if Accept has text/html",
			Wrap: asPage(
				all(unknownAPI, navigation, not(at(API, API+"/"))))},
		{Name: "api-root-page", Check: "api-root", Doc: "answers the root of the API with the page",
			Wrap: asPage(all(at(API, API+"/"), method("GET", "HEAD")))},
		{Name: "api-to-root", Check: "api-unknown-404", Doc: "redirects unknown API paths to /",
			Wrap: redirect(all(unknownAPI, not(at(API, API+"/")), method("GET", "HEAD")), http.StatusFound,
				func(*http.Request) string { return "/" })},

		{Name: "api-text-error", Check: "api-unknown-json", Doc: "answers unknown API paths with 404 in plain text",
			Wrap: status(all(unknownAPI, method("GET", "HEAD")), http.StatusNotFound)},
		{Name: "api-broken-json", Check: "api-unknown-json", Doc: "sends an API error that does not parse",
			Wrap: raw(all(unknownAPI, method("GET")),
				"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\nnot found")},

		{Name: "api-write-page", Check: "api-unsafe-never-shell",
			Doc:  "answers a POST to an unknown API path with the page",
			Wrap: asPage(all(unknownAPI, method("POST")))},
		{Name: "api-write-to-root", Check: "api-unsafe-never-shell",
			Doc: "redirects a DELETE of an unknown API path to /",
			Wrap: redirect(all(unknownAPI, method("DELETE")), http.StatusSeeOther,
				func(*http.Request) string { return "/" })},
		{Name: "api-write-accepted", Check: "api-unsafe-never-shell",
			Doc: "answers a PATCH of an unknown API path with 204",
			Wrap: on(all(unknownAPI, method("PATCH")),
				func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusNoContent) })},

		{Name: "api-405-without-allow", Check: "api-405-allow", Doc: "answers 405 without Allow",
			Wrap: set(all(inAPI, not(unknownAPI)), "Allow", "")},
		{Name: "api-405-wrong-allow", Check: "api-405-allow", Doc: "answers 405 with an Allow that lacks GET",
			Wrap: set(all(inAPI, not(unknownAPI), method("DELETE")), "Allow", "POST, PUT")},
		{Name: "api-any-method", Check: "api-405-allow", Doc: "treats every method as GET",
			Wrap: on(at(API+"/health"), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if r.Method != http.MethodHead {
					r = r.Clone(r.Context())
					r.Method = http.MethodGet
				}
				next.ServeHTTP(w, r)
			})},

		{Name: "api-slash-page", Check: "api-trailing-slash",
			Doc:  "answers an endpoint with a trailing slash with the page",
			Wrap: asPage(at(API + "/health/"))},
		{Name: "api-slash-to-http", Check: "api-trailing-slash",
			Doc: "redirects an endpoint with a slash to the host and port behind the proxy",
			Wrap: redirect(at(API+"/health/"), http.StatusTemporaryRedirect,
				func(*http.Request) string { return "http://localhost:8000" + API + "/health" })},
		{Name: "api-slash-loop", Check: "api-trailing-slash", Doc: "redirects an endpoint with a slash to itself",
			Wrap: redirect(at(API+"/health/"), http.StatusPermanentRedirect,
				func(*http.Request) string { return API + "/health/" })},
		{Name: "api-slash-drops-content", Check: "api-trailing-slash", Doc: "redirects a POST with a slash by 301",
			Wrap: redirect(at(writeEndpoint+"/"), http.StatusMovedPermanently,
				func(*http.Request) string { return writeEndpoint })},

		{Name: "api-double-slash-page", Check: "api-path-normalisation", Doc: "answers //api with the page",
			Wrap: asPage(under("/" + API))},
		{Name: "api-encoded-page", Check: "api-path-normalisation", Doc: "answers /%61pi with the page",
			Wrap: asPage(spelled("/%61pi/"))},
		{Name: "api-dots-page", Check: "api-path-normalisation",
			Doc:  "does not resolve dots before it looks for the API",
			Wrap: asPage(spelled("/x/.."+API+"/", "/."+API+"/"))},
		{Name: "api-inner-slashes-500", Check: "api-path-normalisation", Doc: "fails on two slashes in an API path",
			Wrap: status(under(API+"//"), http.StatusInternalServerError)},

		{Name: "api-404-page", Check: "api-error-passthrough",
			Doc:  "has a handler that answers every 404 with the page",
			Wrap: asPage(failing(http.StatusNotFound))},
		{Name: "api-404-page-for-browsers", Check: "api-error-passthrough",
			Doc:  "answers a 404 with the page if Accept has text/html",
			Wrap: asPage(all(failing(http.StatusNotFound), navigation))},
		{Name: "api-500-page", Check: "api-error-passthrough", Doc: "sends the page with the status of the API's error",
			Wrap: both(
				edit(
					failing(http.StatusInternalServerError),
					func(int, http.Header) int { return http.StatusInternalServerError },
				),
				asPage(failing(http.StatusInternalServerError)),
			)},
		{Name: "api-503-by-proxy", Check: "api-error-passthrough", Doc: "has a proxy that replaces a 503 by its own",
			Wrap: asHTML(failing(http.StatusServiceUnavailable), http.StatusServiceUnavailable)},
		{Name: "api-500-as-text", Check: "api-error-passthrough", Doc: "has a proxy that replaces a 500 by plain text",
			Wrap: status(failing(http.StatusInternalServerError), http.StatusInternalServerError)},
		{Name: "api-errors-with-200", Check: "api-error-passthrough", Doc: "sends errors with 200",
			Wrap: edit(at(failEndpoint), func(int, http.Header) int { return http.StatusOK })},
		{Name: "api-500-is-502", Check: "api-error-passthrough", Doc: "has a proxy that turns a 500 into a 502",
			Wrap: edit(failing(http.StatusInternalServerError),
				func(int, http.Header) int { return http.StatusBadGateway })},

		{Name: "api-immutable", Check: "api-not-asset-cached",
			Doc:  "sends successful API responses with the cache policy of assets",
			Wrap: set(at(API+"/health"), "Cache-Control", "public, max-age=31536000, immutable")},
		{Name: "api-expires", Check: "api-not-asset-cached", Doc: "sets Expires to a year from now in the API",
			Wrap: edit(at(API+"/health"), func(status int, h http.Header) int {
				h.Del("Cache-Control")
				h.Set("Expires", time.Now().AddDate(1, 0, 1).UTC().Format(http.TimeFormat))
				return status
			})},
		{Name: "one-hour-for-all", Check: "api-not-asset-cached",
			Doc:  "lets caches keep assets and API responses for an hour",
			Also: []string{"caching-hashed-immutable"},
			Wrap: keptFor(
				func(r *http.Request) bool { return at(API+"/health")(r) || exists(r) && under("/assets/")(r) },
				"public, max-age=3600",
			)},

		{Name: "events-buffered", Check: "api-streaming", Doc: "sends events when the stream ends",
			Wrap: on(at(eventsEndpoint), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				next.ServeHTTP(struct{ http.ResponseWriter }{w}, r) // cannot be flushed
			})},
		{Name: "events-in-gzip-blocks", Check: "api-streaming", Doc: "compresses events, and does not flush",
			Wrap: zipEvents(false)},
		{Name: "events-as-text", Check: "api-streaming", Doc: "sends events as text/plain",
			Wrap: set(at(eventsEndpoint), "Content-Type", "text/plain")},

		{Name: "api-limit-of-proxy", Check: "api-body-limit", Doc: "has a proxy with a smaller limit than the API",
			Wrap: asHTML(over(apiLimit/4), http.StatusRequestEntityTooLarge)},
		{Name: "api-large-lost", Check: "api-body-limit", Doc: "loses the API on large content",
			Wrap: status(over(apiLimit/4), http.StatusBadGateway)},
		{Name: "api-unlimited", Check: "api-body-limit", Doc: "reads content of any size",
			Wrap: on(over(apiLimit), func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
				io.Copy(io.Discard, r.Body)
				problem(w, http.StatusUnprocessableEntity)
			})},
		{Name: "api-limit-page", Check: "api-body-limit", Doc: "answers content over the limit with the page",
			Wrap: asPage(over(apiLimit))},
		{Name: "api-limit-hangs-up", Check: "api-body-limit", Doc: "closes the connection on content over the limit",
			Wrap: on(over(apiLimit), func(http.ResponseWriter, *http.Request, http.Handler) {
				panic(http.ErrAbortHandler)
			})},
	}
}

// spelled: the request target begins with one of these, as sent.
func spelled(prefixes ...string) match {
	return func(r *http.Request) bool {
		return slices.ContainsFunc(prefixes,
			func(prefix string) bool { return strings.HasPrefix(r.RequestURI, prefix) })
	}
}

// failing: the API is asked to fail with this status.
func failing(status int) match {
	return func(r *http.Request) bool {
		return r.URL.Path == failEndpoint && r.URL.Query().Get("status") == strconv.Itoa(status)
	}
}

// over: content of more bytes is sent to the API.
func over(bytes int64) match {
	return func(r *http.Request) bool { return r.URL.Path == writeEndpoint && r.ContentLength > bytes }
}

// asHTML answers matching requests with an error page, as proxies have them.
func asHTML(m match, status int) wrap {
	return on(m, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(status)
		fmt.Fprintf(w, "<html><body><h1>%d %s</h1></body></html>", status, http.StatusText(status))
	})
}

// zipEvents compresses events for clients that take gzip.
func zipEvents(flush bool) wrap {
	return on(all(at(eventsEndpoint), acceptsGzip), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		w.Header().Set("Content-Encoding", "gzip")
		w.Header().Add("Vary", "Accept-Encoding")
		zip := &zipper{w, gzip.NewWriter(w), flush}
		next.ServeHTTP(zip, r)
		zip.writer.Close()
	})
}

type zipper struct {
	http.ResponseWriter
	writer *gzip.Writer
	flush  bool
}

func (z *zipper) Write(p []byte) (int, error) { return z.writer.Write(p) }

func (z *zipper) FlushError() error {
	if z.flush {
		z.writer.Flush()
	}
	return http.NewResponseController(z.ResponseWriter).Flush()
}
