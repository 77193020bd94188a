package hops

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

func start(t *testing.T, h http.Handler) string {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	return server.URL
}

// proxy passes on to a server, and then changes its answer.
func proxy(t *testing.T, to string, change func(*http.Response) error) http.Handler {
	t.Helper()
	u, err := url.Parse(to)
	if err != nil {
		t.Fatal(err)
	}
	p := httputil.NewSingleHostReverseProxy(u)
	p.ModifyResponse = change
	p.Transport = &http.Transport{DisableCompression: true}
	return p
}

func compare(t *testing.T, hops ...Hop) Comparison {
	t.Helper()
	c, err := Compare(t.Context(), hops, Requests("/assets/index-714c5f18.js", "/api/health"),
		func(h Hop) spatest.Target {
			return spatest.Target{URL: h.URL, Timeout: 2 * time.Second}
		})
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func (c Comparison) titled(title string) Compared {
	i := slices.IndexFunc(c.Requests, func(r Compared) bool { return r.Title == title })
	return c.Requests[i]
}

// TestChain: an edge that routes the API to one server and the rest to another, and meddles with both.
func TestChain(t *testing.T) {
	var asked atomic.Int64
	api := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		w.Header().Set("X-Trace", fmt.Sprint(asked.Add(1))) // changes by itself
		if r.URL.Path != "/api/health" {
			w.WriteHeader(http.StatusNotFound)
			io.WriteString(w, `{"error":"not found"}`)
			return
		}
		fmt.Fprintf(w, `{"status":"ok","n":%d}`, asked.Load())
	}))
	files := start(t, mutant.Reference(mutant.Fixture()))
	toAPI := proxy(t, api, func(r *http.Response) error {
		if r.StatusCode == http.StatusNotFound { // the classic: an error page that is the page
			page, err := http.Get(files)
			if err != nil {
				return err
			}
			r.StatusCode, r.Status = page.StatusCode, page.Status
			r.Header, r.Body, r.ContentLength = page.Header, page.Body, page.ContentLength
		}
		return nil
	})
	toFiles := proxy(t, files, func(r *http.Response) error {
		r.Header.Set("Strict-Transport-Security", "max-age=63072000")
		r.Header.Del("ETag")
		if r.Header.Get("Cache-Control") == "no-cache" {
			r.Header.Set("Cache-Control", "public, max-age=600")
		}
		return nil
	})
	edge := start(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.HasPrefix(r.URL.Path, "/api/"):
			toAPI.ServeHTTP(w, r)
		case r.URL.Path == "/.env":
			w.WriteHeader(http.StatusForbidden)
			io.WriteString(w, "blocked by the edge\n")
		default:
			toFiles.ServeHTTP(w, r)
		}
	}))
	c := compare(t, Hop{"edge", edge}, Hop{"frontend", files}, Hop{"api", api})

	page := c.titled("the page")
	want := []Layer{{Hop: "edge", From: "frontend", Changes: []Change{
		{"changed", "Cache-Control", "no-cache", "public, max-age=600"},
		{"dropped", "Etag", page.Answers[1].Header.Get("ETag"), ""},
		{"added", "Strict-Transport-Security", "", "max-age=63072000"},
	}}}
	if page.By != "frontend" || fmt.Sprint(page.Layers) != fmt.Sprint(want) {
		t.Errorf("the page, by %s: %+v, want %+v", page.By, page.Layers, want)
	}
	// What differs at each request is no change of a layer's.
	if health := c.titled("the API"); health.By != "api" || len(health.Layers) != 1 ||
		len(health.Layers[0].Changes) != 0 {
		t.Errorf("the API, by %s: %+v", health.By, health.Layers)
	}
	// The body gives away who made the answer.
	if unknown := c.titled("an unknown API path"); unknown.Answers[0].Status != 200 ||
		unknown.Answers[2].Status != 404 ||
		unknown.By == "api" {
		t.Errorf("an unknown API path, by %s: %+v", unknown.By, unknown.Layers)
	}
	if dot := c.titled("a dotfile"); dot.By != "edge" || len(dot.Layers) != 0 {
		t.Errorf("a dotfile, by %s: %+v", dot.By, dot.Layers)
	}
	if revalidated := c.titled("the page, revalidated"); revalidated.Answers[0].Status != 200 ||
		revalidated.Answers[1].Status != 304 {
		t.Errorf("revalidated: %d, %d", revalidated.Answers[0].Status, revalidated.Answers[1].Status)
	}
	if len(c.Silent()) != 0 {
		t.Errorf("silent: %v", c.Silent())
	}
}

