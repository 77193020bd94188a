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
)

// Passed is one request and its answer as they went through a tap.
type Passed struct {
	Kind   string `json:"kind"` // preflight, fetch, or what it was asked for as: document, script, style, font and so on
	Method string `json:"method"`
	Target string `json:"target"`
	Status int    `json:"status"`

	// Whole messages in bytes, heads included, and what of them are fields of the CORS protocol.
	Sent     int `json:"sent"`
	Received int `json:"received"`
	CORS     int `json:"cors"`

	Asked    http.Header `json:"asked,omitempty"`    // those fields of the request: Origin, Access-Control-*
	Answered http.Header `json:"answered,omitempty"` // and of the answer: Access-Control-*, Vary
}

// tap stands before a server as the origin that browsers know. It passes HTTP/1.1 on byte by byte, and keeps what
// passed: browsers do not show every preflight to who watches them, but they have to send it.
type tap struct {
	origin   string
	listener net.Listener

	mu     sync.Mutex
	to     string // host and port
	conns  map[net.Conn]bool
	passed []Passed
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

// direct passes what comes from now on to the server at this URL, and forgets what was.
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

// taken is what passed since the last direct, and over how many connections.
func (t *tap) taken() (passed []Passed, connections int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Passed(nil), t.passed...), t.used
}

func (t *tap) close() error {
	err := t.listener.Close()
	return errors.Join(err, t.direct(""))
}

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
		if err != nil || whole(req.Body) != nil {
			return
		}
		if _, err := server.Write(sent.Bytes()); err != nil {
			return
		}
		res, err := http.ReadResponse(back, req)
		if err != nil || whole(res.Body) != nil {
			return
		}
		t.mu.Lock()
		if t.conns[browser] && to == t.to {
			t.passed = append(t.passed, seenPassing(req, res, sent.Len(), received.Len()))
			if first {
				t.used++
			}
		}
		t.mu.Unlock()
		if _, err := browser.Write(received.Bytes()); err != nil || res.Close {
			return
		}
	}
}

func whole(body io.ReadCloser) error {
	_, err := io.Copy(io.Discard, body)
	return errors.Join(err, body.Close())
}

func seenPassing(req *http.Request, res *http.Response, sent, received int) Passed {
	p := Passed{Kind: req.Header.Get("Sec-Fetch-Dest"), Method: req.Method, Target: req.RequestURI, Status: res.StatusCode, Sent: sent, Received: received}
	switch {
	case req.Method == http.MethodOptions && req.Header.Get("Access-Control-Request-Method") != "":
		p.Kind = "preflight"
	case p.Kind == "empty":
		p.Kind = "fetch"
	case p.Kind == "":
		p.Kind = "other"
	}
	p.Asked = only(req.Header, func(name string) bool { return name == "Origin" || strings.HasPrefix(name, "Access-Control-") })
	p.Answered = only(res.Header, func(name string) bool {
		return strings.HasPrefix(name, "Access-Control-") || name == "Vary" && strings.Contains(res.Header.Get(name), "Origin")
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

func only(h http.Header, wanted func(string) bool) http.Header {
	found := http.Header{}
	for name, values := range h {
		if wanted(name) {
			found[name] = values
		}
	}
	return found
}
