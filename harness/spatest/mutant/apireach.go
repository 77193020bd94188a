package mutant

import (
	"io"
	"net/http"
	"path"
)

// preflighted: a browser asks whether a page of another origin may send a request.
var preflighted = all(method("OPTIONS"), has("Access-Control-Request-Method"))

func apiReachMutants() []Mutant {
	streams := func(r *http.Request) bool { return upgrading(r) || says("Accept", "text/event-stream")(r) }
	inChunks := func(r *http.Request) bool { return inAPI(r) && len(r.TransferEncoding) > 0 }
	return []Mutant{
		{Name: "api-health-page", Check: "api-reached", Alone: true,
			Doc:  "answers the health endpoint of the API with the page",
			Wrap: asPage(all(at(API+"/health"), method("GET", "HEAD"), not(streams)))},
		{Name: "api-health-page-for-tools", Check: "api-reached",
			Doc:  "answers the health endpoint with the page unless JSON is asked for",
			Wrap: asPage(all(at(API+"/health"), method("GET"), says("Accept", "*/*"), not(navigation)))},
		{Name: "api-health-page-for-visitors", Check: "api-reached", Alone: true,
			Doc:  "answers the health endpoint with the page if somebody opens it in a browser",
			Wrap: asPage(all(at(API+"/health"), method("GET"), navigation))},
		{Name: "api-health-page-with-vary", Check: "api-reached", Alone: true,
			Doc: "answers the health endpoint with the page, and says that it has looked at Accept",
			Wrap: both(set(at(API+"/health"), "Vary", "Accept"),
				asPage(all(at(API+"/health"), method("GET", "HEAD"), not(streams))))},
		{Name: "api-swallowed", Check: "api-reached", Alone: true,
			Doc: "rewrites the whole API to the page before it is asked",
			Also: []string{"api-unknown-404", "api-unsafe-never-shell", "api-preflight", "api-error-passthrough",
				"api-streaming", "api-body-limit", "api-root"},
			Wrap: asPage(inAPI)},

		{Name: "preflight-page", Check: "api-preflight", Doc: "answers a preflight of the API with the page",
			Wrap: asPage(all(inAPI, method("OPTIONS")))},
		{Name: "preflight-to-sign-in", Check: "api-preflight", Doc: "redirects a preflight to where users sign in",
			Wrap: redirect(all(inAPI, preflighted), http.StatusFound,
				func(*http.Request) string { return "/sign-in" })},
		{Name: "preflight-html", Check: "api-preflight", Doc: "answers a preflight with a list of methods in HTML",
			Wrap: asHTML(all(inAPI, preflighted), http.StatusOK)},

		{Name: "api-csv-page", Check: "api-unknown-404", Doc: "answers API paths with a dot with the page",
			Wrap: asPage(all(unknownAPI, ext(".csv"), method("GET", "HEAD")))},
		{Name: "api-csv-as-file", Check: "api-extension", Doc: "looks for reports of the API among its files",
			Wrap: status(all(unknownAPI, ext(".csv")), http.StatusNotFound)},
		{Name: "api-js-as-asset", Check: "api-extension",
			Doc:  "has a rule for all scripts and images, those of the API too",
			Wrap: status(all(unknownAPI, lastHasDot, not(ext(".csv")), not(ext(".json"))), http.StatusNotFound)},

		{Name: "two-framings-kept-by-api", Check: "methods-te-cl",
			Doc:  "keeps the connection after a request to the API with two framings",
			Wrap: set(inChunks, "Connection", "")},
	}
}

func apiReachOddities() []Mutant {
	return []Mutant{
		{Name: "api-health-401", Check: "api-reached", Alone: true, Doc: "asks who wants to know of its health",
			Wrap: on(at(API+"/health"), func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				problem(w, http.StatusUnauthorized)
			})},
		{Name: "api-root-documented", Check: "api-root", Doc: "describes its API in a page at its root",
			Wrap: on(all(at(API, API+"/"), method("GET", "HEAD")), answer(http.StatusOK, "text/html; charset=utf-8",
				"<!doctype html><title>API</title><h1>Books</h1>"))},
		{Name: "preflight-204", Check: "api-preflight", Doc: "lets pages of any origin use its API",
			Wrap: on(all(inAPI, preflighted), func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
				w.Header().Set("Access-Control-Allow-Origin", "*")
				w.Header().Set("Access-Control-Allow-Methods", r.Header.Get("Access-Control-Request-Method"))
				w.WriteHeader(http.StatusNoContent)
			})},
		{Name: "preflight-403", Check: "api-preflight", Doc: "refuses preflights in plain text",
			Wrap: status(all(inAPI, preflighted), http.StatusForbidden)},
		{Name: "preflight-allow", Check: "api-preflight", Doc: "answers OPTIONS of itself, with the methods of the path",
			Wrap: on(all(inAPI, preflighted), func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				w.Header().Set("Allow", "GET,HEAD")
				w.Header().Set("Content-Type", "text/html; charset=utf-8")
				_, _ = io.WriteString(w, "GET,HEAD")
			})},
		{Name: "api-csv-empty", Check: "api-extension", Doc: "has no content in the 404 of a report",
			Wrap: on(all(unknownAPI, ext(".csv")), func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				w.WriteHeader(http.StatusNotFound)
			})},
		{Name: "api-csv-in-kind", Check: "api-extension", Doc: "sends the error of a report as the report's type",
			Wrap: say(all(unknownAPI, func(r *http.Request) bool { return path.Ext(r.URL.Path) == ".csv" }),
				http.StatusNotFound, "text/csv", func(*http.Request) string { return "error\nnot found\n" })},
	}
}
