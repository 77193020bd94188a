package mutant

import (
	"net/http"
	"strings"
)

// fromPage: a page asks, as its Referer says. Requests of checks that need no
// browser do not say that the connection is kept.
func fromPage(r *http.Request) bool {
	return r.Header.Get("Referer") != "" && r.Header.Get("Connection") == "keep-alive"
}

// fromRoute: a page asks that is not the start page.
func fromRoute(r *http.Request) bool {
	return fromPage(r) && !strings.HasSuffix(r.Header.Get("Referer"), "/")
}

// reloading: a browser navigates again to where it is.
func reloading(r *http.Request) bool {
	return navigation(r) && r.Header.Get("Cache-Control") == "max-age=0"
}

func isChunk(r *http.Request) bool { return under("/assets/about-")(r) && ext(".js")(r) }

func isWorker(r *http.Request) bool { return at("/sw.js")(r) && fromPage(r) }

// policy sets the Content-Security-Policy of pages.
func policy(value string) wrap {
	return set(always, "Content-Security-Policy", value)
}

// forMissing answers by then what would be 404 under /assets/ and a page asks for.
func forMissing(then func(w http.ResponseWriter, r *http.Request, next http.Handler)) wrap {
	return onMissing(all(under("/assets/"), fromPage), then)
}

func tabMutants() []Mutant {
	return []Mutant{
		{Name: "policy-refuses-scripts", Check: "browser-boot",
			Doc:  "has a Content-Security-Policy of another app, which refuses all scripts",
			Wrap: policy("script-src 'none'")},
		{Name: "policy-refuses-styles", Check: "browser-boot",
			Doc:  "has a Content-Security-Policy that refuses its own style sheet",
			Wrap: policy("style-src https://cdn.example")},
		{Name: "scripts-behind-referrer-guard", Check: "browser-boot",
			Doc:  "serves scripts only to its start page, by Referer",
			Wrap: status(all(under("/assets/"), ext(".js"), fromRoute), http.StatusForbidden)},
		{Name: "page-for-script-of-a-route", Check: "browser-boot",
			Doc:  "sends the page for scripts that a route requests, by Referer",
			Wrap: asPage(all(under("/assets/"), ext(".mjs"), fromRoute))},

		{Name: "policy-refuses-images", Check: "browser-parts-load",
			Doc:  "has a Content-Security-Policy that refuses its own images",
			Wrap: policy("img-src https://cdn.example")},
		{Name: "images-behind-referrer-guard", Check: "browser-parts-load",
			Doc:  "refuses images to pages on a host that it does not know",
			Wrap: status(all(under("/assets/"), ext(".svg"), fromPage), http.StatusForbidden)},

		{Name: "policy-misspelled", Check: "browser-console-clean",
			Doc:  "misspells a directive of its Content-Security-Policy",
			Wrap: policy("img-scr 'self'")},
		{Name: "permissions-malformed", Check: "browser-console-clean",
			Doc:  "sends a Permissions-Policy that cannot be parsed",
			Wrap: set(always, "Permissions-Policy", "camera=;;(")},

		{Name: "reload-404", Check: "browser-history", Doc: "answers the reload of a route with 404",
			Wrap: status(all(isRoute, reloading), http.StatusNotFound)},
		{Name: "reload-to-root", Check: "browser-history", Doc: "redirects the reload of a route to /",
			Wrap: redirect(all(isRoute, reloading), http.StatusFound, func(*http.Request) string { return "/" })},

		{Name: "chunk-as-text", Check: "browser-lazy-chunk",
			Doc:  "serves the chunk of a route to its pages as text/plain",
			Wrap: set(all(isChunk, fromPage), "Content-Type", "text/plain")},
		{Name: "chunk-as-page", Check: "browser-lazy-chunk", Doc: "answers the chunk of a route with the page",
			Wrap: asPage(all(isChunk, fromPage))},
		{Name: "chunk-403", Check: "browser-lazy-chunk", Doc: "forbids the chunk of a route",
			Wrap: status(all(isChunk, fromPage), http.StatusForbidden)},

		{Name: "worker-as-text", Check: "browser-worker-active",
			Doc:  "serves the service worker to its pages as text/plain",
			Wrap: set(isWorker, "Content-Type", "text/plain")},
		{Name: "worker-redirected", Check: "browser-worker-active", Doc: "redirects the service worker",
			Wrap: redirect(all(isWorker, func(r *http.Request) bool { return r.URL.RawQuery == "" }),
				http.StatusFound, func(*http.Request) string { return "/sw.js?latest" })},

		{Name: "old-tab-page", Check: "browser-old-tab", Doc: "answers a chunk of the previous build with the page",
			Life: Life{Drops: true, Undeclared: true},
			Wrap: forMissing(pageFor)},
		{Name: "old-tab-empty", Check: "browser-old-tab",
			Doc:  "answers a chunk of the previous build with an empty 200",
			Life: Life{Drops: true, Undeclared: true},
			Wrap: forMissing(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				w.WriteHeader(http.StatusOK)
			})},
		{Name: "old-tab-to-root", Check: "browser-old-tab", Doc: "redirects a chunk of the previous build to /",
			Life: Life{Drops: true, Undeclared: true, Moves: true},
			Wrap: forMissing(func(w http.ResponseWriter, r *http.Request, _ http.Handler) {
				http.Redirect(w, r, "/", http.StatusFound)
			})},
	}
}

