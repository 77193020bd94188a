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

// mend corrects what fasthttp and Fiber do wrong before any handler runs.
func mend(engine *fasthttp.Server) {
	engine.CloseOnShutdown = true
	var chunked chunkedTargets
	engine.HeaderReceived = chunked.received
	engine.Handler = chunked.handled(namedMethods(engine.Handler))
	engine.ErrorHandler = afterDraining(chunked.failed(engine.ErrorHandler))
}

// unknownMethod replaces every method that Fiber does not know, which it would
// otherwise answer with 400 before any handler runs.
const unknownMethod = "UNKNOWN"

// chunkedTargets holds the request targets of chunked requests that are being
// read, by the address of their header. If the chunks are malformed or too
// many, fasthttp discards the request before the error handler runs.
type chunkedTargets struct{ targets sync.Map }

// received also makes a chunked request the last on its connection: it may have
// a Content-Length as well, and then a proxy in front may disagree about where
// it ends (RFC 9112 §6.1). fasthttp does not tell which of the fields it had.
func (c *chunkedTargets) received(request *fasthttp.RequestHeader) (unchanged fasthttp.RequestConfig) {
	c.targets.Delete(request) // left by an earlier request whose client disconnected
	if request.ContentLength() == -1 {
		request.SetConnectionClose()
		c.targets.Store(request, string(request.RequestURI()))
	}
	return unchanged
}

func (c *chunkedTargets) handled(next fasthttp.RequestHandler) fasthttp.RequestHandler {
	return func(ctx *fasthttp.RequestCtx) {
		// The length does not tell whether it was chunked: fasthttp sets it to 0 for an empty chunked content.
		c.targets.Delete(&ctx.Request.Header)
		next(ctx)
	}
}

func (c *chunkedTargets) failed(next func(*fasthttp.RequestCtx, error)) func(*fasthttp.RequestCtx, error) {
	return func(ctx *fasthttp.RequestCtx, err error) {
		target, ok := c.targets.LoadAndDelete(&ctx.Request.Header)
		// Any other error may be about the header, and then the target is that of an earlier request.
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

// afterDraining waits until the client has sent the rest of a request that
// could not be read, and then answers it: closing a connection with unread
// bytes resets it, and the client may lose the answer.
func afterDraining(next func(*fasthttp.RequestCtx, error)) func(*fasthttp.RequestCtx, error) {
	return func(ctx *fasthttp.RequestCtx, err error) {
		drain(ctx.Conn())
		next(ctx, err)
	}
}

// drain discards what the client sends, for at most 8 MiB or one second, or
// until no byte arrives for 100 ms.
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

// sent counts fields of a header section as it was sent: fasthttp keeps only the last Host and the last
// Content-Length, and takes no notice of a Transfer-Encoding that is not chunked.
type sent struct{ hosts, lengths, codings int }

func countFields(raw []byte) (n sent) {
	for line := range bytes.Lines(raw) {
		name, _, ok := bytes.Cut(line, []byte(":"))
		switch {
		case !ok:
		case bytes.EqualFold(name, []byte("host")):
			n.hosts++
		case bytes.EqualFold(name, []byte("content-length")):
			n.lengths++
		case bytes.EqualFold(name, []byte("transfer-encoding")):
			n.codings++
		}
	}
	return n
}
