package mutant

import (
	"net/http"
	"strings"
)

// has: a request has the header field.
func has(name string) match { return func(r *http.Request) bool { return r.Header.Get(name) != "" } }

// says: a header field of a request has this text in it.
func says(name, text string) match {
	return func(r *http.Request) bool { return strings.Contains(r.Header.Get(name), text) }
}

// upgrading: a WebSocket is to be opened.
var upgrading = has("Upgrade")

// old: a request by HTTP/1.0.
func old(r *http.Request) bool { return r.ProtoMajor == 1 && r.ProtoMinor == 0 }

// typed: characters are in the request target that RFC 3986 would have encoded.
func typed(r *http.Request) bool { return strings.ContainsAny(r.RequestURI, "|[]{}^`") }

func clientsMutants() []Mutant {
	route := all(isRoute, method("GET"))
	large := func(r *http.Request) bool { return len(r.Header.Get("Cookie")) > 4<<10 }
	byTools := func(r *http.Request) bool {
		return isRoute(r) && !navigation(r) && r.Header.Get("Sec-Fetch-Dest") == "" && r.Header.Get("Upgrade") == ""
	}
	return []Mutant{
		{Name: "gzip-not-found", Check: "clients-browser-fields",
			Doc:  "answers routes with 404 to whoever accepts gzip, since it could not write a compressed copy",
			Wrap: status(all(acceptsGzip, isRoute), http.StatusNotFound), Also: []string{"clients-machines"}},
		{Name: "hints-refused", Check: "clients-browser-fields", Doc: "has a firewall that does not know client hints",
			Wrap: status(has("Sec-Ch-Ua"), http.StatusForbidden)},
		{Name: "language-406", Check: "clients-browser-fields", Doc: "has no page in the user's language",
			Wrap: status(says("Accept-Language", "en-GB"), http.StatusNotAcceptable)},
		{Name: "workers-403", Check: "clients-browser-fields", Doc: "knows no workers among the destinations it allows",
			Wrap: status(says("Sec-Fetch-Dest", "worker"), http.StatusForbidden),
			Also: []string{"browser-service-worker"}},
		{Name: "referrer-refused", Check: "clients-browser-fields",
			Doc:  "protects its images from other sites, and from its own",
			Wrap: status(all(ext(".svg"), has("Referer")), http.StatusForbidden)},
		{Name: "insecure-500", Check: "clients-browser-fields",
			Doc:  "fails to build the redirect to https that is asked for",
			Wrap: status(has("Upgrade-Insecure-Requests"), http.StatusInternalServerError)},

		{Name: "html-by-name", Check: "clients-machines", Doc: "has routes only for who names text/html in Accept",
			Wrap: status(byTools, http.StatusNotFound)},
		{Name: "html-not-for-anything", Check: "clients-machines", Doc: "does not count */* as HTML",
			Wrap: status(all(byTools, says("Accept", "*/*")), http.StatusNotAcceptable)},
		{Name: "uncoded-406", Check: "clients-machines", Doc: "refuses a tool that takes no content coding",
			Wrap: status(all(byTools, says("Accept-Encoding", "identity")), http.StatusNotAcceptable)},
		{Name: "head-route-404", Check: "clients-machines", Doc: "has routes for GET alone, if a tool asks",
			Wrap: status(all(byTools, method("HEAD")), http.StatusNotFound)},
		{Name: "previews-416", Check: "clients-machines", Doc: "refuses a range that is longer than the page",
			Wrap: status(says("Range", "-32768"), http.StatusRequestedRangeNotSatisfiable)},
		{Name: "crawlers-500", Check: "clients-machines", Doc: "fails to render a page for crawlers",
			Wrap: status(says("User-Agent", "Googlebot"), http.StatusInternalServerError)},
		{Name: "previews-403", Check: "clients-machines", Doc: "takes a social network's preview for an attack",
			Wrap: status(says("User-Agent", "facebookexternalhit"), http.StatusForbidden)},
		{Name: "old-426", Check: "clients-machines", Doc: "does not speak HTTP/1.0",
			Wrap: status(old, http.StatusUpgradeRequired)},
		{Name: "old-in-chunks", Check: "clients-machines", Doc: "sends chunks to a client that speaks HTTP/1.0",
			Wrap: on(all(old, at("/")), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				page := record(next, r).Body.String()
				raw(always, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"+
					chunk(page)+chunk(""))(next).ServeHTTP(w, r)
			})},

		{Name: "pipe-400", Check: "clients-raw-characters", Doc: "takes only what RFC 3986 allows in a path",
			Wrap: status(func(r *http.Request) bool { return strings.ContainsAny(r.URL.Path, "|[]") && typed(r) },
				http.StatusBadRequest)},
		{Name: "braces-400", Check: "clients-raw-characters", Doc: "takes only what RFC 3986 allows in a query",
			Wrap: status(func(r *http.Request) bool { return strings.ContainsAny(r.URL.RawQuery, "{}") },
				http.StatusBadRequest)},
		{Name: "backslash-400", Check: "clients-raw-characters", Doc: "treats a backslash in a query as an attack",
			Wrap: status(func(r *http.Request) bool { return strings.Contains(r.URL.RawQuery, `\d`) },
				http.StatusBadRequest)},
		{Name: "url-in-query-403", Check: "clients-raw-characters", Doc: "treats a URL in a query as an attack",
			Wrap: status(func(r *http.Request) bool { return strings.Contains(r.URL.RawQuery, "=https") },
				http.StatusForbidden)},
		{Name: "dot-in-query-404", Check: "clients-raw-characters", Doc: "looks for a file if the query has a dot",
			Wrap: status(all(isRoute, func(r *http.Request) bool { return strings.HasSuffix(r.URL.RawQuery, "a.b") }),
				http.StatusNotFound)},
		{Name: "matrix-parameters", Check: "clients-raw-characters", Doc: "refuses a semicolon in a path",
			Wrap: status(all(route, func(r *http.Request) bool { return strings.Contains(r.URL.Path, "'s;v=") }),
				http.StatusBadRequest)},

		{Name: "cookies-431", Check: "clients-cookies", Doc: "takes 4 KB of cookies",
			Wrap: status(large, http.StatusRequestHeaderFieldsTooLarge)},
		{Name: "cookies-to-api", Check: "clients-cookies", Doc: "has an API that takes 4 KB of cookies",
			Wrap: status(all(large, inAPI), http.StatusBadRequest)},
		{Name: "cookies-hang-up", Check: "clients-cookies", Doc: "closes the connection on 4 KB of cookies",
			Wrap: hangUp(all(large, exists, under("/assets/")))},

		{Name: "one-at-a-time", Check: "clients-idle-connection", Doc: "serves one connection after the other",
			Wrap: same, Wire: oneAtATime()},
		{Name: "one-at-a-time-late", Check: "clients-idle-connection",
			Doc:  "serves one connection after the other, and lets those who ask overtake those who do not",
			Wrap: same, Wire: late()},

		{Name: "websocket-page", Check: "clients-streams-not-page", Doc: "takes a WebSocket handshake for a visit",
			Wrap: asPage(all(isRoute, upgrading))},
		{Name: "websocket-page-in-api", Check: "clients-streams-not-page",
			Doc:  "has no rule for the WebSockets of its API",
			Wrap: asPage(all(inAPI, upgrading))},
		{Name: "events-page", Check: "clients-streams-not-page", Doc: "answers a request for events with the page",
			Wrap: asPage(all(isRoute, says("Accept", "text/event-stream")))},
	}
}

