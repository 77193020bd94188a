package mutant

import (
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
)

func assetsMutants() []Mutant {
	missing := missingAsset
	missingAtRoot := func(r *http.Request) bool {
		return !exists(r) && !inAPI(r) && strings.Count(r.URL.Path, "/") == 1 && lastHasDot(r)
	}
	return []Mutant{
		{Name: "missing-asset-page", Check: "assets-missing-404", Doc: "answers a missing asset with the page",
			Wrap: asPage(all(missing, lastHasDot))},
		{Name: "missing-style-page", Check: "assets-missing-404", Doc: "answers a missing style sheet with the page",
			Wrap: asPage(all(missing, ext(".css")))},
		{Name: "missing-map-empty", Check: "assets-missing-404", Doc: "answers a missing source map with an empty 200",
			Wrap: on(all(missing, ext(".map")),
				func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusOK) })},
		{Name: "missing-font-page", Check: "assets-missing-404", Doc: "answers a missing font with the page",
			Wrap: asPage(all(missing, ext(".woff2")))},
		{Name: "missing-image-page", Check: "assets-missing-404",
			Doc:  "answers missing images with the page, and knows of scripts alone that they are files",
			Wrap: asPage(all(missing, func(r *http.Request) bool { return ext(".webp")(r) || ext(".svg")(r) }))},
		{Name: "missing-module-page", Check: "assets-missing-404",
			Doc: "answers a missing module with the page", Wrap: asPage(all(missing, ext(".mjs")))},

		{Name: "missing-icon-page", Check: "assets-missing-root-file-404",
			Doc:  "answers a missing image at the root with the page",
			Wrap: asPage(all(missingAtRoot, ext(".png")))},
		{Name: "missing-file-to-root", Check: "assets-missing-root-file-404",
			Doc: "redirects missing files at the root to /",
			Wrap: redirect(all(missingAtRoot, not(navigation)), http.StatusFound,
				func(*http.Request) string { return "/" })},
		{Name: "sitemap-page", Check: "assets-crawler-files",
			Doc:  "answers crawlers that ask for a sitemap with the page",
			Wrap: asPage(all(missingAtRoot, at("/sitemap.xml")))},
		{Name: "missing-data-empty", Check: "assets-missing-root-file-404",
			Doc: "answers missing data at the root with an empty 200",
			Wrap: on(all(missingAtRoot, ext(".json")),
				func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusOK) })},

		{Name: "mjs-octet-stream", Check: "assets-js-mime", Doc: "does not know the extension .mjs",
			Wrap: set(all(exists, ext(".mjs")), "Content-Type", "application/octet-stream")},
		{Name: "js-as-text", Check: "assets-js-mime", Doc: "serves scripts as text/plain",
			Wrap: set(all(exists, under("/assets/"), ext(".js"), not(severalRanges)), "Content-Type", "text/plain")},

		{Name: "wasm-octet-stream", Check: "assets-type-map", Doc: "does not know the extension .wasm",
			Wrap: set(all(exists, ext(".wasm")), "Content-Type", "application/octet-stream")},
		{Name: "css-as-text", Check: "assets-type-map", Doc: "serves style sheets as text/plain",
			Wrap: set(all(exists, ext(".css")), "Content-Type", "text/plain")},
		{Name: "manifest-untyped", Check: "assets-type-map", Doc: "does not know the extension .webmanifest",
			Wrap: set(all(exists, ext(".webmanifest")), "Content-Type", "application/octet-stream")},
		{Name: "avif-octet-stream", Check: "assets-type-map", Doc: "does not know the extension .avif",
			Wrap: set(all(exists, ext(".avif")), "Content-Type", "application/octet-stream")},
		{Name: "json-as-text", Check: "assets-type-map", Doc: "serves data as text/plain",
			Wrap: set(at("/version.json"), "Content-Type", "text/plain")},
		{Name: "latin1-page", Check: "assets-type-map", Doc: "declares the page as ISO 8859-1",
			Wrap: set(at("/"), "Content-Type", "text/html; charset=iso-8859-1")},

		{Name: "empty-404", Check: "assets-bytes-exact", Doc: "answers an empty file with 404",
			Wrap: status(at("/empty.txt"), http.StatusNotFound)},
		{Name: "space-404", Check: "assets-bytes-exact", Doc: "does not decode file names",
			Wrap: status(at("/with space.txt"), http.StatusNotFound),
			Also: []string{"assets-name-encoding"}},
		{Name: "stale-sidecar", Check: "assets-bytes-exact", Doc: "has a compressed copy of another build",
			Wrap: on(func(r *http.Request) bool {
				return exists(r) && ext(".css")(r) && acceptsGzip(r)
			}, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				w.Header().Set("Content-Type", "text/css")
				w.Header().Set("Content-Encoding", "gzip")
				w.Header().Set("Vary", "Accept-Encoding")
				w.Header().Set("Cache-Control", "max-age=31536000, immutable")
				w.Write(compress("body { color: red }"))
			}), Also: []string{"compression-sidecar-coherent", "browser-sri-coherent"}},
		{Name: "rewritten", Check: "assets-bytes-exact", Doc: "has a filter that rewrites text",
			Wrap: on(at("/sw.js"), func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				w.Header().Set("Content-Type", "text/javascript")
				w.Write([]byte("/* optimised */"))
			})},

		{Name: "names-as-sent", Check: "assets-name-encoding",
			Doc:  "finds a file only by the usual spelling of its name",
			Wrap: status(all(exists, respelled), http.StatusNotFound)},
		{Name: "dot-as-sent", Check: "assets-name-encoding", Doc: "does not treat an encoded dot as a dot",
			Wrap: status(
				func(r *http.Request) bool { return exists(r) && strings.Contains(r.RequestURI, "%2E") },
				http.StatusNotFound)},
		{Name: "lower-case-hex-404", Check: "assets-name-encoding", Doc: "understands only upper-case percent-encoding",
			Wrap: status(
				func(r *http.Request) bool { return exists(r) && strings.Contains(r.RequestURI, "%c3") },
				http.StatusNotFound)},
		{Name: "decodes-again", Check: "assets-name-encoding", Doc: "decodes a name again if it finds no file",
			Wrap: rename(not(exists), decode)},
		{Name: "tries-undecoded", Check: "assets-name-encoding",
			Doc: "looks for the name as it was sent if it finds no file",
			Wrap: on(not(exists), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				raw := r.Clone(r.Context())
				raw.URL.Path, raw.URL.RawPath = r.URL.EscapedPath(), ""
				if !exists(raw) {
					raw = r
				}
				next.ServeHTTP(w, raw)
			})},
		{Name: "decodes-twice", Check: "assets-name-encoding", Doc: "decodes every name twice",
			Wrap: status(at("/a%20b.txt"), http.StatusNotFound),
			Also: []string{"assets-bytes-exact", "routing-real-file-wins"}},

		{Name: "file-with-tail", Check: "assets-file-as-dir", Doc: "serves a file whatever follows its name",
			Wrap: rename(not(exists), func(path string) string {
				return dotAndTail.ReplaceAllString(path, "$1")
			})},
		{Name: "file-with-slash", Check: "assets-file-as-dir", Doc: "ignores a trailing slash after a file's name",
			Wrap: rename(not(exists), func(path string) string {
				return strings.TrimSuffix(path, "/")
			})},
		{Name: "below-file-page", Check: "assets-file-as-dir", Doc: "treats paths below a file as routes", Wrap: asPage(
			func(r *http.Request) bool { return !exists(r) && dotAndTail.MatchString(r.URL.Path) && !inAPI(r) })},
	}
}

