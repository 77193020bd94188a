package app

import (
	"testing"

	"github.com/valyala/fasthttp"
)

// BenchmarkPage measures the handler alone, without a network: what one page
// or deep link costs on top of fasthttp and the kernel.
func BenchmarkPage(b *testing.B) {
	for store, files := range stores(b) {
		for _, path := range []string{"/", "/books/42"} {
			b.Run(store+path, func(b *testing.B) {
				server, err := New(Config{Files: files, Database: seeded(b)})
				if err != nil {
					b.Fatal(err)
				}
				server.Handler() // builds the routes
				handle := server.Server().Handler
				var ctx fasthttp.RequestCtx
				b.ReportAllocs()
				for b.Loop() {
					ctx.Request.Reset()
					ctx.Response.Reset()
					ctx.Request.Header.SetHost("library.test")
					ctx.Request.Header.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
					ctx.Request.Header.Set("Accept-Encoding", "gzip, deflate, br, zstd")
					ctx.Request.Header.Set("Sec-Fetch-Dest", "document")
					ctx.Request.SetRequestURI(path)
					handle(&ctx)
				}
				if ctx.Response.StatusCode() != 200 {
					b.Fatalf("status %d", ctx.Response.StatusCode())
				}
			})
		}
	}
}
