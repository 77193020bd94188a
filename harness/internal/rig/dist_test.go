package rig_test

import (
	"testing"

	"spabench/harness/internal/rig"
)

// A file's request target is percent-encoded, whatever its name.
func TestRequestTarget(t *testing.T) {
	for file, want := range map[string]string{
		"index.html": "/", "assets/index-4f1c9a2b.js": "/assets/index-4f1c9a2b.js", "a b.js": "/a%20b.js",
		"größe/100%.js": "/gr%C3%B6%C3%9Fe/100%25.js", "a?b#c.js": "/a%3Fb%23c.js",
		"docs/index.html": "/docs/index.html",
	} {
		if got := rig.RequestTarget(file); got != want {
			t.Errorf("%s: %s, want %s", file, got, want)
		}
	}
}
