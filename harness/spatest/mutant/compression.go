package mutant

import (
	"bytes"
	"compress/zlib"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"
)

func compressionMutants() []Mutant {
	text := all(acceptsGzip, exists)
	ranged := func(r *http.Request) bool { return r.Header.Get("Range") != "" && acceptsGzip(r) && exists(r) }
	previews := []string{"clients-machines"} // a social network asks for a range, and takes gzip
	return []Mutant{
		{Name: "style-uncoded", Check: "compression-negotiated", Doc: "does not compress style sheets",
			Wrap: accept(ext(".css"), "identity")},
		{Name: "svg-uncoded", Check: "compression-negotiated",
			Doc:  "has a list of types to compress that lacks image/svg+xml",
			Wrap: accept(ext(".svg"), "identity")},
		{Name: "page-uncoded", Check: "compression-negotiated", Doc: "compresses files, but not the page",
			Wrap: accept(all(navigation, not(inAPI)), "identity")},

		{Name: "coded-without-vary", Check: "compression-vary",
			Doc:  "does not list Accept-Encoding in Vary for compressed responses",
			Wrap: edit(text, unvary)},
		{Name: "route-without-vary", Check: "compression-vary",
			Doc:  "does not list Accept-Encoding in Vary for the page at routes",
			Wrap: edit(all(acceptsGzip, isRoute), unvary)},
		{Name: "vary-by-origin", Check: "compression-vary", Doc: "replaces the Vary of scripts with a different one",
			Wrap: set(all(text, ext(".js")), "Vary", "Origin")},

		{Name: "identity-without-vary", Check: "compression-vary-identity",
			Doc:  "sends Vary only with compressed responses",
			Wrap: edit(not(acceptsGzip), unvary)},
		{Name: "style-identity-without-vary", Check: "compression-vary-identity",
			Doc:  "has no Vary on a style sheet that it does not compress for this client",
			Wrap: edit(all(not(acceptsGzip), ext(".css")), unvary)},

		{Name: "weights-ignored", Check: "compression-qvalues", Doc: "looks for the word gzip in Accept-Encoding",
			Wrap: accept(func(r *http.Request) bool {
				return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip")
			}, "gzip")},
		{Name: "zero-with-decimals", Check: "compression-qvalues", Doc: "knows a weight of 0, but not of 0.000",
			Wrap: accept(func(r *http.Request) bool {
				return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip;q=0.000")
			}, "gzip")},
		{Name: "star-before-refusal", Check: "compression-qvalues", Doc: "treats * as every coding, even refused ones",
			Wrap: accept(func(r *http.Request) bool {
				return strings.Contains(r.Header.Get("Accept-Encoding"), "*")
			}, "gzip")},
		{Name: "empty-is-anything", Check: "compression-qvalues",
			Doc: "treats an empty Accept-Encoding as a missing one",
			Wrap: accept(func(r *http.Request) bool {
				return slices.Equal(r.Header["Accept-Encoding"], []string{""})
			}, "gzip")},

		{Name: "one-tag", Check: "compression-etag-distinct", Doc: "has the same strong ETag for all codings",
			Wrap: oneTag(exists, "")},
		{Name: "one-tag-for-page", Check: "compression-etag-distinct",
			Doc:  "compresses the page but keeps the tag of the file",
			Wrap: oneTag(at("/"), "")},

		{Name: "coded-tag-unknown", Check: "compression-revalidates",
			Doc: "does not know the ETags of what it compresses",
			Wrap: on(all(acceptsGzip, exists), func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				r = r.Clone(r.Context())
				r.Header.Del("If-None-Match")
				next.ServeHTTP(w, r)
			})},
		{Name: "tag-suffix-unknown", Check: "compression-revalidates",
			Doc: "adds -gzip to the ETag of a script, and compares without it",
			Wrap: edit(all(text, ext(".js")), func(status int, h http.Header) int {
				h.Set("ETag", strings.TrimSuffix(h.Get("ETag"), `"`)+`-gzip"`)
				return status
			})},

		{Name: "sidecar-type", Check: "compression-sidecar-coherent",
			Doc:  "gives compressed style sheets the type of their copies' extension",
			Wrap: set(all(text, ext(".css")), "Content-Type", "application/gzip")},
		{Name: "sidecar-as-script", Check: "compression-sidecar-coherent",
			Doc:  "serves the compressed copy of a script under its own name as a script",
			Wrap: sidecar("text/javascript", "")},
		{Name: "sidecar-coded-twice", Check: "compression-sidecar-coherent",
			Doc:  "names the coding of a compressed copy as its type and as its coding",
			Wrap: sidecar("application/gzip", "gzip")},
		{Name: "deflate-in-name", Check: "compression-sidecar-coherent",
			Doc: "declares uncompressed content as deflate",
			Wrap: edit(
				func(r *http.Request) bool { return r.Header.Get("Accept-Encoding") == "deflate" && exists(r) },
				func(status int, h http.Header) int {
					h.Set("Content-Encoding", "deflate")
					h.Set("ETag", `"deflate"`)
					return status
				},
			)},

		{Name: "range-then-coding", Check: "compression-range-safe", Also: previews,
			Doc: "compresses the range that it cut out of the file",
			Wrap: on(ranged, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				part := part(r, fetch(next, r, "identity"))
				header := w.Header()
				header.Set("Content-Range", part.Header().Get("Content-Range"))
				header.Set("Content-Encoding", "gzip")
				w.WriteHeader(http.StatusPartialContent)
				w.Write(compress(part.Body.String()))
			})},
		{Name: "range-under-coding", Check: "compression-range-safe",
			Doc: "sends a range of the file under the header of its compressed copy",
			Wrap: on(ranged, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				w.Header().Set("Content-Encoding", "gzip")
				replay(w, part(r, fetch(next, r, "identity")))
			})},
		{Name: "range-of-other-length", Check: "compression-range-safe",
			Doc: "gives a compressed copy the length of the file",
			Wrap: on(ranged, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				coded := part(r, fetch(next, r, "gzip"))
				unit, _, _ := strings.Cut(coded.Header().Get("Content-Range"), "/")
				coded.Header().Set("Content-Range", unit+"/100000")
				w.Header().Set("Content-Encoding", "gzip")
				replay(w, coded)
			})},
		{Name: "coded-range-416", Check: "compression-range-safe", Also: previews,
			Doc:  "has no ranges of what it compresses, and refuses them",
			Wrap: status(ranged, http.StatusRequestedRangeNotSatisfiable)},
		{Name: "part-as-whole", Check: "compression-range-safe", Also: previews,
			Doc: "compresses the range of a file and calls it the whole",
			Wrap: on(ranged, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				w.Header().Set("Content-Encoding", "gzip")
				w.Write(compress(part(r, fetch(next, r, "identity")).Body.String()))
			})},
	}
}

