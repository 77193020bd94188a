package mutant

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

func conditionalMutants() []Mutant {
	withBody := "HTTP/1.1 304 Not Modified\r\nCache-Control: no-cache\r\n\r\n<!doctype html>"
	font := all(exists, ext(".woff2")) // never coded
	return []Mutant{
		{Name: "tag-without-quotes", Check: "conditional-validator", Doc: "has no quotes around ETags of fonts",
			Wrap: edit(font, func(status int, h http.Header) int {
				h.Set("ETag", strings.Trim(h.Get("ETag"), `"`))
				return status
			})},
		{Name: "tag-weak-in-lower-case", Check: "conditional-validator", Doc: "writes w/ for a weak tag",
			Wrap: edit(font, func(status int, h http.Header) int {
				h.Set("ETag", "w/"+h.Get("ETag"))
				return status
			})},
		{Name: "date-as-iso", Check: "conditional-validator", Doc: "writes Last-Modified in the format of RFC 3339",
			Wrap: set(font, "Last-Modified", built.Format(time.RFC3339))},
		{Name: "page-without-tag", Check: "conditional-validator", Doc: "has no validator for the page",
			Wrap: set(at("/"), "ETag", "")},

		{Name: "never-304", Check: "conditional-304", Doc: "ignores If-None-Match",
			Wrap: without(always, "If-None-Match"), Also: []string{"compression-revalidates"}},
		{Name: "never-304-for-assets", Check: "conditional-304", Doc: "ignores If-None-Match for assets",
			Wrap: without(under("/assets/"), "If-None-Match"), Also: []string{"compression-revalidates"}},
		{Name: "304-with-body", Check: "conditional-304", Doc: "sends the page with a 304",
			Wrap: raw(all(current, at("/")), withBody)},
		{Name: "304-with-body-then-close", Check: "conditional-304",
			Doc: "sends the page with a 304 and announces to close",
			Wrap: raw(all(current, at("/")),
				strings.Replace(withBody, "\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1))},

		{Name: "304-without-policy", Check: "conditional-304-headers", Doc: "leaves Cache-Control out of a 304",
			Wrap: on304("Cache-Control", "")},
		{Name: "304-without-vary", Check: "conditional-304-headers", Doc: "leaves Vary out of a 304",
			Wrap: on304("Vary", "")},
		{Name: "304-without-tag", Check: "conditional-304-headers", Doc: "leaves the ETag out of a 304",
			Wrap: on304("ETag", "")},
		{Name: "304-other-policy", Check: "conditional-304-headers", Doc: "gives every 304 the policy of an asset",
			Wrap: on304("Cache-Control", "public, max-age=31536000, immutable")},
		{Name: "304-without-date", Check: "conditional-304-headers", Doc: "leaves Date out of a 304",
			Wrap: edit(conditional, func(status int, h http.Header) int {
				if status == http.StatusNotModified {
					h["Date"] = nil // net/http adds none then
				}
				return status
			})},

		{Name: "one-tag-alone", Check: "conditional-inm-forms",
			Doc:  "compares If-None-Match as a string, and finds no tag in a list",
			Wrap: without(noneMatch(func(value string) bool { return strings.Contains(value, ",") }), "If-None-Match")},
		{Name: "tags-compared-strongly", Check: "conditional-inm-forms", Doc: "does not recognise a weak tag",
			Wrap: without(noneMatch(func(value string) bool { return strings.HasPrefix(value, "W/") }),
				"If-None-Match")},
		{Name: "no-star", Check: "conditional-inm-forms", Doc: `does not know "*"`,
			Wrap: without(noneMatch(func(value string) bool { return value == "*" }), "If-None-Match")},
		{Name: "tag-as-substring", Check: "conditional-inm-forms",
			Doc: "looks for the text of its tag anywhere in If-None-Match",
			Wrap: on(conditional, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				own := record(without(always, "If-None-Match")(next), r).Header().Get("ETag")
				if text := strings.Trim(own, `"`); text != "" && strings.Contains(r.Header.Get("If-None-Match"), text) {
					r = r.Clone(r.Context())
					r.Header.Set("If-None-Match", own)
				}
				next.ServeHTTP(w, r)
			})},

		{Name: "date-before-tag", Check: "conditional-precedence", Doc: "looks at If-Modified-Since first",
			Wrap: on(dated, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if since, err := http.ParseTime(r.Header.Get("If-Modified-Since")); err == nil && since.After(built) {
					next.ServeHTTP(w, starred(r))
					return
				}
				next.ServeHTTP(w, r)
			})},
		{Name: "date-or-tag", Check: "conditional-precedence",
			Doc: "treats the same date as the same file, whatever the tag says",
			Also: []string{
				"deploy-skew-cross-build-validator",
			}, Wrap: both(set(exists, "Last-Modified", built.Format(http.TimeFormat)),
				on(dated, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					if r.Header.Get("If-Modified-Since") == built.Format(http.TimeFormat) {
						r = starred(r)
					}
					next.ServeHTTP(w, r)
				}))},

		{Name: "epoch", Check: "conditional-mtime-sane", Doc: "dates the page to 1970",
			Wrap: set(at("/"), "Last-Modified", time.Unix(0, 0).UTC().Format(http.TimeFormat))},
		{Name: "archive-time", Check: "conditional-mtime-sane", Doc: "dates every asset to 1980, as its archive does",
			Wrap: set(all(exists, under("/assets/")), "Last-Modified", "Tue, 01 Jan 1980 00:00:00 GMT")},
		{Name: "tag-of-archive-time", Check: "conditional-mtime-sane",
			Doc:  "makes tags of the length and of the time that all files of its archive have",
			Wrap: tagOfLength(func(int64) string { return "1dc09d84" }),
			Also: []string{"deploy-skew-cross-build-validator"}},
		{Name: "tag-is-length", Check: "conditional-mtime-sane", Doc: "gives each file its length as its tag",
			Wrap: tagOf(func(content []byte) string { return strconv.FormatInt(int64(len(content)), 16) }),
			Also: []string{"deploy-skew-cross-build-validator"}},
		{Name: "zero-time", Check: "conditional-mtime-sane", Doc: "dates embedded files to the year 1",
			Wrap: set(all(exists, ext(".png")), "Last-Modified", time.Time{}.Format(http.TimeFormat))},
		{Name: "modified-tomorrow", Check: "conditional-mtime-sane", Doc: "sends local time as GMT",
			Wrap: edit(font, func(status int, h http.Header) int {
				h.Set("Last-Modified", time.Now().Add(9*time.Hour).UTC().Format(http.TimeFormat))
				return status
			})},

		{Name: "bad-date-500", Check: "conditional-malformed", Doc: "fails on a date that it cannot parse",
			Wrap: status(badDate, http.StatusInternalServerError)},
		{Name: "bad-date-400", Check: "conditional-malformed", Doc: "refuses a date that it cannot parse",
			Wrap: status(all(badDate, exists), http.StatusBadRequest)},
		{Name: "bad-date-304", Check: "conditional-malformed", Doc: "treats a date that it cannot parse as a match",
			Wrap: on(all(badDate, exists), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				next.ServeHTTP(w, starred(r))
			})},
		{Name: "bad-tag-500", Check: "conditional-malformed", Doc: "fails on a tag without a closing quote",
			Wrap: status(
				noneMatch(func(value string) bool { return strings.Count(value, `"`)%2 == 1 }),
				http.StatusInternalServerError,
			)},
		{Name: "bad-tag-304", Check: "conditional-malformed", Doc: "treats any tag without quotes as a match",
			Wrap: on(
				noneMatch(func(value string) bool { return !strings.Contains(value, `"`) }),
				func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					next.ServeHTTP(w, starred(r))
				},
			)},
		{Name: "bad-range-500", Check: "conditional-malformed", Doc: "fails on a range whose position is not a number",
			Wrap: status(rangeIs("abc"), http.StatusInternalServerError)},
		{Name: "bad-range-206", Check: "conditional-malformed",
			Doc: "swaps the ends of a range that ends before it begins",
			Wrap: on(rangeIs("9-0"), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				r = r.Clone(r.Context())
				r.Header.Set("Range", "bytes=0-9")
				next.ServeHTTP(w, r)
			})},
	}
}

