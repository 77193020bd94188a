package mutant

import (
	"net/http"
	"slices"
)

// nobody is the host of a request that has none, so that net/http lets it pass.
const nobody = "nobody.invalid"

// lendHost gives a request without Host one.
var lendHost = editHead(func(lines []string) []string {
	if !slices.ContainsFunc(lines, func(line string) bool { return fieldOf(line) == "host" }) {
		lines = append(lines, "Host: "+nobody+"\r\n")
	}
	return lines
})

// oneHost keeps the first Host of a request.
var oneHost = editHead(func(lines []string) []string {
	seen := false
	return slices.DeleteFunc(lines, func(line string) bool {
		again := seen
		seen = seen || fieldOf(line) == "host"
		return again && fieldOf(line) == "host"
	})
})

// byLength drops Transfer-Encoding where there is a Content-Length.
var byLength = editHead(func(lines []string) []string {
	if !slices.ContainsFunc(lines, func(line string) bool { return fieldOf(line) == "content-length" }) {
		return lines
	}
	return slices.DeleteFunc(lines, func(line string) bool { return fieldOf(line) == "transfer-encoding" })
})

func same(next http.Handler) http.Handler { return next }

// homeless: the request came without Host.
func homeless(r *http.Request) bool { return r.Host == nobody }

// absolute: the request target is in absolute form.
func absolute(r *http.Request) bool { return r.URL.IsAbs() }

// chunkedRequest: a request to "/" has chunked content.
func chunkedRequest(r *http.Request) bool { return len(r.TransferEncoding) > 0 && at("/")(r) }

func framingMutants() []Mutant {
	return []Mutant{
		{Name: "no-host-served", Check: "methods-host-required", Doc: "serves a request without Host",
			Wrap: same, Wire: lendHost},
		{Name: "two-hosts-served", Check: "methods-host-required", Doc: "uses the first of two Host fields",
			Wrap: same, Wire: oneHost},
		{Name: "no-host-redirected", Check: "methods-host-required",
			Doc: "redirects a request without Host to its default site", Wire: lendHost,
			Wrap: redirect(homeless, http.StatusMovedPermanently,
				func(*http.Request) string { return "https://default.invalid/" })},
		{Name: "no-host-500", Check: "methods-host-required", Doc: "fails on a request without Host", Wire: lendHost,
			Wrap: status(homeless, http.StatusInternalServerError)},

		{Name: "absolute-404", Check: "methods-absolute-form", Doc: "treats an absolute request target as a path",
			Wrap: status(absolute, http.StatusNotFound)},
		{Name: "absolute-root", Check: "methods-absolute-form", Doc: "understands the absolute form only for /",
			Wrap: status(all(absolute, isRoute), http.StatusBadRequest)},
		{Name: "absolute-redirected", Check: "methods-absolute-form",
			Doc: "redirects an absolute request target to its path",
			Wrap: redirect(absolute, http.StatusMovedPermanently,
				func(r *http.Request) string { return r.URL.RequestURI() })},

		{Name: "two-framings-kept", Check: "methods-te-cl",
			Doc:  "keeps the connection after a request with two framings",
			Wrap: set(chunkedRequest, "Connection", "")},
		{Name: "two-framings-by-length", Check: "methods-te-cl",
			Doc:  "uses Content-Length although there is a Transfer-Encoding",
			Wrap: same, Wire: byLength},
		{Name: "two-framings-refused-and-kept", Check: "methods-te-cl",
			Doc: "refuses a request with two framings, and keeps the connection",
			Wrap: on(chunkedRequest,
				func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { fail(w, http.StatusBadRequest) })},
	}
}

func framingOddities() []Mutant {
	return []Mutant{
		{Name: "no-host-problem", Check: "methods-host-required",
			Doc: "explains a 400 in JSON, and keeps the connection", Wire: lendHost,
			Wrap: on(homeless,
				func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { problem(w, http.StatusBadRequest) })},
		{Name: "absolute-then-close", Check: "methods-absolute-form",
			Doc:  "closes the connection after a request in absolute form",
			Wrap: set(absolute, "Connection", "close")},
		{Name: "two-framings-refused", Check: "methods-te-cl",
			Doc: "refuses a request with two framings, and closes the connection",
			Wrap: on(chunkedRequest, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				w.Header().Set("Connection", "close")
				fail(w, http.StatusBadRequest)
			})},
		{Name: "two-framings-hang-up", Check: "methods-te-cl",
			Doc: "closes the connection on a request with two framings",
			Wrap: on(chunkedRequest,
				func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) })},
		{Name: "two-framings-old", Check: "methods-te-cl", Doc: "answers a request with two framings as HTTP/1.0 does",
			Wrap: raw(chunkedRequest, "HTTP/1.0 400 Bad Request\r\n\r\nbad request\n")},
	}
}
