package origin

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"

	"spabench/harness/internal/record"
)

// tap stands in front of a server as the origin that browsers know. It forwards HTTP/1.1 byte by byte, and records what
// passed: a browser does not show every preflight to whoever debugs it, but it has to send it.
type tap struct {
	origin   string
	listener net.Listener

	mu     sync.Mutex
	to     string // host and port
	conns  map[net.Conn]bool
	passed []record.OriginRequest
	used   int // connections with a request
}

// openTap listens on an address of this machine; port 0 is a free one.
func openTap(addr string) (*tap, error) {
	ln, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("listen for a browser: %w", err)
	}
	t := &tap{origin: "http://" + ln.Addr().String(), listener: ln, conns: map[net.Conn]bool{}}
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go t.serve(c)
		}
	}()
	return t, nil
}

// direct forwards to the server at this URL from now on, and forgets what passed before.
func (t *tap) direct(server string) error {
	u, err := url.Parse(server)
	if err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.to, t.passed, t.used = u.Host, nil, 0
	for c := range t.conns {
		_ = c.Close() // its loop ends, and forgets it
	}
	return nil
}

// taken is what passed since the last call of direct, and over how many connections.
func (t *tap) taken() (passed []record.OriginRequest, connections int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]record.OriginRequest(nil), t.passed...), t.used
}

func (t *tap) close() error {
	err := t.listener.Close()
	return errors.Join(err, t.direct(""))
}

// serve forwards what one connection of the browser asks, until either side closes.
func (t *tap) serve(browser net.Conn) {
	defer func() { _ = browser.Close() }()
	t.mu.Lock()
	to := t.to
	t.conns[browser] = true
	t.mu.Unlock()
	defer func() {
		t.mu.Lock()
		delete(t.conns, browser)
		t.mu.Unlock()
	}()
	server, err := net.Dial("tcp", to)
	if err != nil {
		return
	}
	defer func() { _ = server.Close() }()
	var sent, received bytes.Buffer
	from, back := bufio.NewReader(io.TeeReader(browser, &sent)), bufio.NewReader(io.TeeReader(server, &received))
	for first := true; ; first = false {
		sent.Reset()
		received.Reset()
		req, err := http.ReadRequest(from)
		if err != nil || drain(req.Body) != nil {
			return
		}
		if _, err := server.Write(sent.Bytes()); err != nil {
			return
		}
		res, err := http.ReadResponse(back, req)
		if err != nil || drain(res.Body) != nil {
			return
		}
		t.keep(browser, to, describe(req, res, sent.Len(), received.Len()), first)
		if _, err := browser.Write(received.Bytes()); err != nil || res.Close {
			return
		}
	}
}

// keep records what passed, unless the tap has been directed elsewhere meanwhile.
func (t *tap) keep(browser net.Conn, to string, r record.OriginRequest, first bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if !t.conns[browser] || to != t.to {
		return
	}
	t.passed = append(t.passed, r)
	if first {
		t.used++
	}
}

// drain reads a body to its end, so that all of the message has passed.
func drain(body io.ReadCloser) error {
	_, err := io.Copy(io.Discard, body)
	return errors.Join(err, body.Close())
}

func describe(req *http.Request, res *http.Response, sent, received int) record.OriginRequest {
	p := record.OriginRequest{
		Kind: req.Header.Get("Sec-Fetch-Dest"), Method: req.Method, Target: req.RequestURI,
		Status: res.StatusCode, Sent: sent, Received: received,
	}
	switch {
	case req.Method == http.MethodOptions && req.Header.Get("Access-Control-Request-Method") != "":
		p.Kind = "preflight"
	case p.Kind == "empty":
		p.Kind = "fetch"
	case p.Kind == "":
		p.Kind = "other"
	}
	p.Asked = selectFields(req.Header, func(name string) bool {
		return name == "Origin" || strings.HasPrefix(name, "Access-Control-")
	})
	p.Answered = selectFields(res.Header, func(name string) bool {
		return strings.HasPrefix(name, "Access-Control-") ||
			name == "Vary" && strings.Contains(res.Header.Get(name), "Origin")
	})
	p.CORS = wireSize(p.Asked) + wireSize(p.Answered)
	return p
}

// wireSize is how many bytes the fields are in HTTP/1.1.
func wireSize(h http.Header) int {
	var b strings.Builder
	_ = h.Write(&b) // a strings.Builder takes everything
	return b.Len()
}

func selectFields(h http.Header, wanted func(string) bool) http.Header {
	found := http.Header{}
	for name, values := range h {
		if wanted(name) {
			found[name] = values
		}
	}
	return found
}
