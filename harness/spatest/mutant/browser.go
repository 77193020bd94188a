package mutant

import (
	"net/http"
	"regexp"
	"strings"
)

func browserMutants() []Mutant {
	dest := func(names ...string) match {
		return func(r *http.Request) bool {
			for _, name := range names {
				if r.Header.Get("Sec-Fetch-Dest") == name {
					return true
				}
			}
			return false
		}
	}
	bare := all(isRoute, dotless)
	worker := all(isRoute, ext(".js"), dest("serviceworker"))
	return []Mutant{
		{
			Name:  "relative-references",
			Check: "browser-shell-closure",
			Doc:   "serves a page that was built with relative references",
			Page:  replace(`="/assets/`, `="./assets/`),
		},
		{
			Name:  "relative-manifest",
			Check: "browser-shell-closure",
			Doc:   "serves a page that refers only to its manifest relatively",
			Page:  replace(`="/manifest.webmanifest"`, `="manifest.webmanifest"`),
		},
		{Name: "other-base", Check: "browser-shell-closure", Doc: "serves a page that was built for another path",
			Page: replace(`<link rel="icon" href="/`, `<link rel="icon" href="/library/`)},
		{Name: "dangling-preload", Check: "browser-shell-closure",
			Doc: "has browsers preload a chunk of an earlier build, in a header field that is written by hand",
			Wrap: set(isPage, "Link", `</manifest.webmanifest>; rel="manifest", `+
				`</assets/vendor-0badc0de.js>; rel=modulepreload`)},
		{
			Name:  "dangling-reference",
			Check: "browser-shell-closure",
			Doc:   "serves a page that refers to a chunk that was not deployed",
			Page:  replace("</head>", `<link rel="modulepreload" href="/assets/vendor-0badc0de.js"></head>`),
		},

		{Name: "page-for-parts", Check: "browser-fetch-metadata",
			Doc: "treats everything without a dot as a route", Wrap: asPage(
				all(bare, dest("script", "style", "image", "font", "worker", "manifest")))},
		{Name: "page-for-manifests", Check: "browser-fetch-metadata", Doc: "sends the page for a manifest",
			Wrap: asPage(all(bare, dest("manifest")))},
		{Name: "page-for-workers", Check: "browser-fetch-metadata", Doc: "sends the page for a worker",
			Wrap: asPage(all(bare, dest("worker", "sharedworker")))},

		{Name: "page-for-json", Check: "browser-accept-json-route",
			Doc:  "sends the page for a route, whatever Accept says",
			Wrap: asPage(all(bare, under("/users"), acceptsJSON))},
		{Name: "html-for-json", Check: "browser-accept-json-route",
			Doc: "answers a request for JSON with 200 and an error page",
			Wrap: both(set(all(bare, under("/users"), acceptsJSON), "Cache-Control", "no-store"),
				asHTML(all(bare, under("/users"), acceptsJSON), http.StatusOK))},

		{Name: "page-for-service-worker", Check: "browser-service-worker",
			Doc:  "sends the page for the script of a service worker that does not exist",
			Wrap: asPage(worker)},
		{Name: "empty-service-worker", Check: "browser-service-worker",
			Doc: "has an empty script for a service worker that does not exist",
			Wrap: on(worker, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				w.Header().Set("Content-Type", "text/javascript")
				w.Header().Set("Cache-Control", "no-store")
			})},
		{Name: "service-worker-redirected", Check: "browser-service-worker",
			Doc: "redirects a service worker's script to where it has moved",
			Wrap: redirect(
				all(
					at("/sw.js"),
					dest("serviceworker"),
				),
				http.StatusMovedPermanently,
				func(*http.Request) string { return "/assets/sw.js" },
			)},

		{
			Name:  "hashes-of-another-build",
			Check: "browser-sri-coherent",
			Doc:   "serves a page with the integrity hashes of another build",
			Page:  replace(`integrity="sha384-`, `integrity="sha384-AAAA`),
		},
		{
			Name:  "strongest-hash-wrong",
			Check: "browser-sri-coherent",
			Doc:   "serves a page whose strongest hash is wrong",
			Page: replace(
				`integrity="sha384-`,
				`integrity="sha512-`+
					`z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg/SpIdNs6c5H0NE8XYXysP+DGNKHfuwvY7kxvUdBeoGlODJ6+SfaPg== sha384-`,
			),
		},
		{Name: "minified-on-the-way", Check: "browser-sri-coherent",
			Doc:  "has a proxy that minifies style sheets which it compresses",
			Also: []string{"assets-bytes-exact", "compression-sidecar-coherent"}, Wrap: on(
				all(exists, ext(".css"), acceptsGzip), func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
					w.Header().Set("Content-Type", "text/css")
					w.Header().Set("Content-Encoding", "gzip")
					w.Header().Set("Vary", "Accept-Encoding")
					w.Header().Set("Cache-Control", "max-age=31536000, immutable")
					w.Write(compress("body{}"))
				})},
	}
}

