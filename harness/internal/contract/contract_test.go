package contract_test

import (
	"bytes"
	"flag"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"spabench/harness/internal/apptest"
	"spabench/harness/internal/contract"
)

var address = flag.String("url", "", "check the server at this `URL` instead of the Go API in this process")

// TestGoAPI checks the API that three of the variants share. With -url it checks any server.
func TestGoAPI(t *testing.T) {
	if *address != "" {
		contract.Check(t, *address)
		return
	}
	contract.Check(t, serve(t))
}

// TestViolations holds that the contract notices: each mutant is the Go API behind a proxy that breaks one rule.
func TestViolations(t *testing.T) {
	backend := serve(t)
	target, err := url.Parse(backend)
	if err != nil {
		t.Fatal(err)
	}
	mutants := []struct {
		name  string
		rule  string // that it breaks
		spoil func(*http.Response)
		want  string // in some violation
	}{
		{"stored answers", "health", setField("Cache-Control", "max-age=60"), "Cache-Control"},
		{"sniffing", "health", setField("X-Content-Type-Options", ""), "X-Content-Type-Options"},
		{"no Allow", "wrong method", setField("Allow", ""), "Allow"},
		{"Allow of the first route only", "wrong method", setField("Allow", "GET"), "the path allows"},
		{"absolute Location", "known author is reused",
			setField("Location", "http://example.com/api/books/1"), "Location"},
		{"errors of plain text", "unknown book", onStatus(404, setField("Content-Type", "text/plain")), "Content-Type"},
		{
			"errors as success",
			"unknown book",
			onStatus(404, func(r *http.Response) { r.StatusCode = 200 }),
			"got status 200, expected 404",
		},
		{"unknown paths as pages", "unknown path in a browser", onStatus(404, func(r *http.Response) {
			r.StatusCode = 200
			r.Header.Set("Content-Type", "text/html")
			setBody(r, "<!doctype html>")
		}), "got status 200, expected 404"},
		{
			"refusal with another status",
			"invalid book",
			onStatus(422, func(r *http.Response) { r.StatusCode = 400 }),
			"expected 422",
		},
		{"problem about another path", "unknown path",
			replaceBody(`"instance":"/api/nope"`, `"instance":"/"`), "instance"},
		{"pointers that miss", "every fault is named", replaceBody(`"/title"`, `"title"`), "pointer"},
		{"a member too many", "one book", replaceBody(`"year":`, `"isbn":1,"year":`), "isbn"},
		{"number as string", "one book", replaceBody(`"id":1,`, `"id":"1",`), "id"},
		{"wrong total", "search that finds nothing", replaceBody(`"total":0`, `"total":1`), "found 1 books"},
		{"letters lost", "search beyond ASCII", replaceBody(`ë`, `e`), "which do not contain"},
		{"events at the end", "events", func(r *http.Response) {
			if strings.HasPrefix(r.Header.Get("Content-Type"), "text/event-stream") {
				body, _ := io.ReadAll(r.Body)
				setBody(r, string(body))
			}
		}, "between them"},
		{"HEAD refused", "list has defaults", func(r *http.Response) {
			if r.Request.Method == "HEAD" {
				r.StatusCode = 405
			}
		}, "HEAD has status 405"},
	}
	for _, m := range mutants {
		t.Run(strings.ReplaceAll(m.name, " ", "-"), func(t *testing.T) {
			t.Parallel()
			proxy := httptest.NewServer(&httputil.ReverseProxy{
				Rewrite:        func(r *httputil.ProxyRequest) { r.SetURL(target) },
				FlushInterval:  -1,
				ModifyResponse: func(r *http.Response) error { m.spoil(r); return nil },
			})
			defer proxy.Close()
			violations, err := contract.Violations(t.Context(), proxy.URL, m.rule)
			if err != nil {
				t.Fatal(err)
			}
			for _, v := range violations {
				if strings.Contains(v.Error(), m.want) {
					return
				}
			}
			t.Errorf("no violation says %q; got %v", m.want, violations)
		})
	}
}

// TestNoServer holds that a server that does not answer is an error, not a violation.
func TestNoServer(t *testing.T) {
	if _, err := contract.Violations(t.Context(), "http://127.0.0.1:1"); err == nil ||
		!strings.Contains(err.Error(), "reach ") {
		t.Errorf("got error %v, expected one that the server cannot be reached", err)
	}
}

// serve starts the Go API and returns its base URL.
func serve(t *testing.T) string {
	t.Helper()
	return "http://" + apptest.Serve(t, "../../..", nil)
}

func setField(name, value string) func(*http.Response) {
	return func(r *http.Response) {
		if r.Header.Get(name) != "" {
			r.Header.Set(name, value)
		}
	}
}

func onStatus(status int, spoil func(*http.Response)) func(*http.Response) {
	return func(r *http.Response) {
		if r.StatusCode == status {
			spoil(r)
		}
	}
}

func replaceBody(old, new string) func(*http.Response) {
	return func(r *http.Response) {
		if strings.Contains(r.Header.Get("Content-Type"), "json") && r.Request.Method != "HEAD" {
			body, _ := io.ReadAll(r.Body)
			setBody(r, strings.ReplaceAll(string(body), old, new))
		}
	}
}

func setBody(r *http.Response, body string) {
	r.Body = io.NopCloser(bytes.NewBufferString(body))
	r.ContentLength = int64(len(body))
	r.Header.Set("Content-Length", strconv.Itoa(len(body)))
}
