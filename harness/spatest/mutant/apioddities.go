package mutant

import (
	"io"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
)

func apiOddities() []Mutant {
	health := at(API + "/health")
	slashed := func(r *http.Request) bool {
		return under(API+"/")(r) && r.URL.Path != API+"/" && strings.HasSuffix(r.URL.Path, "/")
	}
	return []Mutant{
		{Name: "api-root-to-endpoint", Check: "api-root", Doc: "redirects the root of the API to an endpoint",
			Wrap: redirect(at(API, API+"/"), http.StatusFound, bare(API+"/health"))},
		{Name: "api-401", Check: "api-unknown-404", Doc: "requires authentication before it looks at an API path",
			Wrap: on(unknownAPI, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
				w.Header().Set("WWW-Authenticate", "Bearer")
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusUnauthorized)
				w.Write([]byte(`{"error":"who?"}`))
			})},
		{Name: "api-vendor-json", Check: "api-unknown-json", Doc: "has a JSON type of its own for errors",
			Wrap: set(unknownAPI, "Content-Type", "application/vnd.error+json; charset=utf-8")},
		{Name: "api-write-405", Check: "api-unsafe-never-shell", Doc: "answers writes to unknown API paths with 405",
			Wrap: edit(all(unknownAPI, method("POST", "PUT", "PATCH", "DELETE")),
				func(_ int, h http.Header) int {
					h.Set("Allow", "")
					return http.StatusMethodNotAllowed
				})},
		{Name: "api-delete-404", Check: "api-405-allow",
			Doc:  "answers a method that an endpoint does not support with 404",
			Wrap: status(all(health, method("DELETE")), http.StatusNotFound)},
		{Name: "api-allow-list", Check: "api-405-allow", Doc: "lists Allow in several fields, in any order",
			Wrap: edit(all(health, method("DELETE")), func(status int, h http.Header) int {
				h["Allow"] = []string{"OPTIONS,HEAD", "GET"}
				return status
			})},
		{Name: "api-slash-308", Check: "api-trailing-slash",
			Doc: "redirects API paths to themselves without a slash by 308",
			Wrap: redirect(slashed, http.StatusPermanentRedirect,
				func(r *http.Request) string { return strings.TrimSuffix(r.URL.EscapedPath(), "/") })},
		{Name: "api-slash-ignored", Check: "api-trailing-slash", Doc: "ignores a trailing slash of API paths",
			Wrap: on(slashed, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				r = r.Clone(r.Context())
				r.URL.Path = strings.TrimSuffix(r.URL.Path, "/")
				next.ServeHTTP(w, r)
			})},
		{Name: "api-paths-cleaned", Check: "api-path-normalisation",
			Doc: "redirects paths with dots or double slashes to their normal form",
			Wrap: redirect(unclean, http.StatusTemporaryRedirect,
				func(r *http.Request) string {
					to := url.URL{Path: path.Clean(r.URL.Path), RawQuery: r.URL.RawQuery}
					return to.RequestURI()
				})},
		{Name: "api-paths-400", Check: "api-path-normalisation", Doc: "refuses paths with dots or double slashes",
			Wrap: status(unclean, http.StatusBadRequest)},
		{Name: "api-errors-without-content", Check: "api-error-passthrough",
			Doc: "sends errors as a status without content",
			Wrap: on(at(failEndpoint), func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
				code, _ := strconv.Atoi(r.URL.Query().Get("status"))
				w.WriteHeader(max(code, http.StatusBadRequest))
			})},
		{Name: "api-html-for-browsers", Check: "api-error-passthrough",
			Doc:  "sends errors as HTML to clients that prefer it",
			Wrap: asHTML(all(failing(http.StatusNotFound), navigation), http.StatusNotFound)},
		{Name: "api-kept-an-hour", Check: "api-not-asset-cached",
			Doc:  "has an endpoint that declares a lifetime for its responses",
			Wrap: set(health, "Cache-Control", "private, max-age=3600")},
		{Name: "api-policy-silent", Check: "api-not-asset-cached",
			Doc:  "says nothing about caching an endpoint's responses",
			Wrap: set(health, "Cache-Control", "")},
		{Name: "events-zipped", Check: "api-streaming", Doc: "compresses events, and flushes after each",
			Wrap: zipEvents(true)},
		{Name: "events-without-end", Check: "api-streaming",
			Doc: "never ends a stream of events, and writes them in every legal form",
			Wrap: on(at(eventsEndpoint), func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
				w.Header().Set("Content-Type", "text/event-stream;charset=UTF-8")
				w.Write([]byte("\xef\xbb\xbf: hello\nretry: 1000\n\n"))
				for n := 0; ; n++ {
					event := []string{"data: a\r\rid\r\r", "event: b\r\ndata\r\ndata: b\r\n\r\n", ":\ndata:c\n\n"}[n%3]
					w.Write([]byte(event))
					http.NewResponseController(w).Flush()
					select {
					case <-time.After(eventTick):
					case <-r.Context().Done():
						return
					}
				}
			})},
		{Name: "api-takes-anything", Check: "api-body-limit", Doc: "accepts any JSON within its limit",
			Wrap: on(
				all(at(writeEndpoint), not(over(apiLimit)), method("POST"),
					func(r *http.Request) bool { return len(r.TransferEncoding) == 0 }),
				func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
					io.Copy(io.Discard, r.Body)
					sendJSON(w, http.StatusCreated, `{"status":"created"}`)
				},
			)},
		{Name: "api-limit-by-proxy", Check: "api-body-limit", Doc: "has a proxy that refuses content over the limit",
			Wrap: asHTML(over(apiLimit), http.StatusRequestEntityTooLarge)},
	}
}

// unclean: the path has segments of dots, or empty ones.
func unclean(r *http.Request) bool {
	clean := path.Clean(r.URL.Path)
	return r.URL.Path != "*" && r.URL.Path != clean && r.URL.Path != clean+"/"
}
