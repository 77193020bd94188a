package bench

import (
	"bytes"
	"compress/gzip"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"spabench/harness/internal/apptest"
	"spabench/harness/internal/load"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants/fiber/app"
)

// TestSpecs holds, for every load of a plan, that a server which conforms responds to each of its requests as the spec
// wants, and that visits have as many waves as the home page.
func TestSpecs(t *testing.T) {
	d := homePageBuild(t)
	addr := serve(t, d)
	const base = "http://generator.test:8080"
	for _, l := range loads(turns{page: 1, request: 1, visit: 1, once: 1}) {
		spec, err := specOf(t.Context(), d, l, base, addr)
		if l.Name == "visit-br" { // the build has no .br files
			if refused, ok := err.(notForIt); !ok || refused.why != "it does not support br" {
				t.Errorf("%s: %v, want that it does not support br", l.Name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", l.Name, err)
			continue
		}
		waves, requests := 1, 1
		switch l.Visit {
		case record.FirstVisit:
			waves, requests = len(homePage), 10
		case record.RepeatVisit:
			waves, requests = 2, 2 // the page and the service worker; the rest is fresh
		}
		got := 0
		for _, wave := range spec.Waves {
			for _, r := range wave {
				got++
				checkRequest(t, l, r, strings.TrimPrefix(r.URL, base), addr)
			}
		}
		if len(spec.Waves) != waves || got != requests {
			t.Errorf("%s: %d requests in %d waves, want %d in %d", l.Name, got, len(spec.Waves), requests, waves)
		}
	}
}

// checkRequest makes the request and compares the response with what is wanted.
func checkRequest(t *testing.T, l record.Load, r load.Request, target, addr string) {
	t.Helper()
	res, err := rawhttp.Ask(t.Context(), addr, r.Method, target, r.Header, r.Content)
	if err != nil {
		t.Errorf("%s: %s: %v", l.Name, target, err)
		return
	}
	got := rig.WantBody(res.Coding, res.Body)
	got.Status = res.Status
	if r.Want.Contains != "" {
		if res.Status != r.Want.Status || !bytes.Contains(res.Body, []byte(r.Want.Contains)) {
			t.Errorf("%s: %s: status %d, %.100s; want %+v", l.Name, target, res.Status, res.Body, r.Want)
		}
	} else if got != r.Want {
		t.Errorf("%s: %s: got %+v, want %+v", l.Name, target, got, r.Want)
	}
	if wantCondition := l.Visit == record.RepeatVisit; (r.Header.Get("If-None-Match") != "") != wantCondition {
		t.Errorf("%s: %s: If-None-Match %q", l.Name, target, r.Header.Get("If-None-Match"))
	}
}

// homePageBuild is a build with the files that the home page loads, most of which have a .gz file beside them.
func homePageBuild(t *testing.T) rig.Dist {
	t.Helper()
	files := fstest.MapFS{}
	for _, wave := range homePage {
		for _, pattern := range wave {
			name := strings.ReplaceAll(pattern, "*", "abcd1234")
			content := []byte(strings.Repeat(name+"\n", 100))
			if name == "index.html" {
				content = []byte(`<!doctype html><title>Books</title>` +
					`<script type="module" src="/assets/index-abcd1234.js"></script>` +
					strings.Repeat("<p>Books</p>", 100))
			}
			files[name] = &fstest.MapFile{Data: content}
			if filepath.Ext(name) == ".woff2" {
				continue
			}
			var compressed bytes.Buffer
			w := gzip.NewWriter(&compressed)
			if _, err := w.Write(content); err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			files[name+".gz"] = &fstest.MapFile{Data: compressed.Bytes()}
		}
	}
	return rig.Dist{FS: files, Page: files["index.html"].Data, Script: "assets/index-abcd1234.js"}
}

// serve starts the Go server with this build.
func serve(t *testing.T, d rig.Dist) (addr string) {
	t.Helper()
	files, err := app.Embedded(d.FS)
	if err != nil {
		t.Fatal(err)
	}
	return apptest.Serve(t, root, files)
}
