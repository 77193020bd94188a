package app

import (
	"bytes"
	"errors"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	"github.com/valyala/fasthttp"
)

// mend corrects what fasthttp and Fiber do before any handler runs.
func mend(engine *fasthttp.Server) {
	engine.CloseOnShutdown = true
	var chunked chunkedTargets
	engine.HeaderReceived = chunked.received
	engine.Handler = chunked.handled(namedMethods(engine.Handler))
	engine.ErrorHandler = afterDraining(chunked.failed(engine.ErrorHandler))
}

// unknownMethod stands for every method that Fiber has no name for. Fiber
// itself answers those with 400 before any handler runs.
const unknownMethod = "UNKNOWN"

// chunkedTargets are the request targets of chunked requests that are being
// read, by the place of their header. fasthttp forgets a request whose chunks
// it cannot read, or are too many, before anybody can answer it.
type chunkedTargets struct{ targets sync.Map }

// received also makes a chunked request the last of its connection: it may
// have a Content-Length too, and then a proxy in front may see another end of
// it (RFC 9112 §6.1). fasthttp does not tell which fields there were.
func (c *chunkedTargets) received(request *fasthttp.RequestHeader) (unchanged fasthttp.RequestConfig) {
	c.targets.Delete(request) // of an earlier request, whose client went away
	if request.ContentLength() == -1 {
		request.SetConnectionClose()
		c.targets.Store(request, string(request.RequestURI()))
	}
	return unchanged
}

func (c *chunkedTargets) handled(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		c.targets.Delete(&ctx.Request.Header) // whatever its length says now: fasthttp makes an empty chunked content 0 bytes long
		next(ctx)
	}
}

func (c *chunkedTargets) failed(next func(*fasthttp.RequestCtx, error)) func(*fasthttp.RequestCtx, error) {
	return func(ctx *fasthttp.RequestCtx, err error) {
		target, ok := c.targets.LoadAndDelete(&ctx.Request.Header)
		// Any other error can be one of the header, and then the target is an earlier request's.
		ofContent := errors.Is(err, fasthttp.ErrBodyTooLarge) || errors.As(err, new(fasthttp.ErrBrokenChunk))
		if ok && ofContent {
			ctx.Request.Header.SetRequestURI(target.(string))
		}
		next(ctx, err)
	}
}

func namedMethods(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		if !slices.Contains(fiber.DefaultMethods, string(ctx.Method())) {
			ctx.Request.Header.SetMethod(unknownMethod)
		}
		next(ctx)
	}
}

// afterDraining answers a request that could not be read, once the client has
// sent the rest of it: closing a connection with unread bytes resets it, and
// the client may lose the answer.
func afterDraining(next func(*fasthttp.RequestCtx, error)) func(*fasthttp.RequestCtx, error) {
	return func(ctx *fasthttp.RequestCtx, err error) {
		drain(ctx.Conn())
		next(ctx, err)
	}
}

// drain ends after 8 MiB, one second, or 100 ms without a byte.
func drain(conn net.Conn) {
	buffer := make([]byte, 16<<10)
	end := time.Now().Add(time.Second)
	for read := 0; read < 8<<20 && time.Now().Before(end); {
		if conn.SetReadDeadline(time.Now().Add(100*time.Millisecond)) != nil {
			return
		}
		n, err := conn.Read(buffer)
		if err != nil {
			return
		}
		read += n
	}
}

// hosts counts the Host fields of a header section as it was sent. fasthttp keeps only the last one.
func hosts(raw []byte) (n int) {
	for line := range bytes.Lines(raw) {
		if len(line) > 4 && line[4] == ':' && bytes.EqualFold(line[:4], []byte("host")) {
			n++
		}
	}
	return n
}
