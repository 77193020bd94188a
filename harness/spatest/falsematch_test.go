package spatest

import (
	"net/url"
	"slices"
	"testing"
	"time"
)

// TestNearTags: each part of a tag is changed alone, a coding at its end is no part, and no tag is its own neighbour.
func TestNearTags(t *testing.T) {
	for tag, want := range map[string][]string{
		`"65f1-1a2b"`:     {`""`, `"54e0-1a2b"`, `"65f1-0b1a"`, `"54e0-0b1a"`},
		`W/"0123abcd"`:    {`""`, `"1012abcd"`, `"0123babc"`, `"1012babc"`},
		`"9f-ab--gzip"`:   {`""`, `"8e-ab--gzip"`, `"9f-ba--gzip"`, `"8e-ba--gzip"`},
		`W/""`:            {},
		`"gzip"`:          {`""`, `"fyip"`, `"gzho"`, `"fyho"`},
		`"a-b-c-d-e-f-g"`: nil,
	} {
		near := nearTags(tag)
		if want != nil && !slices.Equal(near, want) {
			t.Errorf("%s: %q, want %q", tag, near, want)
		}
		if slices.Contains(near, tag) || len(near) > maxTagParts+2 {
			t.Errorf("%s: %q", tag, near)
		}
		for _, other := range near {
			if !isEntityTag(other) {
				t.Errorf("%s: %s is no tag", tag, other)
			}
		}
	}
}

// TestTagDate: the forms of nginx, send for Node.js and Apache, and tags of other things.
func TestTagDate(t *testing.T) {
	const size = 0x4a8
	for tag, want := range map[string]string{
		`"1dc09d84-4a8"`: "1985-10-26", `W/"4a8-1dc09d84"`: "1985-10-26",
		`W/"4a8-18df4a5c800"`: "2024-02-29", `"4a8-61283d3d2a000"`: "2024-02-29",
		`"1dc09d84-4a9"`: "", `"4a8"`: "", `"9f86d081884c7d65"`: "", `"4a8-xyz"`: "", "": "",
	} {
		made, ok := tagDate(tag, size)
		if got := made.Format(time.DateOnly); ok != (want != "") || ok && got != want {
			t.Errorf("%s: %s, %t, want %q", tag, got, ok, want)
		}
	}
}

func TestLostPairs(t *testing.T) {
	for query, want := range map[string]string{
		carried: "", "lang=en&" + carried: "",
		"":                                  carried,
		"code=spatest+1&state=a%2Fb":        "code=spatest%2B1&next=/x?y=1",
		"code=spatest%2B1&state=a/b":        "state=a%2Fb&next=/x?y=1",
		"code=spatest%2B1&state=a%2Fb&next": "next=/x?y=1",
	} {
		if got := lostPairs(&url.URL{RawQuery: query}); got != want {
			t.Errorf("%s: %q, want %q", query, got, want)
		}
	}
}
