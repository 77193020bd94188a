package mutant

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"time"
)

// decidesBy replaces the fields by which the reference says that it decides about routes.
func decidesBy(fields string) wrap {
	return edit(isRoute, func(status int, h http.Header) int {
		for i, value := range h["Vary"] {
			if strings.HasPrefix(value, "Accept, ") {
				h["Vary"][i] = fields
			}
		}
		return status
	})
}

// renderedForCrawlers answers crawlers with another page than browsers.
func renderedForCrawlers(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	io.WriteString(w, "<!doctype html><title>Reader 42</title><p>2 books")
}

// variesBy names one more request field in Vary.
func variesBy(m match, field string) wrap {
	return edit(m, func(status int, h http.Header) int {
		h.Add("Vary", field)
		return status
	})
}

// translates sends the page in German to whoever prefers that.
func translates(vary bool) wrap {
	german := on(all(isPage, says("Accept-Language", "de")),
		func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			r = r.Clone(r.Context())
			r.Header.Del("Accept-Encoding")
			english := record(next, r)
			english.Header().Del("ETag")
			english.Header().Del("Last-Modified")
			sendAs(w, english, english.Code,
				bytes.Replace(english.Body.Bytes(), []byte(`lang="en"`), []byte(`lang="de"`), 1))
		})
	if !vary {
		return german
	}
	return both(variesBy(isPage, "Accept-Language"), german)
}

// allowsOrigin lets the origin that asks read assets.
func allowsOrigin(vary bool) wrap {
	return on(all(exists, under("/assets/"), func(r *http.Request) bool { return r.Header.Get("Origin") != "" }),
		func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			edit(always, func(status int, h http.Header) int {
				h.Set("Access-Control-Allow-Origin", r.Header.Get("Origin"))
				if vary {
					h.Add("Vary", "Origin")
				}
				return status
			})(next).ServeHTTP(w, r)
		})
}

// baked sets a cookie with the responses to matching requests, and their policy.
func baked(m match, policy string) wrap {
	return both(set(m, "Set-Cookie", "session=7f3c; HttpOnly"), set(m, "Cache-Control", policy))
}

func reuseMutants() []Mutant {
	const immediate, explicit, unshared, vary = "caching-index-immediate", "caching-unhashed-explicit",
		"caching-cookie-unshared", "caching-vary-fallback"
	manifest := at("/manifest.webmanifest")
	return []Mutant{
		{Name: "page-ten-minutes", Check: immediate, Doc: "lets caches keep the page for ten minutes",
			Wrap: set(isPage, "Cache-Control", "public, max-age=600")},
		{Name: "page-stale-for-a-minute", Check: immediate,
			Doc:  "lets caches show a stale page for a minute while they revalidate it",
			Wrap: set(isPage, "Cache-Control", "max-age=0, stale-while-revalidate=60")},

		{Name: "manifest-silent", Check: explicit, Doc: "says nothing about caching the manifest",
			Wrap: set(manifest, "Cache-Control", "")},
		{Name: "document-silent", Check: explicit, Doc: "says nothing about caching pages beside the app's",
			Wrap: set(at("/docs/"), "Cache-Control", "")},
		{Name: "manifest-public", Check: explicit, Doc: "says of the manifest only that it is public",
			Wrap: set(manifest, "Cache-Control", "public")},

		{Name: "page-cookie-public", Check: unshared, Doc: "sets a cookie with a page that it calls public",
			Wrap: baked(isPage, "public, no-cache")},
		{Name: "page-cookie-shared", Check: unshared, Doc: "sets a cookie with a page that shared caches may keep",
			Wrap: baked(isPage, "max-age=0, s-maxage=60")},
		{Name: "text-cookie-kept", Check: unshared, Doc: "sets a cookie with files that caches may keep for an hour",
			Wrap: baked(all(exists, ext(".txt")), "max-age=3600")},

		{Name: "api-cookie-public", Check: unshared, Doc: "sets a cookie with what its API calls public for a minute",
			Wrap: baked(at(API+"/health"), "public, max-age=60")},

		{Name: "vary-without-accept", Check: vary, Doc: "decides about a route by Accept, without saying so",
			Wrap: decidesBy("Sec-Fetch-Dest")},
		{Name: "vary-without-destination", Check: vary,
			Doc: "decides about a route by Sec-Fetch-Dest, without saying so", Wrap: decidesBy("Accept")},
		{Name: "crawlers-apart", Check: vary, Doc: "renders routes for crawlers, without telling caches",
			Wrap: on(all(isRoute, says("User-Agent", "Googlebot")), renderedForCrawlers)},
		{Name: "translated", Check: vary, Doc: "translates the page into the user's language, without telling caches",
			Wrap: translates(false)},
		{Name: "any-origin-echoed", Check: vary, Doc: "allows assets to the origin that asks, without telling caches",
			Wrap: allowsOrigin(false)},
	}
}

func reuseOddities() []Mutant {
	manifest := at("/manifest.webmanifest")
	return []Mutant{
		{Name: "page-never-stale", Check: "caching-index-immediate",
			Doc:  "has a time for which a stale page may be shown, and forbids to show one",
			Wrap: set(isPage, "Cache-Control", "max-age=0, must-revalidate, stale-while-revalidate=86400")},
		{Name: "page-stale-if-error", Check: "caching-index-revalidates",
			Doc:  "lets caches show a stale page while the server is down",
			Wrap: set(isPage, "Cache-Control", "max-age=0, stale-if-error=86400")},
		{Name: "manifest-expires", Check: "caching-unhashed-explicit",
			Doc: "lets caches keep the manifest for an hour, through Expires", Wrap: expires(manifest, time.Hour)},
		{Name: "page-cookie-spared", Check: "caching-cookie-unshared",
			Doc:  "keeps its cookie out of caches that may keep the page",
			Wrap: baked(isPage, `public, max-age=0, no-cache="Set-Cookie"`)},
		{Name: "crawlers-apart-told", Check: "caching-vary-fallback",
			Doc: "renders routes for crawlers, and says that it looks at User-Agent",
			Wrap: both(variesBy(isRoute, "User-Agent"),
				on(all(isRoute, says("User-Agent", "Googlebot")), renderedForCrawlers))},
		{Name: "translated-told", Check: "caching-vary-fallback",
			Doc: "translates the page into the user's language, and says so", Wrap: translates(true)},
		{Name: "origin-echoed-told", Check: "caching-vary-fallback",
			Doc: "allows assets to the origin that asks, and says so", Wrap: allowsOrigin(true)},
	}
}
