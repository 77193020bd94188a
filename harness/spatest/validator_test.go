package spatest

import (
	"net/http"
	"testing"
)

func TestIsEntityTag(t *testing.T) {
	for value, want := range map[string]bool{
		`"a"`: true, `W/"a"`: true, `""`: true, `W/""`: true, `"a,b;c"`: true, "\"\xff\"": true, `"W/a\"`: true,
		``: false, `a`: false, `"`: false, `W/`: false, `W/a`: false, `w/"a"`: false, `'a'`: false, `"a b"`: false,
		`"a"b"`: false, `"a" `: false, `W/W/"a"`: false, "\"\x7f\"": false, "*": false,
	} {
		if got := isEntityTag(value); got != want {
			t.Errorf("%q: %t, want %t", value, got, want)
		}
	}
}

func TestIsDate(t *testing.T) {
	for value, want := range map[string]bool{
		"Sun, 06 Nov 1994 08:49:37 GMT":   true,
		longAgo:                           true,
		farFuture:                         true,
		"Sunday, 06-Nov-94 08:49:37 GMT":  false, // obsolete: to be read, not sent
		"Sun Nov  6 08:49:37 1994":        false,
		"Sun, 06 Nov 1994 08:49:37 UTC":   false,
		"Sun, 06 Nov 1994 08:49:37 +0000": false,
		"1994-11-06T08:49:37Z":            false,
		"0":                               false,
		"":                                false,
	} {
		if got := isDate(value); got != want {
			t.Errorf("%q: %t, want %t", value, got, want)
		}
	}
}

func TestNotModifiedDifferences(t *testing.T) {
	ok := response(
		200,
		"",
		"ETag",
		`W/"a"`,
		"Cache-Control",
		"Public, max-age=60",
		"Vary",
		"Accept, Accept-Encoding",
		"Date",
		longAgo,
		"Content-Type",
		"text/html",
	)
	same := response(
		304,
		"",
		"ETag",
		`"a"`,
		"Cache-Control",
		"max-age=60, public",
		"Vary",
		"accept-encoding,accept,accept",
		"Date",
		farFuture,
	)
	if differ := notModifiedDifferences(ok, same); len(differ) > 0 {
		t.Errorf("%s differs: %q, %q", differ[0].name, differ[0].want, differ[0].got)
	}
	if differ := notModifiedDifferences(ok, &Response{Status: 304, Header: http.Header{}}); len(differ) != 4 {
		t.Errorf("%d differ, want ETag, Cache-Control, Vary and Date", len(differ))
	}
	if differ := notModifiedDifferences(response(200, ""), same); len(differ) > 0 {
		t.Errorf("what a 304 has more differs: %s", differ[0].name)
	}
}

func FuzzIsEntityTag(f *testing.F) {
	for _, seed := range []string{`"a"`, `W/"a"`, `W/`, `"`, ``, "\x00"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		if isEntityTag(value) && len(value) < 2 {
			t.Errorf("%q is a tag", value)
		}
		_ = isDate(value)
		notModifiedDifferences(response(200, "", "ETag", value, "Vary", value),
			response(304, "", "Cache-Control", value))
	})
}
