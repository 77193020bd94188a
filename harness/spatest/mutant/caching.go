package mutant

import (
	"net/http"
	"time"
)

func cachingMutants() []Mutant {
	return []Mutant{
		{Name: "page-silent", Check: "caching-index-revalidates", Doc: "says nothing about caching the page",
			Wrap: set(isPage, "Cache-Control", "")},
		{Name: "page-one-hour", Check: "caching-index-revalidates", Doc: "lets caches keep the page for an hour",
			Wrap: set(isPage, "Cache-Control", "public, max-age=3600")},
		{Name: "page-stale-while-revalidate", Check: "caching-index-revalidates",
			Doc:  "lets caches show a stale page for a day while they revalidate it",
			Wrap: set(isPage, "Cache-Control", "max-age=0, stale-while-revalidate=86400")},
		{Name: "route-kept", Check: "caching-index-revalidates",
			Doc:  "lets caches keep the page at routes, but not at /",
			Wrap: set(all(isPage, isRoute), "Cache-Control", "max-age=86400"),
			Also: []string{"caching-fallback-equals-index"}},
		{Name: "page-qualified-no-cache", Check: "caching-index-revalidates",
			Doc:  "restricts no-cache to a header field",
			Wrap: set(isPage, "Cache-Control", `no-cache="Set-Cookie", max-age=6000`)},

		{Name: "route-shared", Check: "caching-fallback-equals-index",
			Doc:  "lets shared caches keep the page at routes, but not at /",
			Wrap: set(all(isPage, isRoute), "Cache-Control", "max-age=0, s-maxage=86400")},
		{Name: "route-no-store", Check: "caching-fallback-equals-index",
			Doc:  "forbids caching of the page at routes, but not at /",
			Wrap: set(all(isPage, isRoute), "Cache-Control", "no-store")},
		{Name: "route-without-tag", Check: "caching-fallback-equals-index", Doc: "has no ETag for the page at routes",
			Wrap: set(all(isPage, isRoute), "ETag", "")},

		{Name: "asset-one-hour", Check: "caching-hashed-immutable", Doc: "lets caches keep assets for only an hour",
			Wrap: keptFor(under("/assets/"), "public, max-age=3600")},
		{Name: "asset-mutable", Check: "caching-hashed-immutable", Doc: "does not say that assets are immutable",
			Wrap: keptFor(under("/assets/"), "public, max-age=31536000")},
		{Name: "wasm-forgotten", Check: "caching-hashed-immutable",
			Doc:  "has an asset policy by a list of extensions that lacks .wasm",
			Wrap: set(all(exists, ext(".wasm")), "Cache-Control", "no-cache")},

		{Name: "worker-immutable", Check: "caching-unhashed-not-immutable",
			Doc:  "has one policy for all scripts, the service worker among them",
			Wrap: set(at("/sw.js"), "Cache-Control", "public, max-age=31536000, immutable")},
		{Name: "manifest-one-week", Check: "caching-unhashed-not-immutable",
			Doc:  "lets caches keep the manifest for a week",
			Wrap: set(at("/manifest.webmanifest"), "Cache-Control", "max-age=604800")},
		{Name: "manifest-stale-for-a-week", Check: "caching-unhashed-not-immutable",
			Doc:  "lets caches use a stale manifest for a week while they revalidate it",
			Wrap: set(at("/manifest.webmanifest"), "Cache-Control", "max-age=60, stale-while-revalidate=604800")},
		{Name: "worker-expires", Check: "caching-unhashed-not-immutable",
			Doc:  "lets caches keep the service worker, through Expires",
			Wrap: expires(at("/sw.js"), 30*24*time.Hour)},

		{Name: "404-immutable", Check: "caching-errors-not-stored",
			Doc:  "gives the 404 of an asset the policy of assets",
			Wrap: set(missingAsset, "Cache-Control", "public, max-age=31536000, immutable")},
		{Name: "404-font-immutable", Check: "caching-errors-not-stored",
			Doc:  "gives the 404 of a font the policy of fonts",
			Wrap: set(all(missingAsset, ext(".woff2")), "Cache-Control", "public, max-age=31536000, immutable")},
		{Name: "404-expires", Check: "caching-errors-not-stored",
			Doc:  "lets caches keep the 404 for a style sheet, through Expires",
			Wrap: expires(all(missingAsset, ext(".css")), 365*24*time.Hour)},
		{Name: "api-404-shared", Check: "caching-errors-not-stored",
			Doc:  "lets shared caches keep the API's 404 for an hour",
			Wrap: set(unknownAPI, "Cache-Control", "max-age=0, s-maxage=3600")},
		{Name: "page-as-image", Check: "caching-errors-not-stored",
			Doc: "sends the page with the policy of images in place of a missing one",
			Wrap: both(
				set(
					all(not(exists), not(inAPI), ext(".png")),
					"Cache-Control",
					"public, max-age=2592000",
				),
				asPage(all(not(exists), not(inAPI), ext(".png"))),
			),
			Also: []string{"assets-missing-root-file-404"}},

		{Name: "asset-cookie", Check: "caching-assets-cookieless", Doc: "sets a session cookie with scripts",
			Wrap: set(all(exists, under("/assets/"), ext(".js")), "Set-Cookie", "session=7f3c; HttpOnly")},
		{Name: "asset-vary-cookie", Check: "caching-assets-cookieless", Doc: "varies style sheets by Cookie",
			Wrap: set(all(exists, ext(".css")), "Vary", "Accept-Encoding, Cookie")},
		{Name: "asset-vary-user-agent", Check: "caching-assets-cookieless", Doc: "varies assets by User-Agent",
			Wrap: set(all(exists, under("/assets/")), "Vary", "accept-encoding,user-agent")},
		{Name: "asset-vary-everything", Check: "caching-assets-cookieless", Doc: "varies fonts by everything",
			Wrap: set(all(exists, ext(".woff2")), "Vary", "*")},
	}
}