func clientsOddities() []Mutant {
	bot := func(r *http.Request) bool {
		return says("User-Agent", "Googlebot")(r) || says("User-Agent", "Slackbot")(r)
	}
	return []Mutant{
		{Name: "to-https", Check: "clients-browser-fields", Doc: "redirects to https who asks for it",
			Wrap: redirect(has("Upgrade-Insecure-Requests"), http.StatusTemporaryRedirect,
				func(r *http.Request) string { return "https://" + r.Host + r.URL.RequestURI() })},
		{Name: "closes-each-time", Check: "clients-browser-fields", Doc: "closes the connection after each file",
			Wrap: set(all(exists, under("/assets/")), "Connection", "close")},
		{Name: "rendered-for-bots", Check: "clients-machines",
			Doc: "renders pages for crawlers and previews, and tells caches so",
			Wrap: both(variesBy(isRoute, "User-Agent"), say(all(isRoute, bot), http.StatusOK,
				"text/html; charset=utf-8",
				func(*http.Request) string { return "<!doctype html><title>Book</title><h1>Moby-Dick</h1>" }))},
		{Name: "raw-to-encoded", Check: "clients-raw-characters",
			Doc: "redirects to the spelling that RFC 3986 has",
			Wrap: redirect(all(isRoute, typed, not(namesHost)), http.StatusPermanentRedirect,
				func(r *http.Request) string {
					return strings.NewReplacer("|", "%7C", "[", "%5B", "]", "%5D", "{", "%7B", "}", "%7D",
						"^", "%5E", "`", "%60").Replace(r.RequestURI)
				})},
		{Name: "cookies-deleted", Check: "clients-cookies", Doc: "deletes cookies that it does not know",
			Wrap: on(all(says("Cookie", "spatest_"), not(inAPI), not(under("/assets/"))),
				func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					w.Header().Set("Set-Cookie", "spatest_00=; Max-Age=0")
					next.ServeHTTP(w, r)
				})},
		{Name: "impatient", Check: "clients-idle-connection",
			Doc:  "hangs up on who does not send a request at once",
			Wrap: same, Wire: impatient},
		{Name: "websocket-426", Check: "clients-streams-not-page",
			Doc:  "answers a WebSocket handshake by asking for one",
			Wrap: status(all(upgrading, isRoute), http.StatusUpgradeRequired)},
		{Name: "websocket-101", Check: "clients-streams-not-page", Doc: "has WebSockets at every path",
			Wrap: raw(upgrading, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
				"Sec-WebSocket-Accept: vs62jjz9LYDOjkMfYALDtL6U/ws=\r\n\r\n")},
	}
}
