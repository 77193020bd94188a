package load

import (
	"context"
	"net"
	"net/http"
	"sync"
	"sync/atomic"
	"time"
)

// wire counts its connections, and the bytes that they transfer, including the header sections.
type wire struct {
	in, out atomic.Uint64
	slots   chan struct{} // one for each connection that may be open; nil: any number may

	mu                 sync.Mutex
	opened, open, most int // connections so far, now, and at most at the same moment
}

// newWire returns a wire that never has more than a number of connections open, if it is not 0. Who needs another one
// waits until one has been closed.
func newWire(limit int) *wire {
	w := new(wire)
	if limit > 0 {
		w.slots = make(chan struct{}, limit)
	}
	return w
}

func (w *wire) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if w.slots != nil {
		select {
		case w.slots <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	conn, err := (&net.Dialer{Timeout: requestTimeout}).DialContext(ctx, network, address)
	if err != nil {
		w.free()
		return nil, err
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.opened++
	w.open++
	w.most = max(w.most, w.open)
	return &countedConn{Conn: conn, wire: w}, nil
}

// free lets somebody else open a connection.
func (w *wire) free() {
	if w.slots != nil {
		<-w.slots
	}
}

// connections returns how many were opened so far, and how many of them were open at the same moment.
func (w *wire) connections() (opened, most int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.opened, w.most
}

// countedConn is a connection that is counted, with its bytes.
type countedConn struct {
	net.Conn
	wire   *wire
	closed sync.Once
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

// Close can be called more than once, as by an HTTP client whose server has gone.
func (c *countedConn) Close() error {
	err := c.Conn.Close()
	c.closed.Do(func() {
		c.wire.mu.Lock()
		c.wire.open--
		c.wire.mu.Unlock()
		c.wire.free()
	})
	return err
}

// transport keeps up to a number of idle connections alive. If limit is not 0, it never uses more than that at once.
func (w *wire) transport(keep, limit int) *http.Transport {
	return &http.Transport{
		DialContext:         w.dial,
		MaxIdleConnsPerHost: keep,
		MaxConnsPerHost:     limit,
		IdleConnTimeout:     time.Minute,
		DisableCompression:  true, // the spec sets Accept-Encoding
	}
}
