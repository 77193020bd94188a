package mutant

import (
	"net/http"
	"path"
	"strings"
)

func routingMutants() []Mutant {
	route := func(r *http.Request) bool { return isRoute(r) && navigation(r) }
	return []Mutant{
		{Name: "root-listing", Check: "routing-root", Doc: "lists the folder at /",
			Wrap: on(at("/"), func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				w.Header().Set("Content-Type", "text/html")
				w.Write([]byte("<title>Index of /</title><a href=index.html>index.html</a>"))
			})},
		{Name: "root-as-text", Check: "routing-root", Doc: "serves / as text/plain",
			Wrap: set(at("/"), "Content-Type", "text/plain")},
		{Name: "root-as-download", Check: "routing-root", Doc: "sends the page at / as a download",
			Wrap: set(at("/"), "Content-Disposition", `attachment; filename="index.html"`)},
		{Name: "root-unavailable", Check: "routing-root", Doc: "answers / with 503",
			Wrap: status(at("/"), http.StatusServiceUnavailable)},

		{Name: "deep-link-404", Check: "routing-deep-link", Doc: "has no fallback at all",
			Wrap: status(isRoute, http.StatusNotFound)},
		{Name: "deep-link-to-root", Check: "routing-deep-link", Doc: "redirects every route to /",
			Wrap: redirect(route, http.StatusFound, func(*http.Request) string { return "/" })},
		{Name: "deep-link-as-download", Check: "routing-deep-link", Doc: "sends the page for a route as a download",
			Wrap: set(route, "Content-Disposition", "attachment")},
		{Name: "deep-link-with-404-status", Check: "routing-deep-link", Doc: "sends the page for a route, but with 404",
			Wrap: edit(route, func(int, http.Header) int { return http.StatusNotFound })},
		{Name: "deep-link-by-fetch-metadata", Check: "routing-deep-link",
			Doc: "falls back only for browsers that send Sec-Fetch-Dest",
			Wrap: status(
				func(r *http.Request) bool { return route(r) && r.Header.Get("Sec-Fetch-Dest") == "" },
				http.StatusNotFound)},

		{Name: "slash-404", Check: "routing-trailing-slash", Doc: "answers a route with a trailing slash with 404",
			Wrap: status(
				func(r *http.Request) bool { return route(r) && strings.HasSuffix(r.URL.Path, "/") },
				http.StatusNotFound)},
		{Name: "slash-loses-query", Check: "routing-trailing-slash",
			Doc: "redirects to the route without slash and without query",
			Wrap: redirect(slashed, http.StatusMovedPermanently,
				func(r *http.Request) string { return strings.TrimSuffix(r.URL.Path, "/") })},
		{Name: "slash-to-internal-port", Check: "routing-trailing-slash",
			Doc:  "redirects to the port that the container listens on",
			Also: []string{"security-host-in-redirect"}, Wrap: redirect(slashed, http.StatusMovedPermanently,
				func(r *http.Request) string {
					return "http://localhost:8080" + strings.TrimSuffix(r.URL.Path, "/") + "?" + r.URL.RawQuery
				})},

		{Name: "dot-is-file", Check: "routing-dot-in-route",
			Doc: "treats every dot as the start of a file extension", Wrap: status(
				func(r *http.Request) bool { return route(r) && lastHasDot(r) }, http.StatusNotFound)},

		{Name: "encoded-slash-decoded", Check: "routing-encoded-segment", Doc: "redirects %2F to a slash",
			Wrap: redirect(
				func(r *http.Request) bool {
					return route(r) && strings.Contains(r.URL.RawPath, "%2F") && !namesHost(r)
				},
				http.StatusMovedPermanently,
				func(r *http.Request) string { return r.URL.Path },
			)},
		{Name: "utf8-404", Check: "routing-encoded-segment",
			Doc: "does not match routes with non-ASCII characters", Wrap: status(
				func(r *http.Request) bool { return route(r) && strings.Contains(r.URL.Path, "café") },
				http.StatusNotFound)},

		{Name: "bad-utf8-500", Check: "routing-hostile-path-no-5xx", Doc: "fails on a path that is not UTF-8",
			Wrap: status(
				func(r *http.Request) bool { return strings.Contains(r.RequestURI, "%ff") },
				http.StatusInternalServerError)},
		{Name: "long-name-abort", Check: "routing-hostile-path-no-5xx",
			Doc: "drops the connection on a name of more than 255 bytes",
			Wrap: on(
				func(r *http.Request) bool { return len(r.URL.Path) > 255 },
				func(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) },
			)},
		{Name: "long-segment-500", Check: "routing-hostile-path-no-5xx",
			Doc:  "fails to look for a file whose name is longer than names may be",
			Wrap: status(all(tooLong, not(inAPI)), http.StatusInternalServerError)},
		{Name: "below-file-500", Check: "routing-hostile-path-no-5xx", Doc: "fails on a route below a file",
			Wrap: status(belowFile, http.StatusInternalServerError)},

		{Name: "directory-403", Check: "routing-directory-collision",
			Doc: "redirects a directory to its slash, and forbids it there",
			Wrap: both(
				redirect(at("/images"), http.StatusMovedPermanently, to("/images/")),
				status(at("/images/"), http.StatusForbidden))},
		{Name: "directory-listing", Check: "routing-directory-collision",
			Also: []string{
				"security-no-listing",
			}, Doc: "lists a directory without an index", Wrap: on(at("/images", "/images/"),
				func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
					w.Header().Set("Content-Type", "text/html")
					w.Write([]byte("<title>Index of /images</title><a href=cover.png>cover.png</a>"))
				})},
		{Name: "directory-to-internal-port", Check: "routing-directory-collision",
			Also: []string{
				"security-host-in-redirect",
			}, Doc: "redirects a directory to the port that the container listens on", Wrap: redirect(
				at("/images"), http.StatusMovedPermanently, to("http://localhost:8080/images/"))},

		{Name: "api-as-string-prefix", Check: "routing-prefix-boundary",
			Doc: "sends everything that begins with /api to the API",
			Wrap: status(
				func(r *http.Request) bool { return under("/api")(r) && !inAPI(r) }, http.StatusNotFound)},
		{Name: "assets-as-string-prefix", Check: "routing-prefix-boundary",
			Doc: "treats everything that begins with /assets as an asset",
			Wrap: status(
				func(r *http.Request) bool { return under("/assets")(r) && isRoute(r) && r.URL.Path != "/assets" },
				http.StatusNotFound,
			)},

		{Name: "index-loop", Check: "routing-index-canonical", Doc: "redirects /index.html to itself",
			Wrap: redirect(at("/index.html"), http.StatusMovedPermanently, to("/index.html"))},
		{Name: "index-403", Check: "routing-index-canonical",
			Doc:  "forbids the index of a directory that does not exist",
			Wrap: status(at("/users/index.html"), http.StatusForbidden)},

		{Name: "page-before-files", Check: "routing-real-file-wins",
			Doc: "sends the page to every navigation, files or not",
			Wrap: asPage(
				func(r *http.Request) bool { return navigation(r) && exists(r) && r.URL.Path != "/" })},

		{Name: "base-ignored", Check: "routing-base-path", Under: appPath,
			Doc: "answers every route on the origin with the app under /app",
			Wrap: asApp(
				func(r *http.Request) bool { return !under(appPath)(r) })},
		{Name: "base-as-string-prefix", Check: "routing-base-path", Under: appPath,
			Doc: "answers everything that begins with /app with the app",
			Wrap: asApp(
				func(r *http.Request) bool {
					return under(appPath)(r) && r.URL.Path != appPath && !under(appPath+"/")(r)
				})},
		{Name: "base-bare-404", Check: "routing-base-path", Under: appPath,
			Doc:  "does not know the path of its app without a slash",
			Wrap: status(at(appPath), http.StatusNotFound)},
	}
}

