package spatest

import (
	"slices"
	"testing"
)

func TestStrongest(t *testing.T) {
	for integrity, want := range map[string][]hash{
		"":                            nil,
		"md5-AAAA sha1-AAAA x":        nil,
		" sha384-a+/=\n":              {{"sha384", "a+/="}},
		"sha256-a sha256-b":           {{"sha256", "a"}, {"sha256", "b"}},
		"sha512-c sha256-a sha512-d":  {{"sha512", "c"}, {"sha512", "d"}},
		"sha256-a SHA384-b?ct=x sha9": {{"sha384", "b"}},
		"sha256-a-b_c":                {{"sha256", "a+b/c"}},
		"sha256":                      {{"sha256", ""}},
	} {
		if got := strongest(integrity); !slices.Equal(got, want) {
			t.Errorf("%q: %v, want %v", integrity, got, want)
		}
	}
	// Of the W3C's recommendation, section 3.2.
	const alert = "alert('Hello, world.');"
	got := (hash{algorithm: "sha384"}).of([]byte(alert))
	if got != "H8BRh8j48O9oYatfu5AZzq6A9RINhZO5H16dQZngK7T62em8MUt1FLm52t+eX6xO" {
		t.Errorf("the hash of the recommendation's example is %s", got)
	}
}

func FuzzStrongest(f *testing.F) {
	f.Add("sha256-a sha512-?? sha384-")
	f.Fuzz(func(t *testing.T, integrity string) {
		for _, h := range strongest(integrity) {
			if h.algorithm != strongest(integrity)[0].algorithm || h.of(nil) == "" {
				t.Fatalf("%q: %v", integrity, h)
			}
		}
	})
}
