package load

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// wire counts the bytes that go over its connections, heads of requests and responses included.
type wire struct{ in, out atomic.Uint64 }

func (w *wire) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: timeout}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &counted{conn, w}, nil
}

type counted struct {
	net.Conn
	wire *wire
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.wire.in.Add(uint64(n))
	return n, err
}

func (c *counted) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.wire.out.Add(uint64(n))
	return n, err
}

// transport keeps so many connections, and, where limit is not 0, opens no more than that at once.
func (w *wire) transport(keep, limit int) *http.Transport {
	return &http.Transport{
		DialContext:         w.dial,
		MaxIdleConnsPerHost: keep,
		MaxConnsPerHost:     limit,
		IdleConnTimeout:     time.Minute,
		DisableCompression:  true, // the spec says which codings are accepted
	}
}