func tabOddities() []Mutant {
	return []Mutant{
		{Name: "policy-strict", Check: "browser-boot", Doc: "allows what the app has, and nothing else",
			Wrap: policy(
				"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; " +
					"connect-src 'self'; manifest-src 'self'; worker-src 'self'; base-uri 'none'",
			)},
		{Name: "isolated", Check: "browser-boot", Doc: "isolates its pages from other origins", Wrap: both(
			set(always, "Cross-Origin-Resource-Policy", "same-origin"),
			both(
				set(always, "Cross-Origin-Opener-Policy", "same-origin"),
				set(always, "Cross-Origin-Embedder-Policy", "require-corp"),
			),
		)},
		{Name: "policy-report-only", Check: "browser-parts-load",
			Doc:  "only reports what a stricter policy would refuse",
			Wrap: set(all(navigation, not(inAPI)), "Content-Security-Policy-Report-Only", "default-src 'none'")},
		{Name: "permissions-unknown", Check: "browser-console-clean",
			Doc:  "disables a browser feature that was never implemented",
			Wrap: set(always, "Permissions-Policy", "interest-cohort=()")},
		{Name: "reload-elsewhere-with-slash", Check: "browser-history",
			Doc: "redirects the reload of a route to the route with a slash",
			Wrap: redirect(
				all(
					isRoute,
					reloading,
					func(r *http.Request) bool { return !strings.HasSuffix(r.URL.Path, "/") },
				),
				http.StatusFound,
				func(r *http.Request) string { return r.URL.Path + "/" },
			)},
		{Name: "chunk-behind-redirect", Check: "browser-lazy-chunk", Doc: "redirects a chunk to where it is",
			Wrap: redirect(
				all(
					isChunk,
					fromPage,
					func(r *http.Request) bool { return r.URL.RawQuery == "" },
				),
				http.StatusFound,
				func(r *http.Request) string { return r.URL.Path + "?node=2" },
			)},
		{Name: "chunk-as-ecmascript", Check: "browser-lazy-chunk",
			Doc:  "serves chunks by an old name of JavaScript's type",
			Wrap: set(all(isChunk, not(severalRanges)), "Content-Type", "application/x-javascript")},
		{Name: "worker-allowed", Check: "browser-worker-active",
			Doc:  "lets the service worker have a scope that it does not need",
			Wrap: set(isWorker, "Service-Worker-Allowed", "/")},
		{Name: "old-tab-410", Check: "browser-old-tab", Doc: "answers 410 for a chunk of the previous build",
			Life: Life{Drops: true, Undeclared: true},
			Wrap: forMissing(func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				fail(w, http.StatusGone)
			})},
		{Name: "old-tab-404-elsewhere", Check: "browser-old-tab",
			Doc:  "has another address after a deploy, and drops the chunks of the previous build",
			Life: Life{Drops: true, Undeclared: true, Moves: true}},
		{Name: "old-tab-in-folder", Check: "browser-old-tab",
			Doc:  "is deployed by replacing files in its folder, and drops the chunks of the previous build",
			Life: Life{Drops: true, Undeclared: true, InFolder: true}},
	}
}
