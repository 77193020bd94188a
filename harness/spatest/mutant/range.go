package mutant

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"time"
)

// ranged: a part of the whole is asked for.
func ranged(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("Range"), "bytes=") }

func rangeIs(spec string) match {
	return func(r *http.Request) bool { return r.Header.Get("Range") == "bytes="+spec }
}

func severalRanges(r *http.Request) bool {
	return ranged(r) && strings.Contains(r.Header.Get("Range"), ",")
}

// without removes fields from matching requests.
func without(m match, fields ...string) wrap {
	return on(m, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		r = r.Clone(r.Context())
		for _, name := range fields {
			r.Header.Del(name)
		}
		next.ServeHTTP(w, r)
	})
}

// record answers a request without it being sent.
func record(next http.Handler, r *http.Request) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	next.ServeHTTP(recorder, r)
	return recorder
}

// sendAs is replay with another status and body.
func sendAs(w http.ResponseWriter, recorded *httptest.ResponseRecorder, status int, body []byte) {
	recorded.Header().Set("Content-Length", strconv.Itoa(len(body)))
	recorded.Code, recorded.Body = status, bytes.NewBuffer(body)
	replay(w, recorded)
}

// reply answers matching requests with a change of what they would have got.
func reply(m match, change func(h http.Header, status int, body []byte) (int, []byte)) wrap {
	return on(m, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		recorded := record(next, r)
		status, body := change(recorded.Header(), recorded.Code, recorded.Body.Bytes())
		sendAs(w, recorded, status, body)
	})
}

func rangeMutants() []Mutant {
	some := all(ranged, exists, method("GET"))
	naive := on(all(some, severalRanges), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		whole := record(without(always, "Range")(next), r)
		var parts bytes.Buffer
		for range strings.Count(r.Header.Get("Range"), ",") + 1 {
			fmt.Fprintf(
				&parts,
				"--part\r\nContent-Range: bytes 0-%d/%[2]d\r\n\r\n%s\r\n",
				whole.Body.Len()-1,
				whole.Body.Len(),
				whole.Body,
			)
		}
		parts.WriteString("--part--\r\n")
		whole.Header().Set("Content-Type", "multipart/byteranges; boundary=part")
		sendAs(w, whole, http.StatusPartialContent, parts.Bytes())
	})
	return []Mutant{
		{Name: "range-off-by-one", Check: "range-correct", Doc: "treats the last position of a range as exclusive",
			Wrap: reply(all(some, rangeIs("0-9")),
				func(h http.Header, status int, body []byte) (int, []byte) {
					if status == http.StatusPartialContent {
						body = body[:len(body)-1]
					}
					return status, body
				})},
		{Name: "range-suffix-as-prefix", Check: "range-correct", Doc: "treats a suffix range as a prefix",
			Wrap: on(all(some, rangeIs("-5")), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				r = r.Clone(r.Context())
				r.Header.Set("Range", "bytes=0-5")
				next.ServeHTTP(w, r)
			})},
		{Name: "range-part-as-whole", Check: "range-correct", Doc: "sends a part as 200",
			Wrap: reply(all(some, not(severalRanges), not(hasIfRange), not(acceptsGzip)),
				func(h http.Header, status int, body []byte) (int, []byte) {
					if status == http.StatusPartialContent {
						h.Del("Content-Range")
						status = http.StatusOK
					}
					return status, body
				})},
		{Name: "range-whole-as-part", Check: "range-correct",
			Doc: "sends the whole file as 206 for a range behind its end",
			Wrap: on(all(some, hasNoEnd),
				func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					recorded := record(next, r)
					if recorded.Code == http.StatusRequestedRangeNotSatisfiable {
						recorded = record(without(always, "Range")(next), r)
						recorded.Code = http.StatusPartialContent
					}
					replay(w, recorded)
				})},
		{Name: "range-length-of-part", Check: "range-correct", Doc: "states the length of the part as that of the file",
			Wrap: lengthOfPart(some)},
		{Name: "range-length-of-part-of-image", Check: "range-correct",
			Doc:  "states the length of the part as that of the image",
			Wrap: lengthOfPart(all(exists, ext(".png")))},
		{Name: "range-parts-mixed-up", Check: "range-correct",
			Doc: "claims another part's positions in a multipart response",
			Wrap: reply(all(some, rangeIs("0-4,20-29")),
				func(h http.Header, status int, body []byte) (int, []byte) {
					return status, bytes.ReplaceAll(body, []byte("bytes 20-29"), []byte("bytes 10-19"))
				})},
		{Name: "range-without-tag", Check: "range-correct", Doc: "leaves the ETag out of a 206",
			Wrap: edit(some, func(status int, h http.Header) int {
				if status == http.StatusPartialContent {
					h.Del("ETag")
				}
				return status
			})},
		{Name: "range-any-unit", Check: "range-correct", Doc: "treats every range unit as bytes",
			Wrap: on(func(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("Range"), "spatest=") },
				func(w http.ResponseWriter, r *http.Request, next http.Handler) {
					_, positions, _ := strings.Cut(r.Header.Get("Range"), "=")
					r = r.Clone(r.Context())
					r.Header.Set("Range", "bytes="+positions)
					next.ServeHTTP(w, r)
				})},
		{Name: "range-of-missing-416", Check: "range-correct", Doc: "answers a range of a missing file with 416",
			Wrap: status(all(ranged, not(exists), not(isRoute)), http.StatusRequestedRangeNotSatisfiable)},
		{Name: "range-long-suffix-416", Check: "range-long-suffix",
			Doc:  "refuses a suffix that is longer than the file",
			Wrap: status(all(longSuffix, exists), http.StatusRequestedRangeNotSatisfiable)},

		{Name: "if-range-ignored", Check: "range-if-range", Doc: "ignores If-Range", Wrap: without(always, "If-Range")},
		{Name: "if-range-weak", Check: "range-if-range", Doc: "compares If-Range weakly",
			Wrap: on(hasIfRange, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				r = r.Clone(r.Context())
				r.Header.Set("If-Range", strings.TrimPrefix(r.Header.Get("If-Range"), "W/"))
				next.ServeHTTP(w, r)
			})},
		{Name: "if-range-any-date", Check: "range-if-range", Doc: "treats a later date in If-Range as a match",
			Wrap: without(func(r *http.Request) bool {
				at, err := http.ParseTime(r.Header.Get("If-Range"))
				return err == nil && at.After(time.Now())
			}, "If-Range")},

		{Name: "ranges-multiplied", Check: "range-bounded", Doc: "sends every one of a thousand ranges",
			Wrap: on(severalLong, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				naive(next).ServeHTTP(w, r)
			})},
		{Name: "ranges-slow", Check: "range-bounded", Doc: "never finishes joining a thousand ranges",
			Wrap: on(all(severalLong, exists), func(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
				<-r.Context().Done()
			})},
		{Name: "ranges-500", Check: "range-bounded", Doc: "fails on a thousand ranges",
			Wrap: status(all(severalLong, exists), http.StatusInternalServerError)},
	}
}