func conditionalOddities() []Mutant {
	font := all(exists, ext(".woff2")) // never coded
	return []Mutant{
		{Name: "tag-empty", Check: "conditional-validator", Doc: "has a weak tag of no characters",
			Wrap: retag(font, func(string) string { return `W/""` },
				func(asked, _ string) bool { return asked == `""` })},
		{Name: "date-for-tag", Check: "conditional-validator", Doc: "has a date in place of a tag",
			Wrap: both(set(font, "ETag", ""), set(font, "Last-Modified", built.Format(http.TimeFormat)))},
		{Name: "not-stored-without-tag", Check: "conditional-validator",
			Doc:  "has no validator for what may not be stored",
			Wrap: both(set(navigation, "Cache-Control", "no-store"), set(navigation, "ETag", ""))},

		{Name: "weak-tags", Check: "conditional-304", Doc: "has weak ETags",
			Wrap: edit(always, func(status int, h http.Header) int {
				if tag := h.Get("ETag"); tag != "" {
					h.Set("ETag", "W/"+tag)
				}
				return status
			})},
		{Name: "no-validators", Check: "conditional-304", Doc: "has no ETags",
			Wrap: set(always, "ETag", ""), Also: []string{"conditional-validator"}},
		{Name: "dates-alone", Check: "conditional-304",
			Doc: "has no ETags, and a Last-Modified that it does not compare",
			Wrap: edit(always, func(status int, h http.Header) int {
				if h.Get("ETag") != "" {
					h.Del("ETag")
					h.Set("Last-Modified", "Mon, 01 Jan 2024 00:00:00 GMT")
				}
				return status
			})},
		{Name: "304-then-close", Check: "conditional-304", Doc: "closes the connection after a 304",
			Wrap: set(conditional, "Connection", "close")},
		{Name: "304-with-length", Check: "conditional-304", Doc: "sends the length of the page with a 304",
			Wrap: on(all(current, at("/")), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				recorded := record(next, r)
				if recorded.Code != http.StatusNotModified { // it serves another build by now
					replay(w, recorded)
					return
				}
				recorded.Header().Set("Date", time.Now().UTC().Format(http.TimeFormat))
				recorded.Header().Set("Content-Length", "4000")
				hardening := http.Header{}
				harden(hardening)
				for name := range hardening { // raw adds them
					recorded.Header().Del(name)
				}
				var header strings.Builder
				recorded.Header().Write(&header)
				raw(always, "HTTP/1.1 304 Not Modified\r\n"+header.String()+"\r\n")(nil).ServeHTTP(w, r)
			})},

		{Name: "304-in-other-words", Check: "conditional-304-headers",
			Doc: "orders and extends Cache-Control and Vary differently in a 304",
			Wrap: edit(conditional, func(status int, h http.Header) int {
				if status == http.StatusNotModified {
					for _, name := range []string{"Cache-Control", "Vary"} {
						items := strings.Split(strings.ToUpper(strings.Join(h.Values(name), ", ")), ", ")
						slices.Reverse(items)
						h[name] = items
					}
					h.Set("ETag", "W/"+h.Get("ETag"))
					h.Set("Last-Modified", built.Format(http.TimeFormat))
					h.Set("Content-Language", "en")
				}
				return status
			})},
		{Name: "tags-with-commas", Check: "conditional-inm-forms", Doc: "has ETags with a comma in them",
			Wrap: func(next http.Handler) http.Handler {
				return edit(always, func(status int, h http.Header) int {
					if tag := h.Get("ETag"); tag != "" {
						h.Set("ETag", `"v,`+tag[1:])
					}
					return status
				})(on(conditional, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					r = r.Clone(r.Context())
					r.Header.Set("If-None-Match", strings.ReplaceAll(r.Header.Get("If-None-Match"), `"v,`, `"`))
					next.ServeHTTP(w, r)
				})(next))
			}},
		{Name: "both-conditions", Check: "conditional-precedence",
			Doc: "sends a 304 when tag and date agree, as nginx does",
			Wrap: both(set(exists, "Last-Modified", built.Format(http.TimeFormat)),
				without(func(r *http.Request) bool {
					return dated(r) && r.Header.Get("If-Modified-Since") != built.Format(http.TimeFormat)
				}, "If-None-Match"))},
		{Name: "tag-of-content-time", Check: "conditional-mtime-sane",
			Doc:  "gives each file a time of its content, and makes tags of that and the length",
			Wrap: tagOfLength(func(sum int64) string { return strconv.FormatInt(sum%800_000_000, 16) })},
		{Name: "modified-now", Check: "conditional-mtime-sane", Doc: "dates responses by a clock that is fast",
			Wrap: edit(exists, func(status int, h http.Header) int {
				h.Set("Last-Modified", time.Now().Add(20*time.Second).UTC().Format(http.TimeFormat))
				return status
			})},
		{Name: "bad-range-ignored", Check: "conditional-malformed", Doc: "ignores ranges that it cannot parse",
			Wrap: without(func(r *http.Request) bool {
				return rangeIs("abc")(r) || rangeIs("9-0")(r) || rangeIs("99999999999999999999-")(r)
			}, "Range")},
		{Name: "bad-tag-400", Check: "conditional-malformed", Doc: "refuses tags that it cannot parse",
			Wrap: status(noneMatch(func(value string) bool {
				return value != "*" && strings.Count(value, `"`) != 2*strings.Count(value, ",")+2 &&
					!strings.Contains(value, ",")
			}), http.StatusBadRequest)},
	}
}
