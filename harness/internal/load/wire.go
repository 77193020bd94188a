package load

import (
	"context"
	"net"
	"net/http"
	"sync/atomic"
	"time"
)

// wire counts the bytes that its connections transfer, including the header sections.
type wire struct{ in, out atomic.Uint64 }

func (w *wire) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: requestTimeout}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &countedConn{conn, w}, nil
}

// countedConn is a connection whose bytes are counted.
type countedConn struct {
	net.Conn
	wire *wire
}

func (c *countedConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.wire.in.Add(uint64(n))
	return n, err
}

func (c *countedConn) Write(p []byte) (int, error) {
	n, err := c.Conn.Write(p)
	c.wire.out.Add(uint64(n))
	return n, err
}

// transport keeps up to a number of idle connections alive. If limit is not 0, it never opens more than that at once.
func (w *wire) transport(keep, limit int) *http.Transport {
	return &http.Transport{
		DialContext:         w.dial,
		MaxIdleConnsPerHost: keep,
		MaxConnsPerHost:     limit,
		IdleConnTimeout:     time.Minute,
		DisableCompression:  true, // the spec sets Accept-Encoding
	}
}
