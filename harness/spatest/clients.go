package spatest

func clientsChecks() []Check {
	return []Check{
		{
			Name: "clients-browser-fields", Group: "clients", Level: Must,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-12.5.3",
			Doc: `a request with all header fields that a browser sends gets what the same request gets without ` +
				`them, one after the other on one connection

Accept-Encoding, client hints and the like are in every request of a real browser, and
in few tests: a server that fails on one of them, or on the second request of a connection,
works for whoever tests it with a bare request and for nobody else.`,
			Run: checkBrowserFields,
		},
		{
			Name: "clients-machines", Group: "clients", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-12.5.1",
			Doc: `monitors, command-line tools, link previews and old proxies get HTML at a client route: with any ` +
				`Accept or none, without a content coding, by HEAD, for a range, and by HTTP/1.0

"Accept: */*" and no Accept at all accept HTML. A fallback only for clients that name
text/html means a 404 for uptime monitors, for the preview of every link that is sent to somebody,
and for curl. What a bot gets may be another page than a browser gets.`,
			Run: checkMachines,
		},
		{
			Name: "clients-raw-characters", Group: "clients", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://url.spec.whatwg.org/#path-percent-encode-set",
			Doc: `the characters that browsers leave as they are in a path or a query get the page, ` +
				`though RFC 3986 would have some of them encoded, and so do a URL and a dot in a query

Filters and search terms end in the address bar: "|", "[" and "]" are sent raw in a path,
and "{", "}", "^" and "\" in a query. A parser that keeps to the RFC answers 400 to a
link that the app itself has made; a firewall refuses the URL, or a fallback the dot, that
sign-in and sharing put into a query.`,
			Run: checkRawCharacters,
		},
		{
			Name: "clients-cookies", Group: "clients", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc6265.html#section-6.1",
			Doc: `7 KB of cookies do not keep a user from the page, its files and the API

Years of sign-ins, consents and measurements on one domain and its parents add up to
that. A server with a smaller limit (some frameworks: 4 KB for the whole header) answers 431 to its most
faithful users, on every URL, until they delete their cookies.`,
			Run: checkCookies,
		},
		{
			Name: "clients-idle-connection", Group: "clients", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9112.html#section-9.4",
			Doc: `a request is answered while other connections are open on which nothing, or half a request, ` +
				`has been sent

Browsers open a spare connection in advance, and a phone in a tunnel sends half a
request. A server that serves one connection after the other, such as one that is meant
for development, stands still for everybody until that one is done.`,
			Run: checkIdleConnection,
		},
		{
			Name: "clients-streams-not-page", Group: "clients", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc6455.html#section-4.2.2",
			Doc: `a WebSocket handshake or a request for server-sent events never gets the page

Where no rule of a proxy matches the path, the fallback answers: 200 and HTML in place of
101 or of an error. The browser says "unexpected response code: 200", and the proxy, which is
at fault, has nothing in its log.`,
			Run: checkStreams,
		},
	}
}
