// Command null is the baseline of the comparison, the null server: it answers
// every GET with the page, from memory, and does nothing else. What a variant
// costs beyond that is the cost of its strategy, not of the machine, the engine
// or the network.
//
// It has no routing and no caching, and fails the conformance suite: do not
// deploy it. Two API paths answer with constants, so that an API call has a
// baseline as well, and /payload/N answers with N bytes, to calibrate the load
// generator. It uses plain fasthttp, because net/http from the standard library
// needs more CPU time and memory than the Fiber servers, and a baseline must
// need less.
//
// It reads PORT (default 8080), and needs index.html and index.html.gz in dist
// when it is compiled; see dockerfiles/null.Dockerfile.
package main

import (
	"bytes"
	"context"
	"embed"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/valyala/fasthttp"
)

//go:embed all:dist
var dist embed.FS

// constants have the form and about the length of the real answers: twenty books of many.
var constants = map[string]string{
	"/api/health": `{"status":"ok"}`,
	"/api/books":  books(),
}

func books() string {
	var items []string
	for id := 1; id <= 20; id++ {
		items = append(items, fmt.Sprintf(`{"id":%d,"title":"Persuasion","author":{"id":1,"name":"Jane Austen"},`+
			`"year":1817,"language":"en"}`, id))
	}
	return `{"items":[` + strings.Join(items, ",") + `],"total":1404,"limit":20,"offset":0}`
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "null:", err)
		os.Exit(1)
	}
}

func run() error {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGTERM, os.Interrupt)
	defer stop()
	answer, err := handler(dist)
	if err != nil {
		return err
	}
	port := os.Getenv("PORT")
	if port == "" {
		port = "8080"
	}
	listener, err := net.Listen("tcp", ":"+port)
	if err != nil {
		return fmt.Errorf("listen on port %s: %w", port, err)
	}
	server := &fasthttp.Server{Handler: answer, CloseOnShutdown: true, NoDefaultServerHeader: true}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	select {
	case err := <-ended:
		return fmt.Errorf("serve on port %s: %w", port, err)
	case <-ctx.Done():
	}
	grace, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	return server.ShutdownWithContext(grace)
}

func handler(build fs.FS) (fasthttp.RequestHandler, error) {
	plain, err := fs.ReadFile(build, "dist/index.html")
	if err != nil {
		return nil, fmt.Errorf("open the embedded build: %w (has the single-page app been built into it?)", err)
	}
	coded, err := fs.ReadFile(build, "dist/index.html.gz")
	if err != nil {
		return nil, fmt.Errorf("open the embedded build: %w", err)
	}
	return func(ctx *fasthttp.RequestCtx) {
		if bytes.HasPrefix(ctx.Path(), []byte(payloadPrefix)) {
			payload(ctx)
			return
		}
		if constant, ok := constants[string(ctx.Path())]; ok {
			ctx.SetContentType("application/json")
			ctx.SetBodyString(constant)
			return
		}
		if !ctx.IsGet() && !ctx.IsHead() {
			ctx.Error("Method Not Allowed", fasthttp.StatusMethodNotAllowed)
			ctx.Response.Header.Set(fasthttp.HeaderAllow, "GET, HEAD")
			return
		}
		ctx.SetContentType("text/html; charset=utf-8")
		if ctx.Request.Header.HasAcceptEncoding("gzip") {
			ctx.Response.Header.SetContentEncoding("gzip")
			ctx.Response.SetBodyRaw(coded)
			return
		}
		ctx.Response.SetBodyRaw(plain)
	}, nil
}
