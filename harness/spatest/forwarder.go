package spatest

import (
	"io"
	"net"
	"net/url"
	"sync"
	"time"
)

// forwarder keeps one origin for a server whose address changes with a deploy,
// as a site keeps its name. It passes bytes until it is closed.
type forwarder struct {
	origin   string
	listener net.Listener

	mu    sync.Mutex
	addr  string
	conns map[net.Conn]bool
}

// forward makes an origin for the server at this URL. It is the server's own for
// https, whose certificate names it.
func forward(server string) (*forwarder, error) {
	f := &forwarder{origin: server, conns: map[net.Conn]bool{}}
	u, err := url.Parse(server)
	if err != nil || u.Scheme != "http" {
		return f, err
	}
	if f.listener, err = net.Listen("tcp", "127.0.0.1:0"); err != nil {
		return nil, err
	}
	f.origin = "http://" + f.listener.Addr().String()
	f.to(server)
	go f.accept()
	return f, nil
}

// to passes what comes from now on to another server. What has begun ends: the
// old server may be gone, and its connections with it.
func (f *forwarder) to(server string) error {
	if f.listener == nil {
		if server != f.origin {
			return skipf("a deploy changes the server's address, and a certificate is for one")
		}
		return nil
	}
	u, err := url.Parse(server)
	if err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.addr = u.Host; u.Port() == "" {
		f.addr = net.JoinHostPort(u.Hostname(), "80")
	}
	f.hangUp()
	return nil
}

// hangUp ends all connections.
func (f *forwarder) hangUp() {
	for conn := range f.conns {
		conn.Close()
	}
	clear(f.conns)
}

func (f *forwarder) accept() {
	for {
		conn, err := f.listener.Accept()
		if err != nil {
			return // closed
		}
		go f.pass(conn)
	}
}

func (f *forwarder) pass(in net.Conn) {
	defer in.Close()
	f.mu.Lock()
	addr := f.addr
	f.conns[in] = true
	f.mu.Unlock()
	defer func() {
		f.mu.Lock()
		delete(f.conns, in)
		f.mu.Unlock()
	}()
	out, err := net.DialTimeout("tcp", addr, 5*time.Second)
	if err != nil {
		return
	}
	defer out.Close()
	go func() {
		defer in.Close() // which ends the other direction
		io.Copy(in, out)
	}()
	io.Copy(out, in)
}

func (f *forwarder) close() {
	if f.listener == nil {
		return
	}
	f.listener.Close()
	f.mu.Lock()
	defer f.mu.Unlock()
	f.hangUp()
}
