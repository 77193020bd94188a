package mutant

import (
	"net/http"
	"strings"
)

func headerMutants() []Mutant {
	route := func(r *http.Request) bool { return isRoute(r) && navigation(r) }
	return []Mutant{
		{Name: "page-sniffed", Check: "security-baseline-headers", Doc: "lets browsers guess the type of the page",
			Wrap: set(at("/"), "X-Content-Type-Options", "")},
		{Name: "page-framed", Check: "security-baseline-headers", Doc: "lets any site frame the page",
			Wrap: set(at("/"), "X-Frame-Options", "")},
		{Name: "page-framed-by-allow-from", Check: "security-baseline-headers",
			Doc:  "relies on ALLOW-FROM, which browsers ignore",
			Wrap: set(at("/"), "X-Frame-Options", "ALLOW-FROM https://www.example.com")},
		{Name: "page-unsafe-url", Check: "security-baseline-headers", Doc: "sends full URLs to other sites",
			Wrap: set(at("/"), "Referrer-Policy", "unsafe-url")},

		{Name: "route-unhardened", Check: "security-headers-consistent", Doc: "lets any site frame a route",
			Wrap: set(route, "X-Frame-Options", "")},
		{Name: "asset-unhardened", Check: "security-headers-consistent",
			Doc:  "has fields of its own for assets, and drops those inherited",
			Wrap: set(all(exists, under("/assets/")), "X-Content-Type-Options", "")},
		{Name: "error-unhardened", Check: "security-headers-consistent",
			Doc: "sends security headers only with successful responses",
			Wrap: edit(always, func(status int, h http.Header) int {
				if status >= 400 {
					h.Del("X-Content-Type-Options")
				}
				return status
			})},
		{Name: "api-unhardened", Check: "security-headers-consistent",
			Doc:  "sends security headers only with what its file server sends",
			Wrap: set(inAPI, "X-Content-Type-Options", "")},
	}
}

func headerOddities() []Mutant {
	return []Mutant{
		{Name: "frame-ancestors", Check: "security-baseline-headers",
			Doc: "says in its Content-Security-Policy who may frame it",
			Wrap: edit(always, func(status int, h http.Header) int {
				h.Del("X-Frame-Options")
				h.Set("Content-Security-Policy", "default-src 'self'; Frame-Ancestors 'self' https://www.example.com")
				return status
			})},
		{Name: "referrer-by-browser", Check: "security-baseline-headers",
			Doc: "leaves the referrer to browsers, and says nosniff in capitals",
			Wrap: edit(always, func(status int, h http.Header) int {
				h.Del("Referrer-Policy")
				h.Set("X-Content-Type-Options", "NOSNIFF")
				return status
			})},
		{Name: "referrer-list", Check: "security-baseline-headers", Doc: "has a referrer policy for old browsers, too",
			Wrap: set(always, "Referrer-Policy", "unsafe-url, strict-origin-when-cross-origin, future")},
		{Name: "documents-hardened", Check: "security-headers-consistent",
			Doc: "sends document headers only with documents",
			Wrap: edit(always, func(status int, h http.Header) int {
				if !strings.HasPrefix(h.Get("Content-Type"), "text/html") {
					h.Del("X-Frame-Options")
					h.Del("Referrer-Policy")
				}
				return status
			})},
	}
}
