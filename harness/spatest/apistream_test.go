package spatest

import (
	"io"
	"net"
	"strings"
	"testing"
	"testing/iotest"
	"time"
)

func TestEventParser(t *testing.T) {
	for _, test := range []struct {
		stream string
		want   int
	}{
		{"data: a\n\n", 1},
		{"data: a\n", 0}, // not ended
		{"data: a\ndata: b\n\ndata: c\n\n", 2},
		{"data: a\r\rdata: b\r\n\r\ndata\n\n", 3},
		{": comment\n\n\n\nid: 1\nevent: x\nretry: 5\n\n", 0},
		{"\xef\xbb\xbfdata: a\n\n", 1},
		{"datum: a\n\ndata : a\n\n", 0},
		{"data:\r\n\r\n", 1},
	} {
		var whole, bytewise eventParser
		n := whole.feed([]byte(test.stream))
		m := 0
		for _, b := range []byte(test.stream) {
			m += bytewise.feed([]byte{b})
		}
		if n != test.want || m != test.want {
			t.Errorf("%q: %d events at once, %d byte by byte, want %d", test.stream, n, m, test.want)
		}
	}
}

func FuzzEventParser(f *testing.F) {
	f.Add([]byte("data: a\r\n\r\n: b\rdata\r\r"), 3)
	f.Add([]byte("\xef\xbb\xbfdata\n\n"), 1)
	f.Fuzz(func(t *testing.T, stream []byte, at int) {
		at = min(max(0, at), len(stream))
		var whole, halves eventParser
		n := whole.feed(stream)
		m := halves.feed(stream[:at])
		if m += halves.feed(stream[at:]); n != m || n > len(stream) {
			t.Fatalf("%d events at once, %d in halves, of %d bytes", n, m, len(stream))
		}
		arrivalsOf(iotest.OneByteReader(strings.NewReader(string(stream))))
	})
}

// TestStreamsThatStall: whatever a stream does, the check ends, and says what came.
func TestStreamsThatStall(t *testing.T) {
	const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"
	for name, test := range map[string]struct{ wire, got string }{
		"no answer":         {"", "no answer within 1s"},
		"no event":          {head + "\r\n", "0 of 3 events"},
		"one event":         {head + "\r\ndata: a\n\n", "1 of 3 events"},
		"all at once":       {head + "\r\ndata: a\n\ndata: b\n\ndata: c\n\n", "3 events within "},
		"not gzip":          {head + "Content-Encoding: gzip\r\n\r\ndata: a\n\n", "0 of 3 events"},
		"comments for ever": {head + "\r\n" + strings.Repeat(": x\n\n", 1<<18), "0 of 3 events"},
		"one line for ever": {head + "\r\n" + strings.Repeat("x", maxEvents+1), "0 of 3 events"},
		"another type":      {"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\n", "text/plain"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			target := rawServer(t, func(conn net.Conn, _ string) {
				io.WriteString(conn, test.wire)
				io.Copy(io.Discard, conn)
			})
			target.APIEvents, target.Timeout = "/events", time.Second
			p := &Pass{Target: target, client: clientOf(t, target), site: &site{}}
			start := time.Now()
			if err := p.checkEvents(t.Context(), Request{Target: "/events"}); err != nil {
				t.Fatal(err)
			}
			if took := time.Since(start); took > 10*time.Second {
				t.Errorf("the check took %s", took)
			}
			if len(p.findings) != 1 || !strings.Contains(p.findings[0].Got, test.got) {
				t.Errorf("got %v, want one finding with %q", p.findings, test.got)
			}
		})
	}
}
