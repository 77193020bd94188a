package mutant

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"maps"
	"net/http"
	"net/http/httptest"
)

// current: the reference answers 304.
func current(r *http.Request) bool {
	return conditional(r) && record(Reference(Fixture()), r).Code == http.StatusNotModified
}

// on304 sets a header field of every 304, or removes it.
func on304(name, value string) wrap {
	return edit(conditional, func(status int, h http.Header) int {
		if status == http.StatusNotModified {
			h.Del(name)
			if value != "" {
				h.Set(name, value)
			}
		}
		return status
	})
}

// tagOfLength makes tags as nginx does: of a time, here made from a sum of the content, and of the length.
func tagOfLength(date func(sum int64) string) wrap {
	return tagOf(func(content []byte) string {
		return fmt.Sprintf("%s-%x", date(int64(crc32.ChecksumIEEE(content))), len(content))
	})
}

// tagOf makes the tags of files from their content.
func tagOf(of func(content []byte) string) wrap {
	return on(exists, func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		whole := record(without(always, "If-None-Match", "Range", "If-Range")(next), asGetOf(r))
		tag := `"` + of(whole.Body.Bytes()) + `"`
		answer := next
		if method("GET", "HEAD")(r) && whole.Code == http.StatusOK {
			answer = recorded(whole) // the tag is of these bytes, whatever has replaced them meanwhile
		}
		retag(always, func(string) string { return tag }, func(asked, own string) bool { return asked == own })(
			answer).ServeHTTP(w, r)
	})
}

// recorded serves what was recorded, with ranges and conditions as net/http has them.
func recorded(whole *httptest.ResponseRecorder) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), whole.Header())
		w.Header().Del("Content-Length")
		date, _ := http.ParseTime(whole.Header().Get("Last-Modified"))
		http.ServeContent(w, r, "", date, bytes.NewReader(whole.Body.Bytes()))
	})
}

// asGetOf is the request for the whole of what it asks for.
func asGetOf(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	r.Method = http.MethodGet
	return r
}

func noneMatch(is func(value string) bool) match {
	return func(r *http.Request) bool { return conditional(r) && is(r.Header.Get("If-None-Match")) }
}

// dated: both conditions are in the request.
func dated(r *http.Request) bool { return conditional(r) && r.Header.Get("If-Modified-Since") != "" }

func badDate(r *http.Request) bool {
	since := r.Header.Get("If-Modified-Since")
	_, err := http.ParseTime(since)
	return since != "" && err != nil
}

// starred is the request with an If-None-Match that always matches.
func starred(r *http.Request) *http.Request {
	r = r.Clone(r.Context())
	r.Header.Set("If-None-Match", "*")
	return r
}