func hasIfRange(r *http.Request) bool { return r.Header.Get("If-Range") != "" }

// hasNoEnd: one range to the end of the file, from a position that is a number.
func hasNoEnd(r *http.Request) bool {
	first, open := strings.CutSuffix(strings.TrimPrefix(r.Header.Get("Range"), "bytes="), "-")
	_, err := strconv.Atoi(first)
	return open && err == nil
}

// longSuffix: the last part of a file is asked for, of 100 bytes or more.
func longSuffix(r *http.Request) bool {
	last, ok := strings.CutPrefix(r.Header.Get("Range"), "bytes=-")
	return ok && len(last) > 2
}

func rangeOddities() []Mutant {
	return []Mutant{
		{Name: "range-long-suffix-whole", Check: "range-long-suffix",
			Doc: "sends the whole file, and no part, for a suffix that is longer", Wrap: without(longSuffix, "Range")},
		{Name: "no-ranges", Check: "range-correct", Doc: "does not support ranges",
			Wrap: both(without(always, "Range"), set(always, "Accept-Ranges", "none"))},
		{Name: "range-less", Check: "range-correct", Doc: "sends no more than four bytes of a range",
			Wrap: reply(all(rangeIs("0-9"), exists, method("GET")),
				func(h http.Header, status int, body []byte) (int, []byte) {
					if status == http.StatusPartialContent {
						h.Set("Content-Range", strings.Replace(h.Get("Content-Range"), "0-9", "0-3", 1))
						body = body[:4]
					}
					return status, body
				})},
		{Name: "range-length-unknown", Check: "range-correct", Doc: "does not state the length of the file with a part",
			Wrap: edit(ranged, func(status int, h http.Header) int {
				if before, _, ok := strings.Cut(h.Get("Content-Range"), "/"); ok &&
					status == http.StatusPartialContent {
					h.Set("Content-Range", before+"/*")
				}
				return status
			})},
		{Name: "range-first-alone", Check: "range-correct", Doc: "sends only the first of several ranges",
			Wrap: on(severalRanges, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				first, _, _ := strings.Cut(r.Header.Get("Range"), ",")
				r = r.Clone(r.Context())
				r.Header.Set("Range", first)
				next.ServeHTTP(w, r)
			})},
		{Name: "range-unit-416", Check: "range-correct", Doc: "answers an unknown range unit with 416",
			Wrap: on(func(r *http.Request) bool {
				return r.Header.Get("Range") != "" && !ranged(r) && exists(r)
			}, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				fail(w, http.StatusRequestedRangeNotSatisfiable)
			})},
		{Name: "if-range-always-whole", Check: "range-if-range",
			Doc:  "sends the whole file whenever there is an If-Range",
			Wrap: without(hasIfRange, "Range", "If-Range")},
		{Name: "dated-ranges", Check: "range-if-range", Doc: "accepts its Last-Modified in If-Range",
			Wrap: on(exists, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if modified, err := http.ParseTime(r.Header.Get("If-Range")); err == nil && modified.Equal(built) {
					r = r.Clone(r.Context())
					r.Header.Del("If-Range")
				}
				set(always, "Last-Modified", built.Format(http.TimeFormat))(next).ServeHTTP(w, r)
			})},
		{Name: "ranges-431", Check: "range-bounded", Doc: "refuses a header with a thousand ranges as too large",
			Wrap: status(severalLong, http.StatusRequestHeaderFieldsTooLarge)},
		{Name: "ranges-416", Check: "range-bounded", Doc: "refuses overlapping ranges, and hangs up",
			Wrap: on(severalLong, func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
				w.Header().Set("Connection", "close")
				fail(w, http.StatusRequestedRangeNotSatisfiable)
			})},
	}
}

func severalLong(r *http.Request) bool { return len(r.Header.Get("Range")) > 200 }

// built is when the fixture was built.
var built = time.Date(2024, time.February, 29, 12, 0, 0, 0, time.UTC)

// lengthOfPart states the length of the first ten bytes as that of the file.
func lengthOfPart(m match) wrap {
	return edit(all(m, rangeIs("0-9")), func(status int, h http.Header) int {
		if status == http.StatusPartialContent {
			h.Set("Content-Range", "bytes 0-9/10")
		}
		return status
	})
}
