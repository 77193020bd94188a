package main

import (
	"strings"
	"testing"
	"testing/fstest"

	"github.com/valyala/fasthttp"
)

func TestHandler(t *testing.T) {
	answer, err := handler(fstest.MapFS{
		"dist/index.html": {Data: []byte("page")}, "dist/index.html.gz": {Data: []byte("coded")},
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		method, path, accept string
		status               int
		body, media          string
	}{
		{"GET", "/", "", 200, "page", "text/html; charset=utf-8"},
		{"GET", "/books/42", "gzip, br", 200, "coded", "text/html; charset=utf-8"},
		{"GET", "/assets/none.js", "", 200, "page", "text/html; charset=utf-8"},
		{"GET", "/api/health", "gzip", 200, constants["/api/health"], "application/json"},
		{"GET", "/api/books?q=a", "", 200, constants["/api/books"], "application/json"},
		{"GET", "/payload/3", "gzip", 200, "xxx", "application/octet-stream"},
		{"GET", "/payload/0", "", 200, "", "application/octet-stream"},
		{"GET", "/payload/-1", "", 404, "give a number of bytes, at most 4194304", "text/plain; charset=utf-8"},
		{"POST", "/", "", 405, "Method Not Allowed", "text/plain; charset=utf-8"},
	} {
		var ctx fasthttp.RequestCtx
		ctx.Request.Header.SetMethod(test.method)
		ctx.Request.SetRequestURI(test.path)
		ctx.Request.Header.Set("Accept-Encoding", test.accept)
		answer(&ctx)
		got := &ctx.Response
		if got.StatusCode() != test.status || string(got.Body()) != test.body ||
			string(got.Header.ContentType()) != test.media {
			t.Errorf("%s %s: %d %q %q", test.method, test.path, got.StatusCode(), got.Body(), got.Header.ContentType())
		}
		if coded := len(got.Header.ContentEncoding()) > 0; coded != (test.body == "coded") {
			t.Errorf("%s %s: Content-Encoding %q", test.method, test.path, got.Header.ContentEncoding())
		}
	}
}

func TestHandlerNeedsBuild(t *testing.T) {
	_, err := handler(fstest.MapFS{"dist/.gitignore": {}})
	if err == nil || !strings.Contains(err.Error(), "index.html") {
		t.Errorf("error %v, want one that names index.html", err)
	}
}
