package chromium_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/chromium"
	"spabench/harness/chromium/chromiumtest"
	"spabench/harness/spatest"
)

func open(t *testing.T, browser *chromium.Browser) spatest.Tab {
	t.Helper()
	tab, err := browser.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { tab.Close() })
	return tab
}

// pages is a server of these bodies; a body that is not HTML is served as its type.
func pages(t *testing.T) string {
	mux := http.NewServeMux()
	serve := func(path, kind, body string) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", kind)
			fmt.Fprint(w, body)
		})
	}
	serve("/{$}", "text/html", `<title>one</title><link rel=icon href=data:,>
		<script>document.cookie = "seen=1"; history.replaceState(null, "", "/")</script>`)
	serve("/two", "text/html", `<title>two</title><link rel=icon href=data:,>
		<script src=/absent.js></script><script type=module src=/typed.js></script>
		<script>console.error("oh", 1); fetch("/data").then(() => { throw new Error("late") })</script>`)
	serve("/typed.js", "text/html", "<p>")
	serve("/data", "application/json", "{}")
	serve(
		"/alert",
		"text/html",
		`<title>three</title><script>alert("hello"); document.title = prompt("who?") ?? "nobody"</script>`,
	)
	serve("/loop", "text/html", `<title>four</title><script>setTimeout(() => { for (;;); }, 200)</script>`)
	mux.HandleFunc("GET /save", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", "attachment")
		fmt.Fprint(w, "<title>saved</title>")
	})
	mux.HandleFunc(
		"GET /from",
		func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/two", http.StatusFound) },
	)
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

func title(t *testing.T, tab spatest.Tab) string {
	t.Helper()
	var title string
	if err := tab.Evaluate(t.Context(), `Promise.resolve(document.title)`, &title); err != nil {
		t.Fatal(err)
	}
	return title
}

func TestTab(t *testing.T) {
	browser, url := chromiumtest.Start(t), pages(t)
	ctx, tab := t.Context(), open(t, browser)
	if err := tab.Prepare(ctx, `window.prepared = true`); err != nil {
		t.Fatal(err)
	}
	if err := tab.Navigate(ctx, url); err != nil {
		t.Fatal(err)
	}
	var prepared bool
	if err := tab.Evaluate(ctx, `prepared`, &prepared); err != nil || !prepared || title(t, tab) != "one" {
		t.Errorf("prepared is %t, the title %q: %v", prepared, title(t, tab), err)
	}
	if err := tab.Navigate(ctx, url+"/from"); err != nil {
		t.Fatal(err)
	}
	want := map[string]spatest.Load{
		"/":          {Status: 200, Type: "text/html", Dest: "document"},
		"/from":      {Status: 302, Type: "text/html", Dest: "document"},
		"/two":       {Status: 200, Type: "text/html", Dest: "document"},
		"/absent.js": {Status: 404, Type: "text/plain", Dest: "script"},
		"/typed.js":  {Status: 200, Type: "text/html", Dest: "script"},
		"/data":      {Status: 200, Type: "application/json", Dest: "fetch"},
	}
	for _, load := range tab.Loads() {
		path := strings.TrimPrefix(load.URL, url)
		load.URL, load.Failed = "", ""
		if want[path] != load {
			t.Errorf("load of %s: %+v, want %+v", path, load, want[path])
		}
		delete(want, path)
	}
	if len(want) > 0 {
		t.Errorf("not loaded: %v", want)
	}
	for _, p := range []struct {
		source spatest.ProblemSource
		text   string
	}{
		{spatest.FromApp, "oh 1"}, {spatest.FromApp, "late"}, {spatest.FromNetwork, "404"},
		{spatest.FromBrowser, "MIME type"},
	} {
		if !slices.ContainsFunc(tab.Problems(), func(got spatest.Problem) bool {
			return got.Source == p.source && strings.Contains(got.Text, p.text)
		}) {
			t.Errorf("no problem of %s with %q among %+v", p.source, p.text, tab.Problems())
		}
	}
	for _, move := range []struct {
		name string
		do   func(context.Context) error
		want string
	}{{"reload", tab.Reload, "two"}, {"back", tab.Back, "one"}, {"forward", tab.Forward, "two"}} {
		if err := move.do(ctx); err != nil || title(t, tab) != move.want {
			t.Errorf("%s: %q, %v, want %q", move.name, title(t, tab), err, move.want)
		}
	}
	if err := tab.Forward(ctx); err == nil {
		t.Error("there is a page after the last one")
	}
	if png, err := tab.(*chromium.Tab).Screenshot(ctx); err != nil || !bytes.HasPrefix(png, []byte("\x89PNG")) {
		t.Errorf("screenshot: %d bytes, %v", len(png), err)
	}
	other := open(t, browser)
	if err := other.Navigate(ctx, url+"/alert"); err != nil || title(t, other) != "" {
		t.Errorf("a page with dialogs: %q, %v", title(t, other), err)
	}
	var cookie string
	if err := other.Evaluate(ctx, `document.cookie`, &cookie); err != nil || cookie != "" {
		t.Errorf("a tab has the cookie of another one: %q, %v", cookie, err)
	}
}

