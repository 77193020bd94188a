package rawhttp

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"
)

// serve answers the first request of each connection with these bytes, and then closes it. It returns the address, and
// the heads of the requests that came.
func serve(t *testing.T, response string) (addr string, heads <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	came := make(chan string, 10)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			var head strings.Builder
			for lines := bufio.NewScanner(conn); lines.Scan() && lines.Text() != ""; {
				head.WriteString(lines.Text() + "\n")
			}
			_, _ = io.WriteString(conn, response)
			came <- head.String()
			_ = conn.Close()
		}
	}()
	return listener.Addr().String(), came
}

func TestAsk(t *testing.T) {
	addr, heads := serve(t, "HTTP/1.1 200 OK\r\nContent-Encoding: br\r\nContent-Length: 2\r\n\r\nok")
	r, err := Ask(t.Context(), addr, "", `/a/../%2e//b`, http.Header{"X-B": {"2"}, "X-A": {"1"}}, "")
	if err != nil {
		t.Fatal(err)
	}
	if r.Status != 200 || r.Coding != "br" || string(r.Body) != "ok" || r.Proto != "HTTP/1.1" ||
		r.Header.Get("Content-Length") != "2" {
		t.Errorf("%+v", r)
	}
	got, want := <-heads, "GET /a/../%2e//b HTTP/1.1\nHost: "+addr+"\nX-A: 1\nX-B: 2\nConnection: close\n"
	if got != want {
		t.Errorf("sent\n%s\nwant\n%s", got, want)
	}
	addr, heads = serve(t, "HTTP/1.1 204 No Content\r\n\r\n")
	if _, err = Ask(t.Context(), addr, "POST", "/", nil, "{}"); err != nil {
		t.Fatal(err)
	}
	if got, want := <-heads, "POST / HTTP/1.1\nHost: "+addr+"\nContent-Length: 2\nConnection: close\n"; got != want {
		t.Errorf("sent\n%s\nwant\n%s", got, want)
	}
}

func TestTruncated(t *testing.T) {
	for _, test := range []struct {
		name, response, body, message string
		read, declared                int64
	}{
		{"length", "Content-Length: 5\r\n\r\nok", "ok", "Content-Length is 5, but the body ends after 2 bytes", 2, 5},
		{"chunk", "Transfer-Encoding: chunked\r\n\r\n5\r\nok", "ok", "the body breaks off after 2 bytes", 2, -1},
		{"no chunk", "Transfer-Encoding: chunked\r\n\r\nzz\r\nok", "", "the body breaks off after 0 bytes", 0, -1},
	} {
		t.Run(test.name, func(t *testing.T) {
			addr, _ := serve(t, "HTTP/1.1 200 OK\r\n"+test.response)
			r, err := Ask(t.Context(), addr, "GET", "/", nil, "")
			var cut *TruncatedError
			if !errors.As(err, &cut) || cut.Read != test.read || cut.Declared != test.declared ||
				!strings.HasPrefix(err.Error(), test.message) {
				t.Errorf("error %+v, want %q", err, test.message)
			}
			if r.Status != 200 || string(r.Body) != test.body {
				t.Errorf("status %d and body %q, want 200 and %q", r.Status, r.Body, test.body)
			}
		})
	}
}

func TestTooLong(t *testing.T) {
	addr, _ := serve(t, "HTTP/1.1 200 OK\r\n\r\n12345")
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	c := NewConn(conn)
	defer func() { _ = c.Close() }()
	r, err := c.Exchange(Request{Message: "GET / HTTP/1.1\r\n\r\n", Method: "GET", MaxBody: 4})
	if !errors.Is(err, ErrTooLong) || !strings.Contains(err.Error(), "longer than 4 bytes") {
		t.Errorf("error %v, want ErrTooLong", err)
	}
	if r == nil || string(r.Body) != "1234" {
		t.Errorf("response %+v, want the first four bytes", r)
	}
}

// TestNoResponse holds that the server's silence, its hanging up and the caller's end are told apart.
func TestNoResponse(t *testing.T) {
	addr, _ := serve(t, "")
	if _, err := Ask(t.Context(), addr, "GET", "/", nil, ""); !errors.Is(err, ErrClosed) {
		t.Errorf("a server that closes the connection: %v, want ErrClosed", err)
	}
	silent, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = silent.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		if conn, err := silent.Accept(); err == nil {
			_, _ = conn.Read(make([]byte, 1)) // the request has been sent
			cancel()
			_, _ = io.Copy(io.Discard, conn) // until the client closes
		}
	}()
	if _, err := Ask(ctx, silent.Addr().String(), "GET", "/", nil, ""); err == nil || ctx.Err() == nil {
		t.Errorf("a caller that has gone: %v", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancel()
	if _, err := Ask(ctx, addr, "GET", "/", nil, ""); !errors.Is(err, context.DeadlineExceeded) && !isTimeout(err) {
		t.Errorf("a deadline that has passed: %v", err)
	}
}

func isTimeout(err error) bool {
	var timeout net.Error
	return errors.As(err, &timeout) && timeout.Timeout()
}

// TestOneAfterTheOther holds that a connection serves several requests, and what came after the last is counted.
func TestOneAfterTheOther(t *testing.T) {
	client, server := net.Pipe()
	go func() {
		for range 2 {
			head := bufio.NewReader(server)
			for line, _ := head.ReadString('\n'); line != "\r\n" && line != ""; line, _ = head.ReadString('\n') {
				continue
			}
			_, _ = io.CopyN(io.Discard, head, 3)
			_, _ = io.WriteString(server, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok")
		}
		_, _ = io.WriteString(server, "more")
		_ = server.Close()
	}()
	c := NewConn(client)
	defer func() { _ = c.Close() }()
	defer c.Bind(t.Context())()
	for range 2 {
		r, err := c.Exchange(Request{Message: "PUT / HTTP/1.1\r\nContent-Length: 3\r\n\r\n", Padding: 3, Method: "PUT"})
		if err != nil || string(r.Body) != "ok" {
			t.Fatalf("%+v, %v", r, err)
		}
		if err := c.Sent(); err != nil {
			t.Fatal(err)
		}
	}
	if n := c.Rest(time.Time{}); n != len("more") {
		t.Errorf("%d bytes came after the last response, want %d", n, len("more"))
	}
}