// missingAsset: an asset is asked for that neither build has, nor a check adds.
func missingAsset(r *http.Request) bool {
	return under("/assets/")(r) && !exists(r) && !existsNext(r) && !under("/assets/spatest-")(r)
}

// expires gives responses a lifetime without Cache-Control.
func expires(m match, after time.Duration) wrap {
	return edit(m, func(status int, h http.Header) int {
		h.Del("Cache-Control")
		h.Set("Expires", time.Now().Add(after).UTC().Format(http.TimeFormat))
		return status
	})
}

func cachingOddities() []Mutant {
	return []Mutant{
		{Name: "page-no-store", Check: "caching-index-revalidates", Doc: "forbids caching of the page",
			Wrap: set(navigation, "Cache-Control", "private, no-store")},
		{Name: "page-max-age-0", Check: "caching-index-revalidates",
			Doc:  "lets shared caches keep the page, but not browsers",
			Wrap: set(navigation, "Cache-Control", `max-age="0", s-maxage=60, must-revalidate`)},
		{Name: "page-expired", Check: "caching-index-revalidates", Doc: "marks the page as expired, through Expires",
			Wrap: edit(navigation, func(status int, h http.Header) int {
				h.Del("Cache-Control")
				h.Set("Expires", "0")
				return status
			})},
		{Name: "asset-ten-years", Check: "caching-hashed-immutable",
			Doc:  "lets caches keep assets for ten years, with different directives",
			Wrap: keptFor(under("/assets/"), "IMMUTABLE , Max-Age=315360000")},
		{Name: "route-in-other-words", Check: "caching-fallback-equals-index",
			Doc:  "requires revalidation of the page at routes with different directives",
			Wrap: set(all(navigation, isRoute), "Cache-Control", "max-age=0, must-revalidate")},
		{Name: "manifest-one-day", Check: "caching-unhashed-not-immutable",
			Doc:  "lets browsers keep the manifest for a day, and shared caches for a year",
			Wrap: set(at("/manifest.webmanifest"), "Cache-Control", "max-age=86400, s-maxage=31536000, immutable")},
		{Name: "worker-silent", Check: "caching-unhashed-not-immutable",
			Doc:  "says nothing about caching the service worker",
			Wrap: set(at("/sw.js"), "Cache-Control", "")},
		{Name: "404-one-minute", Check: "caching-errors-not-stored", Doc: "lets caches keep a 404 for a minute",
			Wrap: set(missingAsset, "Cache-Control", "public, max-age=60")},
		{Name: "404-silent", Check: "caching-errors-not-stored", Doc: "says nothing about caching a 404",
			Wrap: set(missingAsset, "Cache-Control", "")},
		{Name: "page-cookie", Check: "caching-assets-cookieless",
			Doc: "sets a cookie with the page, and varies it by Cookie",
			Wrap: edit(all(navigation, not(inAPI)), func(status int, h http.Header) int {
				h.Set("Set-Cookie", "theme=dark; SameSite=Lax")
				h.Add("Vary", "Cookie")
				return status
			})},
		{Name: "asset-cookie-private", Check: "caching-assets-cookieless",
			Doc: "sets a cookie with assets that only browsers may keep",
			Wrap: edit(all(exists, under("/assets/")), func(status int, h http.Header) int {
				h.Set("Set-Cookie", "replica=2; Secure")
				if status < 400 {
					h.Set("Cache-Control", "private, max-age=31536000, immutable")
				}
				return status
			})},
	}
}

// keptFor sets the policy of what is there.
func keptFor(m match, policy string) wrap {
	return edit(m, func(status int, h http.Header) int {
		if status < 400 {
			h.Set("Cache-Control", policy)
		}
		return status
	})
}
