package mutant

import "net/http"

func cachingMutants() []Mutant {
	isPage := func(r *http.Request) bool { return at("/", "/index.html")(r) || isRoute(r) && navigation(r) }
	return []Mutant{
		{Name: "page-silent", Check: "caching-index-revalidates", Doc: "says nothing of caching the page", Wrap: set(isPage, "Cache-Control", "")},
		{Name: "page-ten-minutes", Check: "caching-index-revalidates", Doc: "lets the page be kept for ten minutes", Wrap: set(isPage, "Cache-Control", "public, max-age=600")},
		{Name: "route-kept", Check: "caching-index-revalidates", Doc: "lets the page be kept at routes, but not at /", Wrap: set(all(isPage, isRoute), "Cache-Control", "max-age=86400")},
		{Name: "page-qualified-no-cache", Check: "caching-index-revalidates", Doc: "restricts no-cache to a header field", Wrap: set(isPage, "Cache-Control", `no-cache="Set-Cookie", max-age=600`)},

		{Name: "asset-one-hour", Check: "caching-hashed-immutable", Doc: "lets assets be kept for an hour", Wrap: set(all(exists, under("/assets/")), "Cache-Control", "public, max-age=3600")},
		{Name: "asset-mutable", Check: "caching-hashed-immutable", Doc: "does not say that assets are immutable", Wrap: set(all(exists, under("/assets/")), "Cache-Control", "public, max-age=31536000")},
		{Name: "wasm-forgotten", Check: "caching-hashed-immutable", Doc: "has an asset policy by a list of extensions that lacks .wasm", Wrap: set(all(exists, ext(".wasm")), "Cache-Control", "no-cache")},
	}
}

func cachingOddities() []Mutant {
	return []Mutant{
		{Name: "page-no-store", Check: "caching-index-revalidates", Doc: "forbids to store the page", Wrap: set(navigation, "Cache-Control", "private, no-store")},
		{Name: "page-max-age-0", Check: "caching-index-revalidates", Doc: "lets shared caches keep the page, but not browsers", Wrap: set(navigation, "Cache-Control", `max-age="0", s-maxage=60, must-revalidate`)},
		{Name: "page-expired", Check: "caching-index-revalidates", Doc: "says by Expires that the page has expired", Wrap: edit(navigation, func(status int, h http.Header) int {
			h.Del("Cache-Control")
			h.Set("Expires", "0")
			return status
		})},
		{Name: "asset-ten-years", Check: "caching-hashed-immutable", Doc: "lets assets be kept for ten years, in other words", Wrap: set(all(exists, under("/assets/")), "Cache-Control", "IMMUTABLE , Max-Age=315360000")},
	}
}
