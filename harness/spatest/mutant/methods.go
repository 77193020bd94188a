package mutant

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
)

func methodsMutants() []Mutant {
	head := method(http.MethodHead)
	return []Mutant{
		{Name: "head-405", Check: "methods-head-parity", Doc: "does not support HEAD for the page",
			Wrap: status(all(head, at("/")), http.StatusMethodNotAllowed)},
		{Name: "head-405-api", Check: "methods-head-parity", Doc: "does not support HEAD for the API",
			Wrap: status(all(head, inAPI), http.StatusMethodNotAllowed)},
		{Name: "head-with-body", Check: "methods-head-parity", Doc: "sends a body with HEAD",
			Wrap: raw(all(head, inAPI, not(unknownAPI)),
				"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 15\r\n\r\n{\"status\":\"ok\"}")},
		{Name: "head-length-0", Check: "methods-head-parity", Doc: "sends Content-Length: 0 with HEAD",
			Wrap: set(all(head, at("/")), "Content-Length", "0")},
		{Name: "head-other-type", Check: "methods-head-parity", Doc: "gives assets no type with HEAD",
			Wrap: set(all(head, exists, under("/assets/")), "Content-Type", "application/octet-stream")},
		{Name: "head-other-tag", Check: "methods-head-parity", Doc: "has a different ETag for HEAD",
			Wrap: set(all(head, isRoute, navigation), "ETag", `"head"`)},

		{Name: "post-page", Check: "methods-unsafe-rejected", Doc: "answers a POST to a route with the page",
			Wrap: asPage(all(isRoute, method("POST")))},
		{Name: "files-for-any-method", Check: "methods-unsafe-rejected", Doc: "sends a file whatever the method is",
			Wrap: on(all(exists, under("/assets/"), writes), asGet)},
		{Name: "unknown-method-page", Check: "methods-unsafe-rejected", Doc: "treats an unknown method as GET",
			Wrap: on(all(not(inAPI), method("SPATEST")), asGet)},
		{Name: "delete-accepted", Check: "methods-unsafe-rejected", Doc: "answers a DELETE of a route with 204",
			Wrap: on(all(isRoute, method("DELETE")),
				func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusNoContent) })},
		{Name: "put-500", Check: "methods-unsafe-rejected", Doc: "fails on a PUT",
			Wrap: status(all(isRoute, method("PUT")), http.StatusInternalServerError)},

		{Name: "site-405-without-allow", Check: "methods-405-allow",
			Doc:  "answers 405 for the page and its files without Allow",
			Wrap: on405("")},
		{Name: "site-405-allow-none", Check: "methods-405-allow", Doc: "answers 405 with an Allow that lacks GET",
			Wrap: on405("OPTIONS")},
		{Name: "site-405-allow-all", Check: "methods-405-allow", Doc: "lists in Allow what it refuses",
			Wrap: on405("GET, HEAD, POST, PUT, PATCH, DELETE")},

		{Name: "options-page", Check: "methods-options-trace", Doc: "answers OPTIONS of a route with the page",
			Wrap: asPage(all(isRoute, method("OPTIONS")))},
		{Name: "preflight-route-page", Check: "methods-options-trace",
			Doc:  "answers a preflight of a route with the page",
			Wrap: asPage(all(isRoute, preflighted))},
		{Name: "options-file", Check: "methods-options-trace", Doc: "answers OPTIONS of a file with the file",
			Wrap: on(all(exists, method("OPTIONS")), asGet)},
		{Name: "trace-page", Check: "methods-options-trace", Doc: "answers TRACE with the page",
			Wrap: on(all(at("/"), method("TRACE")), asGet)},
		{Name: "trace-echo", Check: "methods-options-trace", Doc: "echoes a TRACE, cookies and all", Wrap: echo()},
	}
}

