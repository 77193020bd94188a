package mutant

import "net/http"

func assetsMutants() []Mutant {
	missing := func(r *http.Request) bool { return under("/assets/")(r) && !exists(r) }
	return []Mutant{
		{Name: "missing-asset-page", Check: "assets-missing-404", Doc: "answers a missing asset with the page", Wrap: asPage(missing)},
		{Name: "missing-style-page", Check: "assets-missing-404", Doc: "answers a missing style sheet with the page", Wrap: asPage(all(missing, ext(".css")))},
		{Name: "missing-map-empty", Check: "assets-missing-404", Doc: "answers a missing source map with an empty 200", Wrap: on(all(missing, ext(".map")),
			func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusOK) })},

		{Name: "mjs-octet-stream", Check: "assets-js-mime", Doc: "does not know the extension .mjs", Wrap: set(all(exists, ext(".mjs")), "Content-Type", "application/octet-stream")},
		{Name: "js-as-text", Check: "assets-js-mime", Doc: "serves scripts as text/plain", Wrap: set(all(exists, ext(".js")), "Content-Type", "text/plain")},

		{Name: "wasm-octet-stream", Check: "assets-type-map", Doc: "does not know the extension .wasm", Wrap: set(all(exists, ext(".wasm")), "Content-Type", "application/octet-stream")},
		{Name: "css-as-text", Check: "assets-type-map", Doc: "serves style sheets as text/plain", Wrap: set(all(exists, ext(".css")), "Content-Type", "text/plain")},
		{Name: "manifest-untyped", Check: "assets-type-map", Doc: "does not know the extension .webmanifest", Wrap: set(all(exists, ext(".webmanifest")), "Content-Type", "application/octet-stream")},
		{Name: "latin1-page", Check: "assets-type-map", Doc: "calls the page ISO 8859-1", Wrap: set(at("/"), "Content-Type", "text/html; charset=iso-8859-1")},

		{Name: "empty-404", Check: "assets-bytes-exact", Doc: "answers an empty file with 404", Wrap: status(at("/empty.txt"), http.StatusNotFound)},
		{Name: "space-404", Check: "assets-bytes-exact", Doc: "does not decode file names", Wrap: status(at("/with space.txt"), http.StatusNotFound)},
		{Name: "truncated", Check: "assets-bytes-exact", Doc: "announces more bytes than it sends", Wrap: raw(all(at("/robots.txt"), method("GET"), not(navigation)),
			"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 24\r\n\r\nUser-agent: *\n")},
		{Name: "overlong", Check: "assets-bytes-exact", Doc: "sends more bytes than it announces", Wrap: raw(all(at("/robots.txt"), method("GET"), not(navigation)),
			"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 23\r\n\r\nUser-agent: *\nAllow: /\n\n\n")},
		{Name: "stale-sidecar", Check: "assets-bytes-exact", Doc: "has a compressed copy of another build", Wrap: on(func(r *http.Request) bool {
			return exists(r) && ext(".css")(r) && acceptsGzip(r)
		}, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Content-Type", "text/css")
			w.Header().Set("Content-Encoding", "gzip")
			w.Header().Set("Cache-Control", "max-age=31536000, immutable")
			w.Write(compress("body { color: red }"))
		})},
		{Name: "rewritten", Check: "assets-bytes-exact", Doc: "has a filter that rewrites text", Wrap: on(at("/sw.js"), func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
			w.Header().Set("Content-Type", "text/javascript")
			w.Write([]byte("/* optimised */"))
		})},

		{Name: "well-known-page", Check: "assets-well-known", Doc: "answers what is missing under /.well-known/ with the page", Wrap: asPage(all(under("/.well-known/"), not(exists)))},
		{Name: "well-known-empty", Check: "assets-well-known", Doc: "answers what is missing under /.well-known/ with 204", Wrap: on(all(under("/.well-known/"), not(exists)),
			func(w http.ResponseWriter, _ *http.Request, _ http.Handler) { w.WriteHeader(http.StatusNoContent) })},
	}
}

func assetsOddities() []Mutant {
	missing := func(r *http.Request) bool { return under("/assets/")(r) && !exists(r) }
	return []Mutant{
		{Name: "missing-410", Check: "assets-missing-404", Doc: "says that a missing asset is gone", Wrap: status(missing, http.StatusGone)},
		{Name: "js-application", Check: "assets-js-mime", Doc: "serves scripts as application/javascript", Wrap: set(all(exists, ext(".js")), "Content-Type", `Application/JavaScript;charset="utf-8"`)},
		{Name: "charset-in-page", Check: "assets-type-map", Doc: "leaves the encoding to the page's meta element", Wrap: set(all(navigation, not(inAPI)), "Content-Type", "text/html")},
		{Name: "always-gzip", Check: "assets-bytes-exact", Doc: "compresses for clients that do not say what they accept", Wrap: on(
			func(r *http.Request) bool { return r.Header.Get("Accept-Encoding") == "" },
			func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				r = r.Clone(r.Context())
				r.Header.Set("Accept-Encoding", "gzip")
				next.ServeHTTP(w, r)
			})},
		{Name: "well-known-403", Check: "assets-well-known", Doc: "forbids what is missing under /.well-known/", Wrap: status(all(under("/.well-known/"), not(exists)), http.StatusForbidden)},
	}
}
