package browser

import (
	"net/http"
	"testing"
)

func TestHeader(t *testing.T) {
	for destination, want := range map[string]http.Header{
		"document": {"Sec-Fetch-Site": {"none"}, "Sec-Fetch-Mode": {"navigate"}, "Sec-Fetch-User": {"?1"}},
		"script": {"Accept": {"*/*"}, "Sec-Fetch-Site": {"same-origin"}, "Sec-Fetch-Mode": {"cors"},
			"Sec-Fetch-User": nil},
		"style": {"Accept": {"text/css,*/*;q=0.1"}, "Sec-Fetch-Mode": {"cors"}},
		"image": {"Sec-Fetch-Mode": {"no-cors"}},
		"empty": {"Accept": {"*/*"}, "Sec-Fetch-Mode": {"cors"}},
		"serviceworker": {
			"Accept": {"*/*"}, "Sec-Fetch-Mode": {"same-origin"}, "Service-Worker": {"script"},
			"Cache-Control": {"max-age=0"},
		},
	} {
		got := Header(destination, "gzip")
		want["Sec-Fetch-Dest"], want["Accept-Encoding"] = []string{destination}, []string{"gzip"}
		for name := range want {
			if got.Get(name) != want.Get(name) {
				t.Errorf("%s: %s is %q, want %q", destination, name, got.Get(name), want.Get(name))
			}
		}
	}
	if got := APIHeader("identity"); got.Get("Accept") != "application/json" || got.Get("Sec-Fetch-Dest") != "empty" {
		t.Errorf("a request to an API has the header %v", got)
	}
}

// TestFieldsAreTheCallers holds that a caller may change and extend what it was given.
func TestFieldsAreTheCallers(t *testing.T) {
	first := Fields("script")
	first[0].Value = "changed"
	if got := Fields("script")[0]; got != (Field{"Accept", "*/*"}) {
		t.Errorf("the second caller got %v", got)
	}
}
