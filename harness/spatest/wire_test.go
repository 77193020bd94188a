package spatest

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os/exec"
	"spabench/harness/internal/rawhttp"
	"strings"
	"testing"
	"time"
)

// rawServer answers each connection by answer, once it has read a request head.
func rawServer(t *testing.T, answer func(conn net.Conn, request string)) Target {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	go serveEach(listener, func(conn net.Conn) {
		var head strings.Builder
		for lines := bufio.NewScanner(conn); lines.Scan() && lines.Text() != ""; {
			head.WriteString(lines.Text() + "\n")
		}
		answer(conn, head.String())
	})
	return Target{URL: "http://" + listener.Addr().String(), Timeout: 10 * time.Second, API: "-"}
}

// serveEach handles each connection by itself, until the listener is closed.
func serveEach(listener net.Listener, handle func(net.Conn)) {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		go func() {
			defer conn.Close()
			handle(conn)
		}()
	}
}

func clientOf(t *testing.T, target Target) *client {
	t.Helper()
	target, origin, err := target.prepare()
	if err != nil {
		t.Fatal(err)
	}
	return newClient(target, origin)
}

const page = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 21\r\n\r\n<script src=/a.js></>"

func TestReceive(t *testing.T) {
	for _, test := range []struct {
		name, method, wire string
		status             int
		body, broken, err  string
		extra              int
	}{
		{name: "length", wire: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", status: 200, body: "ok"},
		{name: "no length", wire: "HTTP/1.0 200 OK\r\n\r\nok", status: 200, body: "ok"},
		{name: "no reason", wire: "HTTP/1.1 404 \r\nContent-Length: 0\r\n\r\n", status: 404},
		{name: "chunks",
			wire:   "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;a=b\r\no\r\n1\r\nk\r\n0\r\nT: x\r\n\r\n",
			status: 200, body: "ok"},
		{name: "interim",
			wire:   "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
			status: 200, body: "ok"},
		{name: "304", wire: "HTTP/1.1 304 Not Modified\r\nContent-Length: 99\r\n\r\n", status: 304},
		{name: "short", wire: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nok", status: 200, body: "ok",
			broken: "Content-Length is 5, but the body ends after 2 bytes"},
		{name: "long", wire: "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nok!", status: 200, body: "o", extra: 2},
		{name: "HEAD", method: "HEAD", wire: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", status: 200},
		{name: "HEAD with body",
			method: "HEAD", wire: "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok", status: 200, extra: 2},
		{name: "cut chunk", wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nok", status: 200,
			body: "ok", broken: "the body breaks off after 2 bytes"},
		{name: "bad chunk", wire: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nok", status: 200,
			broken: "the body breaks off after 0 bytes"},
		{name: "nothing", wire: "", err: "closed the connection without a response"},
		{name: "nonsense", wire: "hello\r\n\r\n", err: "malformed"},
		{name: "big header", wire: "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("x", rawhttp.MaxHead) + "\r\n\r\n",
			err: "header over 65536 bytes"},
	} {
		t.Run(test.name, func(t *testing.T) {
			target := rawServer(t, func(conn net.Conn, _ string) { io.WriteString(conn, test.wire) })
			done, err := clientOf(t, target).do(t.Context(), Request{Method: test.method, Target: "/"})
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("got %v, want %q", err, test.err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			r := done[0].Response
			if r.Status != test.status || string(r.Body) != test.body || r.Extra != test.extra ||
				(r.Broken == "") != (test.broken == "") || !strings.HasPrefix(r.Broken, test.broken) {
				t.Errorf("got %d, %q, broken %q, %d extra; want %d, %q, %q, %d",
					r.Status, r.Body, r.Broken, r.Extra, test.status, test.body, test.broken, test.extra)
			}
		})
	}
}

// TestRequestIsWrittenAsGiven: no normalising, own Host, fields in order.
func TestRequestIsWrittenAsGiven(t *testing.T) {
	heads := make(chan string, 1)
	target := rawServer(t, func(conn net.Conn, request string) {
		heads <- request
		io.WriteString(conn, page)
	})
	target.Header = http.Header{"Authorization": {"Bearer secret"}, "X-Own": {"1"}}
	done, err := clientOf(t, target).do(t.Context(), Request{
		Method: "PUT", Target: `/a/../%2e%2E//b\c?x=%zz`, Body: "{}",
		Header: []Field{{"Z", "1"}, {"a", "2"}, {"Z", "3"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := fmt.Sprintf("PUT /a/../%%2e%%2E//b\\c?x=%%zz HTTP/1.1\nHost: %s\nZ: 1\na: 2\nZ: 3\n"+
		"Authorization: Bearer secret\nX-Own: 1\nUser-Agent: spatest\nContent-Length: 2\nConnection: close\n",
		strings.TrimPrefix(target.URL, "http://"))
	if got := <-heads; got != want {
		t.Errorf("sent\n%s\nwant\n%s", got, want)
	}
	if curl := done[0].Curl(); strings.Contains(curl, "secret") ||
		!strings.Contains(curl, `-H "Authorization: $AUTHORIZATION"`) {
		t.Errorf("the curl line shows a credential, or lacks its variable: %s", curl)
	}
}

// TestCurlSendsTheSame runs the curl lines, and compares what arrives.
func TestCurlSendsTheSame(t *testing.T) {
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("curl is not installed")
	}
	arrived := make(chan string, 1)
	target := rawServer(t, func(conn net.Conn, request string) {
		var kept []string
		for line := range strings.Lines(request) {
			name, _, _ := strings.Cut(line, ":")
			if name != "User-Agent" && name != "Connection" {
				kept = append(kept, strings.TrimRight(line, " \r\n")+"\n") // space around a value is not part of it
			}
		}
		arrived <- strings.Join(append(kept[:1], sorted(kept[1:])...), "")
		io.WriteString(conn, "HTTP/1.1 204 No Content\r\n\r\n")
	})
	c := clientOf(t, target)
	requests := []Request{
		{Target: "/users/42/edit?tab=a&next=%2Fx", Header: Navigation},
		{Target: "/", Method: "HEAD"},
		{Target: "/api/it's", Method: "DELETE", Header: JSON},
		{Target: "/api/nope", Method: "POST", Header: []Field{{"Content-Type", "application/json"}},
			Body: `{"a":"it's"}`},
		{Target: "/api/nope", Method: "PATCH", Body: "{}"},
		{Target: "/api/items", Method: "POST", Body: `{"a":"it's"}`, Padding: 5000},
		{Target: "/", Header: []Field{{"If-None-Match", `W/"a$b"`}}},
		{Target: "/", Header: []Field{{"Accept-Encoding", ""}}},
	}
	for _, line := range traversals(traversalCorpus, "/assets") {
		requests = append(requests, Request{Target: line, Header: Subresource("empty")})
	}
	for _, request := range requests {
		done, err := c.do(t.Context(), request)
		if err != nil {
			t.Fatal(err)
		}
		want := <-arrived
		curl := done[0].Curl()
		output, err := exec.Command("sh", "-c", curl+" --silent --show-error --max-time 5").CombinedOutput()
		if err != nil {
			t.Fatalf("%s: %v\n%s", curl, err, output)
		}
		if got := <-arrived; got != want {
			t.Errorf("%s sent\n%s\ninstead of\n%s", curl, got, want)
		}
	}
}

// canned is a connection on which these bytes arrive, whatever is sent.
type canned struct {
	net.Conn
	arriving io.Reader
}

func (c canned) Read(p []byte) (int, error)  { return c.arriving.Read(p) }
func (c canned) Write(p []byte) (int, error) { return len(p), nil }

func FuzzReadResponse(f *testing.F) {
	for _, seed := range []string{
		page, "", "HTTP/1.1 304 Not Modified\r\n\r\n", "HTTP/1.1 103 x\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5;x=y\r\nhello\r\n0\r\nT: v\r\n\r\n",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n",
		"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00",
		"HTTP/1.1 302 Found\r\nLocation: //\\evil\r\n\r\n",
	} {
		f.Add([]byte(seed), false)
		f.Add([]byte(seed), true)
	}
	f.Fuzz(func(t *testing.T, wire []byte, head bool) {
		const limit = 1 << 10
		method := "GET"
		if head {
			method = "HEAD"
		}
		request := Request{Method: method, maxBody: limit}
		r, err := request.over(rawhttp.NewConn(canned{arriving: bytes.NewReader(wire)}), "")
		if err != nil {
			return
		}
		if len(r.Body) > limit || r.Size != int64(len(r.Body)) || head && len(r.Body) > 0 {
			t.Fatalf("%d bytes read, %d told, limit %d", len(r.Body), r.Size, limit)
		}
		if r.Broken == "" && len(r.Body) == limit+1 {
			t.Fatal("a body over the limit is whole")
		}
		// What checks do with a response must not panic either.
		p := &Pass{client: &client{origin: &url.URL{Scheme: "http", Host: "x"}}, site: &site{}}
		x := &Exchange{Origin: "http://x", Request: Request{Target: "/"}, Response: r}
		p.describe(x)
		p.IsPage(x)
		p.leak(x)
		p.isUTF8(x)
		if to := p.location(x); to != nil && p.stays(to) && to.Hostname() != "x" {
			t.Fatalf("%s is on another host", to)
		}
		revalidates(r.Header)
	})
}