func methodsOddities() []Mutant {
	health := all(inAPI, not(unknownAPI))
	return []Mutant{
		{Name: "head-terse", Check: "methods-head-parity",
			Doc: "omits from HEAD what it knows only after generating the content",
			Wrap: edit(method("HEAD"), func(status int, h http.Header) int {
				h.Del("Vary")
				h.Del("Content-Length")
				return status
			})},
		{Name: "date-in-api", Check: "methods-head-parity", Doc: "has a different ETag for every API response",
			Wrap: edit(health, func() func(int, http.Header) int {
				var calls counter
				return func(status int, h http.Header) int {
					h.Set("ETag", calls.next())
					return status
				}
			}())},

		{Name: "unknown-method-501", Check: "methods-unsafe-rejected",
			Doc:  "answers 501 to an unknown method",
			Wrap: status(all(not(inAPI), method("SPATEST")), http.StatusNotImplemented)},
		{Name: "post-route-404", Check: "methods-unsafe-rejected", Doc: "has routes only for GET",
			Wrap: status(all(isRoute, method("POST")), http.StatusNotFound)},
		{Name: "unknown-method-hangs-up", Check: "methods-unsafe-rejected",
			Doc: "closes the connection on an unknown method",
			Wrap: on(method("SPATEST"),
				func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) })},
		{Name: "no-405", Check: "methods-405-allow", Doc: "answers a method that it does not support with 403",
			Wrap: edit(not(inAPI), func(status int, h http.Header) int {
				if status == http.StatusMethodNotAllowed {
					h.Del("Allow")
					return http.StatusForbidden
				}
				return status
			})},
		{Name: "site-allow-list", Check: "methods-405-allow", Doc: "lists Allow in several fields",
			Wrap: edit(not(inAPI), func(status int, h http.Header) int {
				if status == http.StatusMethodNotAllowed {
					h["Allow"] = []string{"OPTIONS", "HEAD,GET"}
				}
				return status
			})},
		{Name: "options-204", Check: "methods-options-trace", Doc: "answers OPTIONS with its methods",
			Wrap: on(all(not(inAPI), method("OPTIONS")), func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				w.Header().Set("Allow", "GET, HEAD, OPTIONS")
				w.WriteHeader(http.StatusNoContent)
			})},
		{Name: "health-counts", Check: "methods-head-parity",
			Doc: "counts requests in what its API says, so that its length grows", Wrap: countHealth()},
		{Name: "trace-without-cookies", Check: "methods-options-trace", Doc: "echoes a TRACE without what is sensitive",
			Wrap: echo("Cookie", "Authorization")},
	}
}

func writes(r *http.Request) bool {
	return !method(http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace)(r)
}

// asGet answers as if the method were GET.
func asGet(w http.ResponseWriter, r *http.Request, next http.Handler) {
	r = r.Clone(r.Context())
	r.Method = http.MethodGet
	next.ServeHTTP(w, r)
}

// on405 sets Allow in every 405 that is not the API's, or removes it.
func on405(allow string) wrap {
	return edit(not(inAPI), func(status int, h http.Header) int {
		if status == http.StatusMethodNotAllowed {
			h.Del("Allow")
			if allow != "" {
				h.Set("Allow", allow)
			}
		}
		return status
	})
}

// countHealth lets the length of an endpoint's content change with every request.
func countHealth() wrap {
	var n atomic.Int64
	return on(all(at(API+"/health"), method(http.MethodGet, http.MethodHead)),
		func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			if recorded := record(next, r); recorded.Code != http.StatusOK {
				replay(w, recorded)
				return
			}
			w.Header().Set("Cache-Control", "no-store")
			sendJSON(w, http.StatusOK, `{"status":"ok","requests":"`+strings.Repeat("i", int(n.Add(1)%9))+`"}`)
		})
}

// echo answers TRACE as RFC 9110, section 9.3.8, says, without some fields.
func echo(sensitive ...string) wrap {
	return on(method(http.MethodTrace), func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
		header := r.Header.Clone()
		for _, name := range sensitive {
			header.Del(name)
		}
		w.Header().Set("Content-Type", "message/http")
		fmt.Fprintf(w, "TRACE %s HTTP/1.1\r\nHost: %s\r\n", r.RequestURI, r.Host)
		header.Write(w)
		io.WriteString(w, "\r\n")
	})
}
