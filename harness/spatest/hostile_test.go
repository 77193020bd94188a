package spatest_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"spabench/harness/spatest"
	"spabench/harness/spatest/mutant"
)

// hostile servers answer "/" as the reference does, so that every check begins, and everything else as they please.
// They write until the connection breaks.
var hostile = map[string]func(conn net.Conn){
	"endless body": func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
		forever(conn, strings.Repeat("<p>more</p>", 1000))
	},
	"endless chunks": func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
		forever(conn, strings.Repeat("1;ext=\"x\"\r\na\r\n", 100))
	},
	"endless header": func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\n")
		forever(conn, strings.Repeat("Set-Cookie: a=b\r\n", 1000))
	},
	"endless field": func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nETag: \"")
		forever(conn, strings.Repeat("x", 1000))
	},
	"endless early hints": func(conn net.Conn) { forever(conn, "HTTP/1.1 103 Early Hints\r\nLink: <x>\r\n\r\n") },
	"slow drip": func(conn net.Conn) {
		for _, b := range []byte("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n" + strings.Repeat("x", 100000)) {
			if _, err := conn.Write([]byte{b}); err != nil {
				return
			}
			time.Sleep(20 * time.Millisecond)
		}
	},
	"silence": func(conn net.Conn) { io.Copy(io.Discard, conn) },
	"reset":   func(conn net.Conn) { conn.(*net.TCPConn).SetLinger(0) },
	"reset in a body": func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 21\r\n\r\n<script")
		conn.(*net.TCPConn).SetLinger(0)
	},
	"close":  func(net.Conn) {},
	"HTTP/2": func(conn net.Conn) { io.WriteString(conn, "\x00\x00\x12\x04\x00\x00\x00\x00\x00") },
	"tiny chunks": func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
		forever(conn, strings.Repeat("1\r\nx\r\n", 100))
	},
	"endless chunk length": func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
		forever(conn, strings.Repeat("0", 1000))
	},
	"endless status line": func(conn net.Conn) { forever(conn, "HTTP/1.1 "+strings.Repeat("x", 1000)) },
	"trailer bomb": func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n")
		forever(conn, "X-Bomb: "+strings.Repeat("x", 1000)+"\r\n")
	},
	"bytes after the end": func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 8\r\n\r\n<script>")
		forever(conn, strings.Repeat("x", 1000))
	},
	"garbage": func(conn net.Conn) { forever(conn, "\x00\xff\x16\x03\x01 SSH-2.0\n") },
	"redirect loop": func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 302 Found\r\nLocation: ?again\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	},
	"wrong length": func(conn net.Conn) {
		io.WriteString(conn,
			"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 99999999999\r\n\r\n<p>short")
	},
	"negative length": func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx")
	},
	"compressed bomb": func(conn net.Conn) {
		fmt.Fprintf(
			conn,
			"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip, gzip\r\nContent-Length: %d\r\n\r\n",
			len(bomb()),
		)
		conn.Write(bomb())
	},
	"tag bomb": func(conn net.Conn) {
		body := strings.Repeat("<link rel=preload as=script href=/a?", 200_000)
		fmt.Fprintf(conn, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n%s", len(body), body)
	},
	"pipelined nonsense": func(conn net.Conn) {
		io.WriteString(conn, "HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")
		forever(conn, "HTTP/1.1 204 No Content\r\nContent-Length: 3\r\n\r\nabc")
	},
}

// bomb is 64 MiB of zeros, compressed twice.
var bomb = sync.OnceValue(func() []byte {
	data := make([]byte, 64<<20)
	for range 2 {
		var b bytes.Buffer
		w := gzip.NewWriter(&b)
		w.Write(data)
		w.Close()
		data = b.Bytes()
	}
	return data
})

