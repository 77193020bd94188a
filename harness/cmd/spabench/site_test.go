package main

import (
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"spabench/harness/chromium/chromiumtest"
	"spabench/harness/internal/page"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/table"
	"spabench/harness/spatest"
	"spabench/variants/fiber/app"
)

// smallSite is a site with a page of every kind, in a folder of this test.
func smallSite(t *testing.T) (dir string) {
	t.Helper()
	ours(t)
	files, err := renderOnce()
	if err != nil {
		t.Fatal(err)
	}
	dir = t.TempDir()
	if err := os.CopyFS(dir, files); err != nil {
		t.Fatal(err)
	}
	return dir
}

// renderOnce renders the files of a site with a page of every kind, which takes half a minute under the race detector.
var renderOnce = sync.OnceValues(func() (fs.FS, error) {
	p, err := readOnce()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("", "spabench-site")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	two := p.runs[len(p.runs)-2:] // of one machine, so that they have a trend
	few := published{runs: two, matrices: p.matrices[len(p.matrices)-1:], claims: p.claims,
		series: p.series[len(p.series)-1:], witnesses: p.witnesses[:1]}
	index, err := few.site("/", two[1].Name)
	if err != nil {
		return nil, err
	}
	files := fstest.MapFS{}
	for name, write := range sitePages(few, index) {
		if err := writeSitePage(filepath.Join(dir, name), write); err != nil {
			return nil, err
		}
	}
	err = fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		text, err := os.ReadFile(filepath.Join(dir, name))
		files[name] = &fstest.MapFile{Data: text, Mode: 0o644, ModTime: time.Now()}
		return err
	})
	return files, err
})

// serveSite serves a folder as the command serve does, and returns its URL.
func serveSite(t *testing.T, dir string) string {
	t.Helper()
	files, err := app.Embedded(os.DirFS(dir))
	if err != nil {
		t.Fatal(err)
	}
	server, err := app.New(app.Config{Files: files})
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Listener(listener) }()
	t.Cleanup(func() {
		if err := server.Shutdown(); err != nil {
			t.Error(err)
		}
	})
	return "http://" + listener.Addr().String()
}

// htmlFiles are the pages of a site, from its folder.
func htmlFiles(t *testing.T, dir string) (names []string) {
	t.Helper()
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && filepath.Ext(name) == ".html" && name != "404.html" {
			names = append(names, name)
		}
		return err
	})
	if err != nil || len(names) < 5 {
		t.Fatalf("%q: %v", names, err)
	}
	return names
}

// TestSiteConforms: the site, as spabench serve serves it, passes every check that can be decided on it. It has no API
// and no build that follows it, so what is about those is skipped. It needs no waiver.
func TestSiteConforms(t *testing.T) {
	dir := smallSite(t)
	target := spatest.Target{URL: serveSite(t, dir), Dist: os.DirFS(dir), API: "-", Decoders: rig.Decoders(),
		Browser: chromiumtest.Start(t), Timeout: time.Minute} // a busy machine takes its time over pages of megabytes
	found, err := spatest.Inspect(t.Context(), target)
	if err != nil {
		t.Fatal(err)
	}
	if err := found.Err(); err != nil {
		t.Error(err)
	}
	if n := found.Count(spatest.Passed); n < 80 {
		t.Errorf("%d checks pass, want at least 80", n)
	}
	for _, o := range found.Outcomes {
		if !o.OK() {
			t.Logf("%s: %s", o.Check, o.Reason)
		}
		for _, f := range o.Findings {
			t.Log(f)
		}
	}
}

// Every page opens from the server and from disk, without an error on the console and without a request for anything
// but itself, and its links to other pages lead to files of the site.
func TestSiteInBrowser(t *testing.T) {
	dir := smallSite(t)
	tab, err := chromiumtest.Start(t).Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	origins := []string{serveSite(t, dir) + "/",
		(&url.URL{Scheme: "file", Path: "/" + strings.TrimPrefix(filepath.ToSlash(dir), "/") + "/"}).String()}
	const links = `[...new Set([...document.querySelectorAll("a[href]:not([href^='#'])")].map(a => a.href.split("#")[0])
		.filter(h => !h.startsWith("https:")))]`
	for _, origin := range origins {
		for _, name := range htmlFiles(t, dir) {
			if err := tab.Navigate(t.Context(), origin+name); err != nil {
				t.Fatal(err)
			}
			var to []string
			if err := tab.Evaluate(t.Context(), links, &to); err != nil {
				t.Fatal(err)
			}
			for _, link := range to {
				file, own := strings.CutPrefix(link, origin)
				if _, err := os.Stat(filepath.Join(dir, file)); !own || err != nil {
					t.Errorf("%s%s leads to %s: %v", origin, name, link, err)
				}
			}
		}
	}
	for _, l := range tab.Loads() {
		if l.Dest != "document" {
			t.Errorf("a page asked for %s", l.URL)
		}
	}
	for _, p := range tab.Problems() {
		t.Errorf("the console has an error: %+v", p)
	}

	// What has no page gets the index, which says so, and whose links work from there.
	if err := tab.Navigate(t.Context(), origins[0]+"no/such/page"); err != nil {
		t.Fatal(err)
	}
	var said []string
	const note = `[document.getElementById("no-page").textContent, document.querySelector("#table-runs a").href]`
	if err := tab.Evaluate(t.Context(), note, &said); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(said[0], "/no/such/page") || !strings.HasPrefix(said[1], origins[0]+"runs/") {
		t.Errorf("%q", said)
	}
}

// Pages have titles of their own and descriptions, and are there in every coded form.
func TestSitePages(t *testing.T) {
	dir := smallSite(t)
	address := serveSite(t, dir)
	titles := map[string]string{}
	for _, name := range htmlFiles(t, dir) {
		text, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		_, after, _ := strings.Cut(string(text), "<title>")
		title, _, _ := strings.Cut(after, "</title>")
		kind, _, _ := strings.Cut(name, "/")
		if other := titles[title]; title == "" || other != "" && other != kind {
			t.Errorf("%s has the title %q, as %s has", name, title, other)
		}
		titles[title] = kind
		if !strings.Contains(string(text), `<meta name="description" content="`) {
			t.Errorf("%s has no description", name)
		}
		for _, coding := range []string{"br", "gzip"} {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodHead, address+"/"+name, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Accept-Encoding", coding)
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if got := answer.Header.Get("Content-Encoding"); got != coding || answer.ContentLength > int64(len(text)) {
				t.Errorf("%s in %s: %q, %d bytes of %d", name, coding, got, answer.ContentLength, len(text))
			}
		}
	}
}

// A site begins with a run that it has.
func TestSiteWithoutHeadline(t *testing.T) {
	_, p := ours(t)
	index := page.Site{Base: "/", Headline: "2020-01-01-nowhere", Runs: []table.Published{p.runs[0]}}
	err := page.WriteIndex(new(strings.Builder), index)
	if err == nil || !strings.Contains(err.Error(), "there is no run 2020-01-01-nowhere") {
		t.Errorf("%v", err)
	}
}
