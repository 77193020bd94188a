package rig_test

import (
	"slices"
	"testing"
	"time"

	"spabench/harness/internal/rig"
	"spabench/variants"
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

// Checks of somebody's own build ask for its client routes, of our API, and have time for its files.
func TestTargetOfTheirs(t *testing.T) {
	v, _ := variants.Find("disk-go")
	ours := rig.TargetOf(v, "http://127.0.0.1", nil)
	v.App = variants.App{Image: "an-image", Routes: []string{"/orders/42"}}
	theirs := rig.TargetOf(v, "http://127.0.0.1", nil)
	if len(ours.Routes) != 0 || ours.Timeout != 0 {
		t.Errorf("ours: %+v", ours)
	}
	if !slices.Equal(theirs.Routes, v.App.Routes) || theirs.Timeout < 10*time.Second || theirs.APIWrite != ours.APIWrite {
		t.Errorf("theirs: %+v", theirs)
	}
}
