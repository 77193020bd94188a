package mutant

import (
	"net/http"
	"strings"
)

// retag gives matching responses a tag made from their own, and compares each tag
// of If-None-Match with it by is.
func retag(m match, tagOf func(tag string) string, is func(asked, own string) bool) wrap {
	return on(m, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if asked := r.Header.Get("If-None-Match"); asked != "" && asked != "*" {
			own := tagOf(record(without(always, "If-None-Match")(next), r).Header().Get("ETag"))
			r = r.Clone(r.Context())
			r.Header.Del("If-None-Match")
			for item := range strings.SplitSeq(asked, ",") {
				if is(strings.TrimPrefix(strings.TrimSpace(item), "W/"), own) {
					r.Header.Set("If-None-Match", "*")
				}
			}
		}
		edit(always, func(status int, h http.Header) int {
			if tag := h.Get("ETag"); tag != "" {
				h.Set("ETag", tagOf(tag))
			}
			return status
		})(next).ServeHTTP(w, r)
	})
}

func sameTag(tag string) string { return tag }

// withCoding and withLength make a tag of several parts.
func withCoding(tag string) string { return strings.TrimSuffix(tag, `"`) + `--gzip"` }
func withLength(tag string) string { return `"58-` + strings.TrimPrefix(tag, `"`) }

// lonelyDate: a date that can be read is the only condition.
func lonelyDate(r *http.Request) bool {
	return r.Header.Get("If-Modified-Since") != "" && !conditional(r) && !badDate(r)
}

func matchMutants() []Mutant {
	const falseMatch, policy, single = "conditional-no-false-304", "conditional-304-policy", "conditional-single-fields"
	return []Mutant{
		{Name: "tag-ends-alike", Check: falseMatch,
			Doc: "treats any tag as a match that ends as those of its compressed style sheets do",
			Wrap: retag(all(acceptsGzip, exists, ext(".css")), withCoding, func(asked, own string) bool {
				return asked == own || strings.HasSuffix(asked, `--gzip"`)
			})},
		{Name: "tag-begins-alike", Check: falseMatch, Doc: "compares the first characters of an image's tag",
			Wrap: retag(all(exists, ext(".svg")), sameTag, func(asked, own string) bool {
				return len(asked) > 9 && asked[:9] == own[:9]
			})},
		{Name: "tag-of-same-length", Check: falseMatch, Doc: "compares the length in a font's tag, and not the rest",
			Wrap: retag(all(exists, ext(".woff2")), withLength, func(asked, own string) bool {
				length, _, _ := strings.Cut(asked, "-")
				return strings.HasPrefix(own, length+"-")
			})},
		{Name: "tag-of-nothing", Check: falseMatch, Doc: "treats an empty tag as a match at routes",
			Wrap: retag(all(isRoute, navigation), sameTag, func(asked, own string) bool {
				return asked == own || asked == `""`
			})},
		{Name: "any-date", Check: falseMatch, Doc: "treats any date as that of an image",
			Wrap: both(set(all(exists, ext(".svg")), "Last-Modified", built.Format(http.TimeFormat)),
				on(all(exists, ext(".svg"), lonelyDate),
					func(w http.ResponseWriter, r *http.Request, next http.Handler) {
						next.ServeHTTP(w, starred(r))
					}))},
		{Name: "missing-304", Check: falseMatch, Doc: "answers 304 for a missing asset if anything is stored",
			Wrap: status(all(missingAsset, conditional), http.StatusNotModified)},

		{Name: "304-other-csp", Check: policy, Doc: "sends a stricter policy with a 304 than with the page",
			Wrap: edit(always, func(status int, h http.Header) int {
				h.Set("Content-Security-Policy", "default-src 'self'")
				if status == http.StatusNotModified {
					h.Set("Content-Security-Policy", "default-src 'none'")
				}
				return status
			})},
		{Name: "304-new-nonce", Check: policy, Doc: "sends a nonce with the 304 for a route",
			Wrap: edit(all(isRoute, conditional), func(status int, h http.Header) int {
				if status == http.StatusNotModified {
					h.Set("Content-Security-Policy", "script-src 'self' 'nonce-bmV3'")
				}
				return status
			})},
		{Name: "304-nonce-of-its-own", Check: policy, Alone: true,
			Doc:  "has another nonce in every page, and one ETag for all",
			Wrap: both(underOneTag, set(at("/sw.js"), "Content-Security-Policy", "script-src 'self'"))},
		{Name: "304-isolates", Check: policy, Doc: "isolates a style sheet only as it confirms it",
			Wrap: edit(all(exists, ext(".css"), conditional), func(status int, h http.Header) int {
				if status == http.StatusNotModified {
					h.Set("Cross-Origin-Resource-Policy", "same-site")
				}
				return status
			})},

		{Name: "two-tags", Check: single, Doc: "sends the ETag of a proxy beside its own",
			Wrap: edit(all(exists, ext(".woff2")), func(status int, h http.Header) int {
				h.Add("ETag", `"proxy"`)
				return status
			})},
		{Name: "two-tags-coded", Check: single, Doc: "sends a weak ETag beside the strong one of what it compresses",
			Wrap: edit(all(acceptsGzip, isRoute), func(status int, h http.Header) int {
				if tag := h.Get("ETag"); tag != "" {
					h.Add("ETag", "W/"+tag)
				}
				return status
			})},
		{Name: "two-dates", Check: single, Doc: "sends two Last-Modified fields with images",
			Wrap: edit(all(exists, ext(".svg")), func(status int, h http.Header) int {
				date := built.Format(http.TimeFormat)
				h["Last-Modified"] = []string{date, date}
				return status
			})},
		{Name: "two-types", Check: single, Doc: "sends the type of its error pages beside that of an error",
			Wrap: edit(missingAsset, func(status int, h http.Header) int {
				h.Add("Content-Type", "text/html")
				return status
			})},
	}
}

func matchOddities() []Mutant {
	return []Mutant{
		{Name: "tag-in-parts", Check: "conditional-no-false-304",
			Doc: "makes tags of a length and a hash, with the coding behind them",
			Wrap: retag(all(exists, ext(".css")), func(tag string) string { return withLength(withCoding(tag)) },
				func(asked, own string) bool { return asked == own })},
		{Name: "304-without-csp", Check: "conditional-304-policy", Doc: "leaves the policy out of a 304",
			Wrap: edit(always, func(status int, h http.Header) int {
				if status != http.StatusNotModified {
					h.Set("Content-Security-Policy", "default-src 'self'")
				}
				return status
			})},
		{Name: "lists-in-several-fields", Check: "conditional-single-fields",
			Doc: "sends each item of Cache-Control, Vary and Content-Language in a field of its own",
			Wrap: edit(isPage, func(status int, h http.Header) int {
				h["Cache-Control"] = []string{"no-cache", "must-revalidate"}
				h.Add("Vary", "Cookie")
				h["Content-Language"] = []string{"en", "de"}
				return status
			})},
	}
}