// dotAndTail splits what follows the name of a file that has an extension of a script or text.
var dotAndTail = regexp.MustCompile(`^(/.*\.(?:m?js|txt))/.*$`)

// respelled: the path is not encoded as it usually is.
func respelled(r *http.Request) bool { return r.URL.RawPath != "" }

// rename answers matching requests with the file that to names, if it exists.
func rename(m match, to func(path string) string) wrap {
	return on(m, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		renamed := r.Clone(r.Context())
		renamed.URL.Path, renamed.URL.RawPath = to(r.URL.Path), ""
		if !exists(renamed) {
			renamed = r
		}
		next.ServeHTTP(w, renamed)
	})
}

func assetsOddities() []Mutant {
	missing := missingAsset
	return []Mutant{
		{Name: "missing-410", Check: "assets-missing-404", Doc: "answers 410 for a missing asset",
			Wrap: edit(missing, func(status int, _ http.Header) int {
				if status == http.StatusNotFound {
					return http.StatusGone
				}
				return status
			})},
		{Name: "js-application", Check: "assets-js-mime", Doc: "serves scripts as application/javascript",
			Wrap: set(all(exists, ext(".js"), not(severalRanges)), "Content-Type",
				`Application/JavaScript;charset="utf-8"`)},
		{Name: "charset-in-page", Check: "assets-type-map", Doc: "leaves the encoding to the page's meta element",
			Wrap: set(all(navigation, not(inAPI)), "Content-Type", "text/html")},
		{Name: "always-gzip", Check: "assets-bytes-exact",
			Doc: "compresses for clients that do not say what they accept",
			Wrap: on(
				// An empty one wants no coding.
				func(r *http.Request) bool { return r.Header["Accept-Encoding"] == nil },
				func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					r = r.Clone(r.Context())
					r.Header.Set("Accept-Encoding", "gzip")
					next.ServeHTTP(w, r)
				})},
		{Name: "sitemap-made", Check: "assets-crawler-files",
			Doc: "makes a sitemap that is not in the build",
			Wrap: say(at("/sitemap.xml"), http.StatusOK, "application/xml", func(*http.Request) string {
				return `<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"></urlset>`
			})},
		{Name: "missing-icon-403", Check: "assets-missing-root-file-404",
			Doc:  "forbids what is missing at the root, as some object stores do",
			Wrap: status(all(not(exists), not(inAPI), ext(".png")), http.StatusForbidden)},
		{Name: "to-usual-spelling", Check: "assets-name-encoding",
			Doc: "redirects to the usual spelling of a file's name",
			Wrap: redirect(all(exists, respelled), http.StatusMovedPermanently,
				func(r *http.Request) string { return (&url.URL{Path: r.URL.Path}).EscapedPath() })},
		{Name: "encoded-dot-400", Check: "assets-name-encoding", Doc: "treats an encoded dot as an attack",
			Wrap: status(
				func(r *http.Request) bool { return exists(r) && strings.Contains(r.RequestURI, "%2E") },
				http.StatusBadRequest)},
		{Name: "slash-to-file", Check: "assets-file-as-dir", Doc: "redirects from a file with a slash to the file",
			Wrap: redirect(
				func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, ".js/") },
				http.StatusMovedPermanently,
				func(r *http.Request) string { return "../" + path.Base(r.URL.Path) })},
		{Name: "icon-registered", Check: "assets-type-map", Doc: "sends icons under their registered type",
			Wrap: set(all(exists, ext(".ico")), "Content-Type", "image/vnd.microsoft.icon")},
	}
}
