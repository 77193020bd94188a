package spatest

import (
	"context"
	"io"
	"net"
	"net/http"
	"slices"
	"spabench/harness/internal/rawhttp"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestStoredFor(t *testing.T) {
	const date, later = "Mon, 01 Jan 2024 00:00:00 GMT", "Mon, 01 Jan 2024 01:00:00 GMT"
	for _, test := range []struct {
		header    http.Header
		seconds   int64
		immutable bool
	}{
		{http.Header{}, 0, false},
		{http.Header{"Cache-Control": {"no-store, max-age=600, immutable"}}, 0, false},
		{http.Header{"Cache-Control": {"public, max-age=600"}, "Expires": {later}, "Date": {date}}, 600, false},
		{http.Header{"Cache-Control": {"max-age=60, s-maxage=600, immutable"}}, 600, true},
		{http.Header{"Expires": {later}, "Date": {date}}, 3600, false},
		{http.Header{"Expires": {later}}, 0, false}, // in the past, now
		{http.Header{"Cache-Control": {"max-age=99999999999999999999"}}, 0, false},
	} {
		if seconds, immutable := storedFor(test.header); seconds != test.seconds || immutable != test.immutable {
			t.Errorf("%v: %d, %t, want %d, %t", test.header, seconds, immutable, test.seconds, test.immutable)
		}
	}
}

func TestToggleSlashAndSpellings(t *testing.T) {
	for target, want := range map[string]string{"/api/a": "/api/a/", "/api/a/": "/api/a",
		"/a?b=/": "/a/?b=/", "/a/?": "/a?"} {
		if got := toggleSlash(target); got != want {
			t.Errorf("%s: %s, want %s", target, got, want)
		}
	}
	want := []string{
		"//api/health?a=b",
		"/./api/health?a=b",
		"/x/../api/health?a=b",
		"/%61pi/health?a=b",
		"/api//health?a=b",
	}
	if got := spellings("/api/health?a=b"); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, short := range []string{"/", "/1", "/1?a=/b"} {
		if got := spellings(short); len(got) != 3 {
			t.Errorf("%s is spelled %q", short, got)
		}
	}
}

// TestContentOverTheLimit: what a server does with content that it does not want,
// and what is said of it.
func TestContentOverTheLimit(t *testing.T) {
	const limit = 4 << 20 // more than the buffers of a connection take
	const tooLarge = "HTTP/1.1 413 Content Too Large\r\nContent-Length: 0\r\n\r\n"
	for name, test := range map[string]struct {
		answer   func(conn net.Conn, came, done <-chan struct{})
		got, err string // of the finding, of the error
	}{
		"refused, content unread": {answer: func(conn net.Conn, came, _ <-chan struct{}) {
			io.WriteString(conn, tooLarge)
			<-came
		}},
		"refused, connection left open": {answer: func(conn net.Conn, _, done <-chan struct{}) {
			io.WriteString(conn, tooLarge)
			<-done
		}},
		"closed": {answer: func(net.Conn, <-chan struct{}, <-chan struct{}) {}, got: "closed without a response"},
		"read, no answer": {answer: func(conn net.Conn, _, _ <-chan struct{}) { io.Copy(io.Discard, conn) },
			got: "not finished within"},
		"unread, no answer": {answer: func(_ net.Conn, _, done <-chan struct{}) { <-done },
			err: rawhttp.ErrUnsent.Error()},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			came, done := make(chan struct{}), make(chan struct{})
			defer close(done)
			target := rawServer(t, func(conn net.Conn, _ string) { test.answer(conn, came, done) })
			target.Timeout = 2 * time.Second // the content is sent in milliseconds, also on a busy machine
			target.Dial = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := new(net.Dialer).DialContext(ctx, network, addr)
				return &watched{Conn: conn, read: sync.OnceFunc(func() { close(came) })}, err
			}
			p := &Pass{Target: target, client: clientOf(t, target), site: &site{}}
			err := p.contentOver(t.Context(), p.write("/items", limit))
			if (err != nil) != (test.err != "") || err != nil && !strings.Contains(err.Error(), test.err) {
				t.Fatalf("got %v, want %q", err, test.err)
			}
			if (len(p.findings) > 0) != (test.got != "") ||
				test.got != "" && !strings.Contains(p.findings[0].Got, test.got) {
				t.Errorf("got %v, want %q", p.findings, test.got)
			}
		})
	}
}

// watched is a connection that says when something has been read from it.
type watched struct {
	net.Conn
	read func()
}

func (w *watched) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	if n > 0 {
		w.read()
	}
	return n, err
}