// appPath is the path of the mutants that are not at the root of their origin.
const appPath = "/app"

// asApp answers matching requests with the page of the app.
func asApp(m match) wrap {
	return on(m, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		r = r.Clone(r.Context())
		r.URL.Path, r.URL.RawPath = appPath+"/", ""
		next.ServeHTTP(w, r)
	})
}

func routingOddities() []Mutant {
	absolute := func(to string) func(*http.Request) string {
		return func(r *http.Request) string { return "http://" + knownHost(r) + to }
	}
	return []Mutant{
		{Name: "routes-with-slash", Check: "routing-deep-link",
			Doc: "redirects each route to the same with a slash, as hosts of static sites do",
			Wrap: redirect(
				func(r *http.Request) bool { return isRoute(r) && navigation(r) && !strings.HasSuffix(r.URL.Path, "/") },
				http.StatusPermanentRedirect, func(r *http.Request) string {
					path, query, found := strings.Cut("/"+strings.TrimLeft(r.RequestURI, `/\`), "?")
					if found {
						return path + "/?" + query
					}
					return path + "/"
				})},
		{Name: "early-hints", Check: "routing-root", Doc: "sends 103 Early Hints before the page",
			Wrap: on(navigation, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				w.Header().Set("Link", "</favicon.ico>; rel=preload; as=image")
				w.WriteHeader(http.StatusEarlyHints)
				w.Header().Del("Link")
				next.ServeHTTP(w, r)
			})},
		{Name: "chunked", Check: "routing-deep-link", Doc: "sends pages in chunks, without a length",
			Wrap: on(all(navigation, method("GET")), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				next.ServeHTTP(&chunker{w}, r)
			})},
		{Name: "slash-redirect", Check: "routing-trailing-slash",
			Doc: "redirects to the route without slash by 308 and an absolute Location",
			Wrap: redirect(slashed, http.StatusPermanentRedirect,
				func(r *http.Request) string {
					return absolute(strings.TrimSuffix(r.URL.Path, "/") + "?" + r.URL.RawQuery)(r)
				})},
		{Name: "known-extensions", Check: "routing-dot-in-route",
			Doc: "treats paths with a known file extension as files, and other dots as part of a route",
			Wrap: status(func(r *http.Request) bool {
				_, known := types[path.Ext(r.URL.Path)]
				return known && isRoute(r)
			}, http.StatusNotFound)},
		{Name: "content-location", Check: "routing-encoded-segment",
			Doc:  "sends Content-Location with the page at every route",
			Wrap: set(all(navigation, isRoute), "Content-Location", "/index.html")},
		{Name: "hostile-400", Check: "routing-hostile-path-no-5xx", Doc: "answers long and undecodable paths with 400",
			Wrap: status(func(r *http.Request) bool {
				return len(r.RequestURI) > 255 || strings.Contains(r.RequestURI, "%ff") ||
					strings.Contains(r.RequestURI, "%c0")
			}, http.StatusBadRequest)},
		{
			Name:  "directory-to-slash",
			Check: "routing-directory-collision",
			Doc:   "redirects a directory to its slash, and sends the page there",
			Wrap:  redirect(at("/images"), http.StatusFound, to("images/")),
		},
		{Name: "api-in-any-case", Check: "routing-prefix-boundary", Doc: "has its API under /API, too", Wrap: on(
			func(r *http.Request) bool { return r.URL.Path == "/API" || under("/API/")(r) },
			func(w http.ResponseWriter, r *http.Request, _ http.Handler) { fail(w, http.StatusNotFound) })},
		{Name: "index-without-slash", Check: "routing-real-file-wins",
			Doc: "redirects the index of a directory to the path without a slash",
			Wrap: both(
				redirect(at("/docs/"), http.StatusMovedPermanently, to("/docs")),
				on(at("/docs"), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					r = r.Clone(r.Context())
					r.URL.Path = "/docs/"
					next.ServeHTTP(w, r)
				}))},
		{Name: "index-to-root", Check: "routing-index-canonical", Doc: "redirects /index.html to ./",
			Wrap: redirect(at("/index.html"), http.StatusMovedPermanently, to("./"))},
		{Name: "base-bare-page", Check: "routing-base-path", Under: appPath,
			Doc:  "has the page at the path of its app without a slash, too",
			Wrap: asApp(at(appPath))},
		{Name: "base-has-neighbours", Check: "routing-base-path", Under: appPath,
			Doc: "has another app at the root of its origin",
			Wrap: on(
				func(r *http.Request) bool { return !under(appPath)(r) },
				func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
					w.Header().Set("Content-Type", "text/html")
					w.Write([]byte("<title>Shop</title><script src=/shop.js></script>"))
				},
			)},
		{Name: "base-from-elsewhere", Check: "routing-base-path", Under: appPath,
			Doc: "redirects what is outside its app into it",
			Wrap: redirect(
				func(r *http.Request) bool { return !under(appPath)(r) },
				http.StatusFound,
				func(r *http.Request) string { return appPath + r.URL.EscapedPath() },
			)},
		{Name: "index-404", Check: "routing-index-canonical",
			Doc:  "answers 404 for the index of a directory that does not exist",
			Wrap: status(at("/users/index.html"), http.StatusNotFound)},
	}
}

// slashed: a route with a trailing slash is opened.
func slashed(r *http.Request) bool {
	return isRoute(r) && navigation(r) && strings.HasSuffix(r.URL.Path, "/") && !namesHost(r)
}

// namesHost: a Location of this path could be read as a host.
func namesHost(r *http.Request) bool {
	return strings.Contains(r.URL.Path, "//") || strings.ContainsAny(r.URL.Path, "\\\t\r\n")
}

func lastHasDot(r *http.Request) bool {
	return strings.Contains(r.URL.Path[strings.LastIndexByte(r.URL.Path, '/'):], ".")
}
