package spatest

import (
	"net/http"
	"slices"
	"strings"
	"testing"
)

func TestReadContentRange(t *testing.T) {
	for value, want := range map[string][3]int64{
		"bytes 0-99/500": {0, 99, 500}, "bytes 7-7/8": {7, 7, 8}, "Bytes 0-0/*": {0, 0, -1},
	} {
		if first, last, total, ok := readContentRange(value); !ok || [3]int64{first, last, total} != want {
			t.Errorf("%q: %d-%d/%d, %t", value, first, last, total, ok)
		}
	}
	for _, value := range []string{
		"", "bytes", "bytes */500", "bytes 9-8/500", "bytes 0-500/500", "bytes -1-5/9", "bytes 0-5", "bytes 0-5/",
		"items 0-5/9", "bytes 0-9999999999999999999/*", "bytes=0-5/9", "bytes 0x1-5/9",
	} {
		if first, last, total, ok := readContentRange(value); ok {
			t.Errorf("%q: %d-%d/%d", value, first, last, total)
		}
	}
}

func FuzzPart(f *testing.F) {
	for _, seed := range []string{"bytes 0-1/4", "bytes 2-9223372036854775807/*", "bytes */4", "bytes 3-4/5"} {
		f.Add(seed, "abcd")
	}
	f.Fuzz(func(t *testing.T, value, whole string) {
		first, last, total, ok := readContentRange(value)
		if ok && (first < 0 || last < first || total >= 0 && last >= total) {
			t.Errorf("%q: %d-%d/%d", value, first, last, total)
		}
		r := &Response{Header: http.Header{"Content-Range": {value}}, Body: []byte(whole)}
		if partProblem(r, []byte(whole)) == "" && int(last-first)+1 != len(whole) {
			t.Errorf("%q is the whole of %q", value, whole)
		}
	})
}

func TestCodingsOf(t *testing.T) {
	for value, want := range map[string]string{
		"": "", "identity": "", "GZip": "gzip", "x-gzip": "gzip",
		"deflate, ,gzip": "deflate gzip", "identity, br": "br",
	} {
		x := &Exchange{Response: &Response{Header: http.Header{"Content-Encoding": {value}}}}
		if got := codingsOf(x); !slices.Equal(got, strings.Fields(want)) {
			t.Errorf("%q: %q", value, got)
		}
	}
}

// TestManyCodings: each coding may unfold a body anew, so there is a bound.
func TestManyCodings(t *testing.T) {
	x := &Exchange{Response: &Response{Header: http.Header{"Content-Encoding": {strings.Repeat("gzip,", 1000)}}}}
	if _, err := new(Pass).Content(x); err == nil {
		t.Error("1000 codings are undone")
	}
}

func TestVaries(t *testing.T) {
	for value, want := range map[string]bool{
		"": false, "Accept": false, "Accept, accept-encoding": true, "*": true, "X-Accept-Encoding": false,
	} {
		if got := varies(http.Header{"Vary": {value}}, "Accept-Encoding"); got != want {
			t.Errorf("Vary: %s: %t", value, got)
		}
	}
}