func compressionOddities() []Mutant {
	ranged := func(r *http.Request) bool { return r.Header.Get("Range") != "" && acceptsGzip(r) && exists(r) }
	return []Mutant{
		{Name: "deflate", Check: "compression-negotiated", Doc: "prefers deflate to gzip for scripts", Wrap: on(
			func(r *http.Request) bool {
				return strings.Contains(r.Header.Get("Accept-Encoding"), "deflate,") && ext(".js")(r) && exists(r) &&
					r.Header.Get("If-None-Match") == ""
			},
			func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				plain := fetch(next, r, "identity")
				for name, values := range plain.Header() {
					w.Header()[name] = values
				}
				w.Header().Del("Content-Length")
				w.Header().Del("ETag")
				w.Header().Set("Content-Encoding", "deflate")
				z := zlib.NewWriter(w)
				z.Write(plain.Body.Bytes())
				z.Close()
			})},
		{Name: "vary-star", Check: "compression-vary", Doc: "varies the page by everything",
			Wrap: set(all(navigation, not(inAPI)), "Vary", "*")},
		{Name: "private-without-vary", Check: "compression-vary-identity",
			Doc: "lets only browsers keep the page, and sends no Vary with it",
			Wrap: edit(all(navigation, not(inAPI)), func(status int, h http.Header) int {
				h.Set("Cache-Control", "private, no-cache")
				h.Del("Vary")
				return status
			})},
		{Name: "identity-named", Check: "compression-qvalues",
			Doc: "sends Content-Encoding: identity when there is no coding",
			Wrap: edit(all(exists, not(acceptsGzip)), func(status int, h http.Header) int {
				if h.Get("Content-Encoding") == "" {
					h.Set("Content-Encoding", "identity")
				}
				return status
			})},
		{Name: "refusal-406", Check: "compression-qvalues",
			Doc: "answers 406 to clients that refuse the codings it prefers",
			Wrap: status(func(r *http.Request) bool {
				return strings.Contains(r.Header.Get("Accept-Encoding"), "gzip;q=0")
			}, http.StatusNotAcceptable)},
		{Name: "one-weak-tag", Check: "compression-etag-distinct", Doc: "has the same weak ETag for all codings",
			Wrap: oneTag(exists, "W/")},
		{Name: "coded-weak-tags", Check: "compression-revalidates", Doc: "has weak ETags for what it compresses",
			Wrap: edit(all(acceptsGzip, exists), func(status int, h http.Header) int {
				h.Set("ETag", "W/"+h.Get("ETag"))
				return status
			})},
		{Name: "sidecar-download", Check: "compression-sidecar-coherent", Doc: "serves compressed copies as downloads",
			Wrap: sidecar("application/gzip", "")},
		{Name: "sidecar-decoded", Check: "compression-sidecar-coherent",
			Doc:  "serves the original under the name of its compressed copy",
			Wrap: sidecar("text/javascript; charset=utf-8", "gzip")},
		{Name: "range-of-coded", Check: "compression-range-safe", Doc: "serves ranges of compressed copies",
			Wrap: on(ranged, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				whole := fetch(next, r, "gzip")
				for _, name := range []string{"ETag", "Content-Encoding", "Vary", "Cache-Control"} {
					w.Header().Set(name, whole.Header().Get(name))
				}
				replay(w, part(r, whole))
			})},
		{Name: "range-of-plain", Check: "compression-range-safe",
			Doc: "leaves out the coding when a range is asked for",
			Wrap: on(ranged, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				plain := fetch(next, r, "identity")
				for _, name := range []string{"ETag", "Vary", "Cache-Control"} {
					w.Header().Set(name, plain.Header().Get(name))
				}
				replay(w, part(r, plain))
			})},
	}
}

