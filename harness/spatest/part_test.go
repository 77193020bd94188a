package spatest

import (
	"net/http"
	"strings"
	"testing"
)

func TestParseContentRange(t *testing.T) {
	for value, want := range map[string]contentRange{
		"bytes 0-9/100": {span{0, 9}, 100},
		"Bytes 0-0/1":   {span{0, 0}, 1},
		"bytes 5-9/*":   {span{5, 9}, -1},
		"bytes */100":   {span{-1, -1}, 100},
		"bytes */0":     {span{-1, -1}, 0},
	} {
		if got, ok := parseContentRange(value); !ok || got != want {
			t.Errorf("%q reads as %v, %t; want %v", value, got, ok, want)
		}
	}
	for _, value := range []string{
		"", "bytes", "bytes ", "0-9/100", "items 0-9/100", "bytes=0-9/100", "bytes 9-0/100",
		"bytes 0-100/100", "bytes 0-9",
		"bytes -9/100", "bytes 0-/100", "bytes */*", "bytes +0-9/100", "bytes 0-9/-1",
		"bytes 0-9/99999999999999999999", "bytes 0 - 9/100",
	} {
		if got, ok := parseContentRange(value); ok {
			t.Errorf("%q reads as %v", value, got)
		}
	}
}

func response(status int, body string, fields ...string) *Response {
	r := &Response{Status: status, Body: []byte(body), Size: int64(len(body)), Header: http.Header{}}
	for i := 0; i < len(fields); i += 2 {
		r.Header.Set(fields[i], fields[i+1])
	}
	return r
}

func TestParts(t *testing.T) {
	whole := response(200, "0123456789", "ETag", `"a"`)
	asked := span{2, 5}
	for _, test := range []struct {
		name  string
		r     *Response
		wrong string // a part of what is said; empty: nothing
	}{
		{"whole", response(200, "0123456789"), ""},
		{"exact", response(206, "2345", "Content-Range", "bytes 2-5/10", "ETag", `"a"`), ""},
		{"less", response(206, "34", "Content-Range", "bytes 3-4/*", "ETag", `"a"`), ""},
		{"more", response(206, "23456", "Content-Range", "bytes 2-6/10", "ETag", `"a"`), "not asked for"},
		{"a byte too few", response(206, "234", "Content-Range", "bytes 2-5/10", "ETag", `"a"`),
			"does not have the bytes"},
		{"another length", response(206, "2345", "Content-Range", "bytes 2-5/11", "ETag", `"a"`), "a wrong length"},
		{"behind the end", response(206, "2345", "Content-Range", "bytes 2-50/*", "ETag", `"a"`), "a wrong length"},
		{"no claim", response(206, "2345", "ETag", `"a"`), "no valid Content-Range"},
		{"no tag", response(206, "2345", "Content-Range", "bytes 2-5/10"), "ETag"},
		{"part as whole", response(200, "2345"), "other than the whole"},
		{"several for one", response(206, "", "Content-Type", "multipart/byteranges; boundary=x"), "multipart"},
		{"refused", response(416, ""), "neither"},
	} {
		if got := onePart(test.r, whole, asked); (got == "") != (test.wrong == "") ||
			!strings.Contains(got, test.wrong) {
			t.Errorf("%s: %q, want %q", test.name, got, test.wrong)
		}
	}
}

func TestSeveralParts(t *testing.T) {
	whole := response(200, "0123456789")
	asked := []span{{0, 1}, {4, 5}}
	multi := func(body string, fields ...string) *Response {
		return response(206, body, append([]string{"Content-Type", "multipart/byteranges; boundary=x"}, fields...)...)
	}
	const first = "--x\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n"
	const second = "--x\r\nContent-Range: bytes 4-5/10\r\n\r\n45\r\n"
	for _, test := range []struct {
		name  string
		r     *Response
		wrong string
	}{
		{"all", multi(first + second + "--x--\r\n"), ""},
		{"in another order", multi(second + first + "--x--\r\n"), ""},
		{"one alone", response(206, "45", "Content-Range", "bytes 4-5/10"), ""},
		{"joined", response(206, "012345", "Content-Range", "bytes 0-5/10"), ""},
		{"refused", response(416, ""), ""},
		{"whole", response(200, "0123456789"), ""},
		{"a byte too few", multi(first + strings.Replace(second, "\r\n45", "\r\n4", 1) + "--x--\r\n"),
			"not have the bytes"},
		{"other bytes", multi(first + strings.Replace(second, "\r\n45", "\r\n67", 1) + "--x--\r\n"),
			"not have the bytes"},
		{"cut off", multi(first + second), "breaks off"},
		{"none", multi("--x--\r\n"), "cannot be read"},
		{"no boundary", response(206, first, "Content-Type", "multipart/byteranges"), "no boundary"},
		{"a claim for all", multi(first+second+"--x--\r\n", "Content-Range", "bytes 0-5/10"), "for all of its parts"},
		{"too many", multi(strings.Repeat(first, 20) + "--x--\r\n"), "cannot be read"},
		{"an error", response(500, ""), "neither"},
	} {
		if got := severalParts(test.r, whole, asked); (got == "") != (test.wrong == "") ||
			!strings.Contains(got, test.wrong) {
			t.Errorf("%s: %q, want %q", test.name, got, test.wrong)
		}
	}
}

func TestNoPart(t *testing.T) {
	whole := response(200, "0123456789")
	for _, test := range []struct {
		r              *Response
		inBytes, fails bool
	}{
		{response(200, "0123456789"), true, false},
		{response(416, "", "Content-Range", "bytes */10"), true, false},
		{response(416, ""), false, false},
		{response(416, "", "Content-Range", "bytes */9"), true, true},
		{response(416, "", "Content-Range", "bytes 0-9/10"), true, true},
		{response(400, ""), true, false},
		{response(400, ""), false, true},
		{response(206, "0123456789"), true, true},
		{response(500, ""), false, true},
	} {
		if got := noPart(test.r, whole, test.inBytes); (got != "") != test.fails {
			t.Errorf("%d, %v, in bytes %t: %q", test.r.Status, test.r.Header, test.inBytes, got)
		}
	}
}

func FuzzParts(f *testing.F) {
	f.Add("bytes 2-5/10", "", []byte("2345"))
	f.Add("bytes 9223372036854775807-9223372036854775807/*", "", []byte{})
	f.Add(
		"bytes */10",
		"multipart/byteranges; boundary=x",
		[]byte("--x\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n--x--\r\n"),
	)
	f.Add("", `multipart/byteranges; boundary="`, []byte("--"))
	whole := response(200, "0123456789", "ETag", `"a"`)
	f.Fuzz(func(t *testing.T, claim, kind string, body []byte) {
		r := response(206, string(body), "Content-Range", claim, "Content-Type", kind, "ETag", `"a"`)
		if onePart(r, whole, span{2, 5}) == "" && !strings.Contains("2345", string(body)) {
			t.Errorf("%q with %q is a part of 2345", body, claim)
		}
		severalParts(r, whole, []span{{0, 1}, {4, 5}})
		r.Status = http.StatusRequestedRangeNotSatisfiable
		noPart(r, whole, true)
	})
}
