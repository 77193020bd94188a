package spatest

func routingChecks() []Check {
	return []Check{
		{
			Name: "routing-root", Group: "routing", Level: Must,
			Spec: "https://angular.dev/tools/cli/deployment#server-configuration",
			Doc: `"/" answers 200 with the page, as text/html

Everything else depends on it: a server that has no page to serve, or serves a
listing or a default page in its place, cannot be checked further.`,
			Run: checkRoot,
		},
		{
			Name: "routing-deep-link", Group: "routing", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://router.vuejs.org/guide/essentials/history-mode.html#Example-Server-Configurations",
			Doc: `a hard load of any client route gets the page, with its query, without a redirect to anything but ` +
				`the same with a slash

Reload, bookmarks, shared links and "open in a new tab" ask the server for a URL
that only the script knows. A 404 breaks them; a redirect to "/" loses where the
user was. It must hold for browsers that send no Fetch Metadata, too.`,
			Run: checkDeepLink,
		},
		{
			Name: "routing-trailing-slash", Group: "routing", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.4",
			Doc: `a route with a trailing slash gets the page, or one redirect to the route without the slash that ` +
				`keeps the query

Links are typed, shortened and rewritten; a loop, a lost query or a redirect to
an internal host or to http:// behind a TLS proxy breaks them.`,
			Run: checkTrailingSlash,
		},
		{
			Name: "routing-dot-in-route", Group: "routing", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://github.com/bripkens/connect-history-api-fallback#disabledotrule",
			Doc: `a route with a dot in it gets the page when a browser navigates to it

Versions, domains and e-mail addresses are parts of routes. A server that takes
every dot for a file extension answers 404 on reload. This is the counterpart of
assets-missing-404: most quick fixes for one break the other.`,
			Run: checkDotInRoute,
		},
		{
			Name: "routing-encoded-segment", Group: "routing", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc3986.html#section-2.2",
			Doc: `percent-encoded UTF-8 and %2F in a route get the page, without a redirect to another path

A decoded slash is another path (RFC 3986, section 2.2): search terms and file
names in a route are lost when the server decodes, cleans and redirects.`,
			Run: checkEncodedSegment,
		},
		{
			Name: "routing-hostile-path-no-5xx", Group: "routing", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc9110.html#section-15.5.1",
			Doc: `a malformed or overlong path is treated as a client error or as a route, never as a 5xx

Scanners send such paths all day. A 5xx wakes somebody up, trips circuit
breakers, and reveals an exception that nobody caught.`,
			Run: checkHostilePath,
		},
		{
			Name: "routing-directory-collision", Group: "routing", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://nginx.org/en/docs/http/ngx_http_core_module.html#try_files",
			Doc: `a route with the name of a directory that has no index behaves like any other route

"/images" may be a gallery. A 403, a listing, or a redirect that names the
container's port is what file servers answer there.`,
			Run: checkDirectoryCollision,
		},
		{
			Name: "routing-prefix-boundary", Group: "routing", Level: Must,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://www.rfc-editor.org/rfc/rfc3986.html#section-3.3",
			Doc: `a reserved prefix matches whole path segments only

"/apiary" is not the API and "/assets-guide" is not an asset: a prefix that is
compared as a string hijacks routes of the app.`,
			Run: checkPrefixBoundary,
		},
		{
			Name: "routing-index-canonical", Group: "routing", Level: Should,
			DependsOn: []string{"routing-deep-link"},
			Spec:      "https://pkg.go.dev/net/http#FileServer",
			Doc: `"/index.html" gets the page or one redirect to it, and no spelling of it causes a redirect loop

Service workers and old bookmarks ask for index.html. File servers that redirect
it to "./", over a fallback that serves it, loop or lose the route.`,
			Run: checkIndexCanonical,
		},
		{
			Name: "routing-real-file-wins", Group: "routing", Level: Must,
			DependsOn: []string{"routing-root"},
			Spec:      "https://svelte.dev/docs/kit/adapter-static#Options-fallback",
			Doc: `an existing file or directory index is served instead of the page, even to a navigation

Documentation beside the app, robots.txt and downloads are opened in the address
bar, where the request looks like a route's.`,
			Run: checkRealFileWins,
		},
		{
			Name: "routing-base-path", Group: "routing", Level: May,
			DependsOn: []string{"routing-deep-link"}, Needs: []Feature{FeatureBase},
			Spec: "https://vite.dev/guide/build.html#public-base-path",
			Doc: `an app under a base path answers there, with and without the trailing slash, and nowhere else

A prefix that is compared as a string, or stripped where it is absent, lets the
app take over its neighbours' pages. A user who types the path without its slash
wants the app.`,
			Run: checkBasePath,
		},
	}
}
