package mutant

import "net/http"

func apiMutants() []Mutant {
	return []Mutant{
		{Name: "api-page", Check: "api-unknown-404", Doc: "answers unknown API paths with the page", Wrap: asPage(all(unknownAPI, method("GET", "HEAD")))},
		{Name: "api-page-for-browsers", Check: "api-unknown-404", Doc: "answers unknown API paths with the page if Accept has text/html", Wrap: asPage(
			all(unknownAPI, navigation, not(at(API, API+"/"))))},
		{Name: "api-root-page", Check: "api-unknown-404", Doc: "answers the root of the API with the page", Wrap: asPage(all(at(API, API+"/"), method("GET", "HEAD")))},
		{Name: "api-to-root", Check: "api-unknown-404", Doc: "redirects unknown API paths to /", Wrap: redirect(all(unknownAPI, method("GET", "HEAD")), http.StatusFound,
			func(*http.Request) string { return "/" })},

		{Name: "api-text-error", Check: "api-unknown-json", Doc: "answers unknown API paths with 404 in plain text", Wrap: status(all(unknownAPI, method("GET", "HEAD")), http.StatusNotFound)},
		{Name: "api-broken-json", Check: "api-unknown-json", Doc: "sends an API error that does not parse", Wrap: raw(all(unknownAPI, method("GET")),
			"HTTP/1.1 404 Not Found\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\nnot found")},

		{Name: "api-write-page", Check: "api-unsafe-never-shell", Doc: "answers a POST to an unknown API path with the page", Wrap: asPage(all(unknownAPI, method("POST")))},
		{Name: "api-write-to-root", Check: "api-unsafe-never-shell", Doc: "redirects a DELETE of an unknown API path to /", Wrap: redirect(all(unknownAPI, method("DELETE")), http.StatusSeeOther,
			func(*http.Request) string { return "/" })},
		{Name: "api-write-accepted", Check: "api-unsafe-never-shell", Doc: "answers a PATCH of an unknown API path with 204", Wrap: on(all(unknownAPI, method("PATCH")),
			func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusNoContent) })},

		{Name: "api-405-without-allow", Check: "api-405-allow", Doc: "answers 405 without Allow", Wrap: set(all(inAPI, not(unknownAPI)), "Allow", "")},
		{Name: "api-405-wrong-allow", Check: "api-405-allow", Doc: "answers 405 with an Allow that lacks GET", Wrap: set(all(inAPI, not(unknownAPI), method("DELETE")), "Allow", "POST, PUT")},
		{Name: "api-any-method", Check: "api-405-allow", Doc: "answers every method as GET", Wrap: on(all(inAPI, not(unknownAPI)), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if r.Method != http.MethodHead {
				r = r.Clone(r.Context())
				r.Method = http.MethodGet
			}
			next.ServeHTTP(w, r)
		})},
	}
}

func apiOddities() []Mutant {
	health := all(inAPI, not(unknownAPI))
	return []Mutant{
		{Name: "api-401", Check: "api-unknown-404", Doc: "asks who is calling before it looks at an API path", Wrap: on(unknownAPI, func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
			w.Header().Set("WWW-Authenticate", "Bearer")
			w.Header().Set("Content-Type", "application/json")
			w.WriteHeader(http.StatusUnauthorized)
			w.Write([]byte(`{"error":"who?"}`))
		})},
		{Name: "api-vendor-json", Check: "api-unknown-json", Doc: "has a JSON type of its own for errors", Wrap: set(unknownAPI, "Content-Type", "application/vnd.error+json; charset=utf-8")},
		{Name: "api-write-405", Check: "api-unsafe-never-shell", Doc: "answers writes to unknown API paths with 405", Wrap: edit(all(unknownAPI, method("POST", "PUT", "PATCH", "DELETE")),
			func(_ int, h http.Header) int {
				h.Set("Allow", "")
				return http.StatusMethodNotAllowed
			})},
		{Name: "api-delete-404", Check: "api-405-allow", Doc: "answers a method that an endpoint does not have with 404", Wrap: status(all(health, method("DELETE")), http.StatusNotFound)},
		{Name: "api-allow-list", Check: "api-405-allow", Doc: "lists Allow in several fields, in any order", Wrap: edit(all(health, method("DELETE")), func(status int, h http.Header) int {
			h["Allow"] = []string{"OPTIONS,HEAD", "GET"}
			return status
		})},
	}
}