func TestLayers(t *testing.T) {
	h := func(fields ...string) http.Header {
		header := http.Header{}
		for i := 0; i < len(fields); i += 2 {
			header.Add(fields[i], fields[i+1])
		}
		return header
	}
	for _, tc := range []struct {
		name    string
		answers []Answer
		by      string
		changes string // of the first layer
	}{
		{"the same", []Answer{{Hop: "a", Status: 200, Body: "x"}, {Hop: "b", Status: 200, Body: "x"}}, "b", "[]"},
		{"three hops",
			[]Answer{{Hop: "a", Status: 200, Body: "x"}, {Hop: "b", Status: 200, Body: "x"},
				{Hop: "c", Status: 200, Body: "x"}}, "c", "[]"},
		{"past a hop",
			[]Answer{{Hop: "a", Status: 200, Body: "x"}, {Hop: "b", Status: 404, Body: "y"},
				{Hop: "c", Status: 200, Body: "x"}}, "c", "[]"},
		{"another status",
			[]Answer{{Hop: "a", Status: 200, Body: "x", Size: 1}, {Hop: "b", Status: 404, Body: "x", Size: 1}}, "b",
			"[{changed status 404 Not Found 200 OK}]"},
		{"revalidated behind a layer that drops the tag",
			[]Answer{{Hop: "a", Status: 200, Body: "x"}, {Hop: "b", Status: 304}}, "b",
			"[{changed status 304 Not Modified 200 OK}]"},
		{"by itself", []Answer{{Hop: "a", Status: 502, Body: "x"}, {Hop: "b", Status: 200, Body: "y"}}, "a", ""},
		{"no answer behind", []Answer{{Hop: "a", Status: 502, Body: "x"}, {Hop: "b", Error: "refused"}}, "a", ""},
		{"a redirect made absolute on its own origin", []Answer{
			{Hop: "a", Status: 301, Header: h("Location", "http://a/x"), origin: "http://a"},
			{Hop: "b", Status: 301, Header: h("Location", "/x"), origin: "http://b"},
		}, "b", "[]"},
		{"a redirect that names the hop behind", []Answer{
			{Hop: "a", Status: 301, Header: h("Location", "http://b:8080/x", "Content-Type", "text/html"),
				origin: "http://a"},
			{Hop: "b", Status: 301, Header: h("Location", "http://b:8080/x", "Content-Type", "text/html"),
				origin: "http://b:8080"},
		}, "b", "[{changed Location /x http://b:8080/x}]"},
		{"of one connection, or of the moment", []Answer{
			{Hop: "a", Status: 200, Body: "x", Header: h("Date", "1", "Connection", "close")},
			{Hop: "b", Status: 200, Body: "x", Header: h("Date", "2", "Keep-Alive", "5")},
		}, "b", "[]"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			by, on := layers(tc.answers)
			if by != tc.by || tc.changes == "" && len(on) != 0 ||
				tc.changes != "" && fmt.Sprint(on[0].Changes) != tc.changes {
				t.Errorf("by %s, %+v; want %s, %s", by, on, tc.by, tc.changes)
			}
		})
	}
}

func TestAlways(t *testing.T) {
	added, other := Change{"added", "X-Edge", "", "yes"}, Change{"dropped", "Etag", "1", ""}
	one := func(hop, from string, changes ...Change) Compared {
		return Compared{Layers: []Layer{{hop, from, changes}}}
	}
	c := Comparison{Requests: []Compared{
		one("edge", "app", added, other), one("edge", "app", added), one("edge", "api", other), {},
	}}
	if got, want := fmt.Sprint(c.Always()), "[{edge app [{added X-Edge  yes}]}]"; got != want {
		t.Errorf("%s, want %s", got, want)
	}
}

func TestSilentHop(t *testing.T) {
	files := start(t, mutant.Reference(mutant.Fixture()))
	c := compare(t, Hop{"edge", files}, Hop{"gone", "http://127.0.0.1:1"})
	if silent := c.Silent(); len(silent) != 1 || !strings.HasPrefix(silent[0], "gone (http://127.0.0.1:1): ") {
		t.Errorf("%q", silent)
	}
	_, err := Compare(
		t.Context(),
		[]Hop{{"edge", "ftp://x"}},
		Requests("", ""),
		func(h Hop) spatest.Target { return spatest.Target{URL: h.URL} },
	)
	if err == nil || !strings.Contains(err.Error(), "send requests to hop edge") {
		t.Errorf("%v", err)
	}
}
