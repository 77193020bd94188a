package mutant

import (
	"net/http"
	"net/url"
	"path"
	"strings"
)

// to leads to a path, with the query of the request.
func to(target string) func(r *http.Request) string {
	return func(r *http.Request) string {
		if r.URL.RawQuery == "" {
			return target
		}
		return target + "?" + r.URL.RawQuery
	}
}

// bare leads to a path, without the query of the request.
func bare(target string) func(r *http.Request) string {
	return func(*http.Request) string { return target }
}

func arrivalMutants() []Mutant {
	const query, hops = "routing-redirect-query", "routing-one-hop"
	return []Mutant{
		{Name: "index-loses-query", Check: query, Doc: "redirects /index.html to / without the query",
			Wrap: redirect(at("/index.html"), http.StatusMovedPermanently, bare("/"))},
		{Name: "directory-loses-query", Check: query, Doc: "redirects a directory to its slash without the query",
			Wrap: redirect(at("/docs"), http.StatusMovedPermanently, bare("/docs/"))},
		{Name: "query-cut", Check: query, Doc: "cuts the query at its second question mark when it redirects",
			Wrap: redirect(at("/docs"), http.StatusMovedPermanently, func(r *http.Request) string {
				before, _, _ := strings.Cut(r.URL.RawQuery, "?")
				return "/docs/?" + before
			})},
		{Name: "directory-keeps-first", Check: query, Doc: "keeps the first pair of a query in a redirect",
			Wrap: redirect(at("/docs"), http.StatusFound, func(r *http.Request) string {
				first, _, _ := strings.Cut(r.URL.RawQuery, "&")
				return "/docs/?" + first
			})},
		{Name: "query-decoded", Check: query, Doc: "decodes the query when it redirects a directory",
			Wrap: redirect(at("/docs"), http.StatusFound, func(r *http.Request) string {
				decoded, err := url.QueryUnescape(r.URL.RawQuery)
				if err != nil || strings.ContainsAny(decoded, "\r\n<>\"") {
					decoded = ""
				}
				return "/docs/?" + decoded
			})},

		{Name: "directory-in-two-steps", Check: hops, Doc: "redirects a directory to its index, and that to its slash",
			Wrap: both(redirect(at("/docs"), http.StatusFound, to("/docs/index.html")),
				redirect(at("/docs/index.html"), http.StatusFound, to("/docs/")))},
	}
}

func arrivalOddities() []Mutant {
	return []Mutant{
		{Name: "query-extended", Check: "routing-redirect-query", Doc: "adds to the query of what it redirects",
			Wrap: redirect(at("/docs"), http.StatusFound, func(r *http.Request) string {
				return "/docs/?lang=en&" + r.URL.RawQuery
			})},
		{Name: "directory-index-moved", Check: "routing-one-hop", Doc: "redirects a directory's index to its slash",
			Wrap: redirect(at("/docs/index.html"), http.StatusPermanentRedirect, to("/docs/"))},
	}
}

// asked: something is behind the path.
func asked(r *http.Request) bool { return r.URL.RawQuery != "" }

func queryMutants() []Mutant {
	asset := all(exists, under("/assets/"), asked)
	return []Mutant{
		{Name: "query-404", Check: "assets-query", Doc: "does not find an asset whose URL has a query",
			Wrap: status(asset, http.StatusNotFound)},
		{Name: "query-page", Check: "assets-query", Doc: "treats what has a query as a route", Wrap: asPage(asset)},
		{Name: "query-untyped", Check: "assets-query", Doc: "looks for the extension at the end of the request target",
			Wrap: set(asset, "Content-Type", "application/octet-stream")},
		{Name: "query-not-kept", Check: "assets-query", Doc: "has no policy for assets whose URL has a query",
			Wrap: set(asset, "Cache-Control", "no-cache")},
	}
}

func queryOddities() []Mutant {
	return []Mutant{
		{Name: "query-redirected", Check: "assets-query", Doc: "redirects an asset to its URL without the query",
			Wrap: redirect(all(exists, under("/assets/"), asked), http.StatusMovedPermanently,
				func(r *http.Request) string { return r.URL.EscapedPath() })},
	}
}

func wellKnownMutants() []Mutant {
	known := under("/.well-known/")
	return []Mutant{
		{Name: "well-known-for-browsers", Check: "assets-well-known",
			Doc: "serves /.well-known/ to browsers alone", Wrap: status(
				all(known, exists, func(r *http.Request) bool { return r.Header.Get("Sec-Fetch-Dest") == "" }),
				http.StatusNotFound)},
		{Name: "well-known-page", Check: "assets-well-known-404",
			Doc:  "answers what is missing under /.well-known/ with the page",
			Wrap: asPage(all(known, not(exists)))},
		{Name: "well-known-empty", Check: "assets-well-known-404",
			Doc: "answers what is missing under /.well-known/ with 204",
			Wrap: on(all(known, not(exists)),
				func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusNoContent) })},
		{Name: "association-untyped", Check: "assets-well-known-type",
			Doc:  "has no type for a file without an extension",
			Wrap: set(at("/.well-known/apple-app-site-association"), "Content-Type", "application/octet-stream")},
		{Name: "links-as-text", Check: "assets-well-known-type", Doc: "sends the links of an app as text",
			Wrap: set(at("/.well-known/assetlinks.json"), "Content-Type", "text/plain; charset=utf-8")},
		{Name: "contact-as-page", Check: "assets-well-known-type", Doc: "sends security.txt as a download",
			Wrap: set(at("/.well-known/security.txt"), "Content-Type", "application/octet-stream")},
	}
}

func wellKnownOddities() []Mutant {
	known := under("/.well-known/")
	return []Mutant{
		{Name: "well-known-open", Check: "assets-well-known", Doc: "lets every origin read /.well-known/",
			Wrap: set(known, "Access-Control-Allow-Origin", "*")},
		{Name: "well-known-403", Check: "assets-well-known-404", Doc: "forbids what is missing under /.well-known/",
			Wrap: status(all(known, not(exists)), http.StatusForbidden)},
		{Name: "association-own-type", Check: "assets-well-known-type", Doc: "sends JSON under a type of its own",
			Wrap: set(at("/.well-known/apple-app-site-association"), "Content-Type", "application/vnd.example+json")},
	}
}

// tooLong: a segment at the root is longer than a file's name may be.
func tooLong(r *http.Request) bool {
	name := strings.TrimPrefix(r.URL.Path, "/")
	return len(name) > 255 && len(name) < 1000 && !strings.Contains(name, "/")
}

// belowFile: a route is opened whose parent is a file.
func belowFile(r *http.Request) bool {
	parent := r.Clone(r.Context())
	parent.URL.Path, parent.URL.RawPath = path.Dir(r.URL.Path), ""
	return navigation(r) && !exists(r) && !at("/")(parent) && path.Ext(parent.URL.Path) != "" && exists(parent)
}