func TestNoPage(t *testing.T) {
	browser, url := chromiumtest.Start(t), pages(t)
	tab := open(t, browser)
	if err := tab.Navigate(t.Context(), url+"/save"); !errors.Is(err, spatest.ErrNoPage) {
		t.Errorf("a download: %v, want ErrNoPage", err)
	}
	if err := tab.Navigate(t.Context(), "http://127.0.0.1:1/"); err == nil || errors.Is(err, spatest.ErrNoPage) {
		t.Errorf("no server: %v, want another error than ErrNoPage", err)
	}
	if err := tab.Evaluate(t.Context(), `throw new Error("by hand")`, nil); err == nil ||
		!strings.Contains(err.Error(), "by hand") {
		t.Errorf("a script that throws: %v", err)
	}
}

// TestBounds: neither a page nor a caller that has gone holds a tab up.
func TestBounds(t *testing.T) {
	browser, url := chromiumtest.Start(t), pages(t)
	tab := open(t, browser)
	begun := time.Now()
	if err := tab.Navigate(t.Context(), url+"/loop"); err != nil {
		t.Logf("a page that loops: %v", err) // it may be shown before it begins
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	if err := tab.Evaluate(ctx, `1`, nil); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("ask a page that loops: %v, want the caller's deadline", err)
	}
	if err := tab.Close(); err != nil {
		t.Error(err)
	}
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("it took %s", took)
	}
	if err := open(t, browser).Navigate(t.Context(), url); err != nil {
		t.Errorf("the other tabs: %v", err)
	}
}

// TestNothingIsLeft: neither processes nor folders stay, whichever way a browser ends.
func TestNothingIsLeft(t *testing.T) {
	chromiumtest.Start(t)
	dir, err := os.MkdirTemp("", "left") // a folder of the test would have too long a name for a socket
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	t.Setenv("TMPDIR", dir)
	for name, end := range map[string]func(*chromium.Browser, context.CancelFunc){
		"close":  func(b *chromium.Browser, _ context.CancelFunc) { b.Close() },
		"cancel": func(_ *chromium.Browser, cancel context.CancelFunc) { cancel() },
		"both":   func(b *chromium.Browser, cancel context.CancelFunc) { cancel(); b.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			browser, err := chromium.Start(ctx)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := browser.Open(ctx); err != nil {
				t.Fatal(err)
			}
			if len(left(t)) == 0 {
				t.Fatal("the test does not see the browser")
			}
			end(browser, cancel)
			var rest []string
			for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
				if rest = left(t); len(rest) == 0 {
					return
				}
			}
			t.Errorf("left behind: %q", rest)
		})
	}
}

// left lists the processes and folders that name the test's folder.
func left(t *testing.T) []string {
	dir := os.Getenv("TMPDIR")
	list, _ := filepath.Glob(dir + "/*")
	processes, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, name := range processes {
		if line, err := os.ReadFile(name); err == nil && bytes.Contains(line, []byte(dir)) {
			list = append(list, name)
		}
	}
	return list
}

func TestStartExplains(t *testing.T) {
	t.Setenv(chromium.EnvPath, filepath.Join(t.TempDir(), "absent"))
	if _, err := chromium.Start(t.Context()); err == nil || !strings.Contains(err.Error(), chromium.EnvPath) {
		t.Errorf("a browser that does not exist: %v", err)
	}
	broken := filepath.Join(t.TempDir(), "broken")
	if err := os.WriteFile(broken, []byte("#!/bin/sh\necho no display >&2\nexit 3\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv(chromium.EnvPath, broken)
	if _, err := chromium.Start(t.Context()); err == nil || !strings.Contains(err.Error(), "no display") {
		t.Errorf("a browser that does not start: %v", err)
	}
}