// forever writes some megabytes a second, or a hundred thousand chunks: without end, and leaving the machine something
// to check with.
func forever(conn net.Conn, s string) {
	for {
		if _, err := io.WriteString(conn, s); err != nil {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

// someHostile are the names of the hostile servers that a test inspects: all; with -short, one in five.
func someHostile() []string {
	names := slices.Sorted(maps.Keys(hostile))
	if !testing.Short() {
		return names
	}
	var some []string
	for i := 0; i < len(names); i += 5 {
		some = append(some, names[i])
	}
	return some
}

// TestHostileServers: whatever a server sends, an inspection ends within its bounds of time and memory, and what it
// could not tell it calls an error or a violation, with no panic.
func TestHostileServers(t *testing.T) {
	const (
		timeout = 200 * time.Millisecond
		bound   = time.Minute // 12 exchanges a check, 4 checks at once, all timed out, come to less
		memory  = 100 << 20   // bytes allocated and in use at the end, of all servers together
	)
	type result struct {
		report spatest.Report
		err    error
		took   time.Duration
	}
	results := map[string]chan result{}
	for _, name := range someHostile() { // all at once: most of the time is waiting
		target := mutant.Target(serveHostile(t, hostile[name]))
		target.Timeout, target.Host = timeout, nil
		c := make(chan result, 1)
		results[name] = c
		go func() {
			start := time.Now()
			report, err := spatest.Inspect(t.Context(), target)
			// Its first answer, which is not part of the test, may be late on a busy machine.
			for errors.Is(err, spatest.ErrNoAnswer) && time.Since(start) < bound {
				report, err = spatest.Inspect(t.Context(), target)
			}
			c <- result{report, err, time.Since(start)}
		}()
	}
	for name, c := range results {
		t.Run(name, func(t *testing.T) {
			r := <-c
			if r.err != nil {
				t.Fatal(r.err)
			}
			if r.took > bound {
				t.Errorf("the inspection took %s", r.took)
			}
			if bad := r.report.Count(spatest.Failed) + r.report.Count(spatest.Errored); bad < 5 {
				t.Errorf("%d checks failed or could not tell: a hostile server passes", bad)
			}
			for _, o := range r.report.Outcomes {
				if strings.HasPrefix(o.Reason, "panic") || o.Verdict == spatest.Errored && o.Reason == "" {
					t.Errorf("%s: %s: %q", o.Check, o.Verdict, o.Reason)
				}
			}
		})
	}
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	if m.HeapInuse > memory {
		t.Errorf("%d bytes in use after all of them", m.HeapInuse)
	}
}

// TestHostileFromTheStart: a server that is hostile at "/" too, of which nothing is known but its URL, gets no
// report that it conforms, and the inspection ends.
func TestHostileFromTheStart(t *testing.T) {
	for _, name := range someHostile() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			go spatest.ServeEach(listener, func(conn net.Conn) {
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					hostile[name](conn)
				}
			})
			start := time.Now()
			report, err := spatest.Inspect(t.Context(), spatest.Target{
				URL: "http://" + listener.Addr().String(), API: "-", Timeout: 200 * time.Millisecond,
			})
			if took := time.Since(start); took > time.Minute {
				t.Errorf("the inspection took %s", took)
			}
			if err == nil && report.Err() == nil {
				t.Error("a hostile server conforms")
			}
			if err != nil && !errors.Is(err, spatest.ErrNoAnswer) {
				t.Errorf("got %v, want ErrNoAnswer or a report", err)
			}
		})
	}
}

// serveHostile serves "/" as the reference does, on a connection of its own, and everything else by answer.
func serveHostile(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	reference, stop, err := mutant.Start(mutant.Reference(mutant.Fixture()))
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(); listener.Close() })
	go spatest.ServeEach(listener, func(conn net.Conn) {
		request, err := http.ReadRequest(bufio.NewReader(conn))
		if err != nil || request.RequestURI != "/" {
			answer(conn)
			return
		}
		request.URL.Scheme, request.URL.Host, request.RequestURI = "http", strings.TrimPrefix(reference, "http://"), ""
		request.Close = true
		res, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			return
		}
		defer res.Body.Close()
		res.Close = true
		res.Write(conn)
	})
	return "http://" + listener.Addr().String()
}