// accept replaces the Accept-Encoding of matching requests.
func accept(m match, codings string) wrap {
	return on(m, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		r = r.Clone(r.Context())
		r.Header.Set("Accept-Encoding", codings)
		next.ServeHTTP(w, r)
	})
}

// unvary takes Accept-Encoding out of Vary.
func unvary(status int, h http.Header) int {
	h["Vary"] = slices.DeleteFunc(slices.Clone(h["Vary"]),
		func(value string) bool { return value == "Accept-Encoding" })
	return status
}

// oneTag gives compressed responses the tag of the plain ones, behind a prefix.
func oneTag(m match, prefix string) wrap {
	return on(m, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		if r.Header.Get("If-None-Match") != "" {
			accept(always, "identity")(next).ServeHTTP(&editor{ResponseWriter: w, change: weaken(prefix)}, r)
			return
		}
		for range 5 { // the file may be replaced in between
			tag := prefix + fetch(next, r, "identity").Header().Get("ETag")
			recorded := record(set(always, "ETag", tag)(next), r)
			if tag == prefix+fetch(next, r, "identity").Header().Get("ETag") {
				replay(w, recorded)
				return
			}
		}
	})
}

func weaken(prefix string) func(int, http.Header) int {
	return func(status int, h http.Header) int {
		h.Set("ETag", prefix+h.Get("ETag"))
		return status
	}
}

// fetch is the whole response in a coding, whatever the request asks for.
func fetch(next http.Handler, r *http.Request, coding string) *httptest.ResponseRecorder {
	whole := r.Clone(r.Context())
	whole.Method = http.MethodGet
	whole.Header.Del("Range")
	whole.Header.Del("If-Range")
	whole.Header.Set("Accept-Encoding", coding)
	recorder := httptest.NewRecorder()
	next.ServeHTTP(recorder, whole)
	return recorder
}

// part is the range of a response that a request asks for.
func part(r *http.Request, whole *httptest.ResponseRecorder) *httptest.ResponseRecorder {
	recorder := httptest.NewRecorder()
	recorder.Header().Set("Content-Type", whole.Header().Get("Content-Type"))
	http.ServeContent(recorder, r, "", time.Time{}, bytes.NewReader(whole.Body.Bytes()))
	return recorder
}

func replay(w http.ResponseWriter, recorded *httptest.ResponseRecorder) {
	for name, values := range recorded.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(recorded.Code)
	w.Write(recorded.Body.Bytes())
}

// sidecar serves the compressed copies of scripts under their own names.
func sidecar(kind, coding string) wrap {
	return on(
		func(r *http.Request) bool { return strings.HasSuffix(r.URL.Path, ".js.gz") },
		func(w http.ResponseWriter, r *http.Request, next http.Handler) {
			original := r.Clone(r.Context())
			original.URL.Path = strings.TrimSuffix(r.URL.Path, ".gz")
			copied := fetch(next, original, "gzip")
			if copied.Code != http.StatusOK {
				next.ServeHTTP(w, r)
				return
			}
			w.Header().Set("Content-Type", kind)
			if coding != "" {
				w.Header().Set("Content-Encoding", coding)
			}
			w.Write(copied.Body.Bytes())
		})
}