func browserOddities() []Mutant {
	bare := all(isRoute, dotless)
	return []Mutant{
		{
			Name:  "base-element",
			Check: "browser-shell-closure",
			Doc:   "serves a page with relative references under a base element",
			Page: func(page string) string {
				return replace(
					`<meta charset="utf-8">`,
					`<meta charset="utf-8"><base href="/">`,
				)(
					strings.ReplaceAll(page, `="/`, `="./`),
				)
			},
		},
		{Name: "links-in-header", Check: "browser-shell-closure",
			Doc: "has browsers preload what the page needs, and names what they do not fetch",
			Wrap: set(isPage, "Link", `<manifest.webmanifest>; title="a, <b>; rel=preload"; rel=alternate, `+
				`</manifest.webmanifest>;rel="manifest", <https://cdn.example/a.js>; rel=preload; as=script`)},
		{
			Name:  "references-elsewhere",
			Check: "browser-shell-closure",
			Doc:   "serves a page that refers to other origins and to its API",
			Page: replace(
				"</head>",
				`<link rel="preload" as="fetch" href="/api/health">`+
					`<script src="//cdn.example/a.js" integrity="sha256-x"></script></head>`,
			),
		},
		{Name: "parts-406", Check: "browser-fetch-metadata",
			Doc: "answers anything that is neither a navigation nor a file with 406",
			Wrap: status(all(bare, func(r *http.Request) bool {
				return r.Header.Get("Sec-Fetch-Dest") != "" && !navigation(r)
			}), http.StatusNotAcceptable)},
		{Name: "page-for-fetch", Check: "browser-fetch-metadata",
			Doc: "sends the page to a script that fetches a route",
			Wrap: asPage(all(bare, method("GET", "HEAD"), func(r *http.Request) bool {
				return r.Header.Get("Sec-Fetch-Dest") == "empty" && r.Header.Get("Accept") == "*/*"
			}))},
		{Name: "route-as-json", Check: "browser-accept-json-route",
			Doc: "has data at the URLs of routes, for those who accept JSON",
			Wrap: on(all(isRoute, under("/users/"), acceptsJSON),
				func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
					w.Header().Set("Vary", "Accept")
					sendJSON(w, http.StatusOK, `{"id":42}`)
				})},
		{Name: "service-worker-410", Check: "browser-service-worker",
			Doc: "answers 410 for a service worker that does not exist",
			Wrap: status(all(isRoute, ext(".js"), func(r *http.Request) bool {
				return r.Header.Get("Service-Worker") == "script"
			}), http.StatusGone)},
		{
			Name:  "hashes-to-choose",
			Check: "browser-sri-coherent",
			Doc:   "serves a page with several hashes, weaker and unknown ones among them",
			Page: replace(
				`integrity="`, `integrity="md5-AAAA sha256-AAAA sha384-AAAA `),
		},
		{
			Name:  "hashes-with-options",
			Check: "browser-sri-coherent",
			Doc:   "serves a page with options behind its hashes",
			Page: func(page string) string {
				return regexp.MustCompile(`integrity="([^"]*)"`).ReplaceAllString(page, "integrity=\" $1?ct=text\t\"")
			},
		},
		{
			Name:  "no-hashes",
			Check: "browser-sri-coherent",
			Doc:   "serves a page without integrity hashes",
			Page: func(page string) string {
				return strings.ReplaceAll(page, "integrity=", "data-integrity=")
			},
		},
	}
}

// replace changes every occurrence of old in the page.
func replace(old, with string) func(page string) string {
	return func(page string) string { return strings.ReplaceAll(page, old, with) }
}

func acceptsJSON(r *http.Request) bool { return r.Header.Get("Accept") == "application/json" }

func dotless(r *http.Request) bool { return !strings.Contains(r.URL.Path, ".") }
