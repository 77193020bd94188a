package spatest

import (
	"net/url"
	"testing"
)

func TestSpellings(t *testing.T) {
	for _, test := range []struct{ target, letter, dot, lower string }{
		{"/assets/index.js", "/assets/%69ndex.js", "/assets/index%2Ejs", "/assets/index.js"},
		{"/f%C3%BCnke.txt", "/%66%C3%BCnke.txt", "/f%C3%BCnke%2Etxt", "/f%c3%bcnke.txt"},
		{"/%C3%BC.d/%C3%BC%2520", "/%C3%BC.d/%C3%BC%2520", "/%C3%BC.d/%C3%BC%2520", "/%c3%bc.d/%c3%bc%2520"},
		{"/Z", "/%5A", "/Z", "/Z"},
		{"/", "/", "/", "/"},
		{"/%4", "/%4", "/%4", "/%4"},
	} {
		got := []string{encodeLetter(test.target), encodeDot(test.target), lowerHex(test.target)}
		for i, want := range []string{test.letter, test.dot, test.lower} {
			if got[i] != want {
				t.Errorf("%s: %s, want %s", test.target, got[i], want)
			}
		}
	}
}

// FuzzSpellings: every spelling of a target names the same path. A page that a
// server sends names targets.
func FuzzSpellings(f *testing.F) {
	for _, seed := range []string{"/a.js", "/f%C3%BCnke.txt", "/%", "/%2", "/.%2e.", "/a%2Fb.c"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, target string) {
		want, err := url.PathUnescape(target)
		for _, spelling := range []string{encodeLetter(target), encodeDot(target), lowerHex(target)} {
			if got, _ := url.PathUnescape(spelling); err == nil && got != want {
				t.Errorf("%q becomes %q", target, spelling)
			}
		}
	})
}
