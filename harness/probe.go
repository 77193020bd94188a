package harness

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// pollEvery is how often a starting server is asked: finer than what it measures, and cheap enough not to slow it.
const pollEvery = 500 * time.Microsecond

// A server that is not ready after patience is asked less often: by then it is a failure more likely than a cold start.
const (
	patience      = 10 * time.Second
	pollPatiently = 50 * time.Millisecond
)

// probe asks a starting server for one thing until the answer is correct.
type probe struct {
	addr    string // host and port
	target  string
	header  http.Header
	correct func(status int, coding string, body []byte) error
	every   time.Duration // between two asks; 0: pollEvery
}

// answer is when a probe was answered, and by what.
type answer struct {
	firstByte time.Time // of the first response, correct or not
	correct   time.Time
}

// await polls until the answer is correct or ctx ends; the error then says what the last answer was.
func (p probe) await(ctx context.Context) (answer, error) {
	var a answer
	last := fmt.Errorf("no connection to %s", p.addr)
	every, began := cmp.Or(p.every, pollEvery), time.Now()
	for {
		res, err := askFor(ctx, p.addr, http.MethodGet, p.target, p.header, "")
		now := time.Now()
		if err == nil {
			if a.firstByte.IsZero() {
				a.firstByte = now
			}
			if err = p.correct(res.status, res.coding, res.body); err == nil {
				a.correct = now
				return a, nil
			}
			last = err
		} else if a.firstByte.IsZero() && ctx.Err() == nil {
			last = err // once something has answered, what it said tells more than a connection that failed
		}
		if now.Sub(began) > patience {
			every = pollPatiently
		}
		select {
		case <-ctx.Done():
			return a, fmt.Errorf("no correct answer to GET %s: %w", p.target, last)
		case <-time.After(every):
		}
	}
}

// response is what one request was answered with; codings of the body are not undone.
type response struct {
	status int
	coding string
	header http.Header
	body   []byte
}

// askFor makes one request on a connection of its own. An empty method is GET.
func askFor(ctx context.Context, addr, method, target string, header http.Header, content string) (response, error) {
	if method == "" {
		method = http.MethodGet
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return response{}, err
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	length := ""
	if content != "" {
		length = fmt.Sprintf("Content-Length: %d\r\n", len(content))
	}
	if _, err := fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: %s\r\n%s%sConnection: close\r\n\r\n%s", method, target, addr, lines(header), length, content); err != nil {
		return response{}, err
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return response{}, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<22))
	return response{res.StatusCode, res.Header.Get("Content-Encoding"), res.Header, body}, err
}

// browserHeader is what a browser sends when it asks for something as this destination: document when the user opens an
// URL, empty when a page calls its API.
func browserHeader(destination, coding string) http.Header {
	h := http.Header{
		"Accept":          {"*/*"},
		"Accept-Encoding": {coding},
		"Accept-Language": {"en-GB,en;q=0.9"},
		"User-Agent":      {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"},
		"Sec-Fetch-Site":  {"same-origin"},
		"Sec-Fetch-Dest":  {destination},
		"Sec-Fetch-Mode":  {"cors"},
	}
	switch destination {
	case "document":
		h.Set("Accept", "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8")
		h.Set("Sec-Fetch-Mode", "navigate")
	case "style":
		h.Set("Accept", "text/css,*/*;q=0.1")
	case "image":
		h.Set("Accept", "image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8")
		h.Set("Sec-Fetch-Mode", "no-cors")
	case "serviceworker":
		h.Set("Sec-Fetch-Mode", "same-origin")
	case "empty":
		h.Set("Accept", "application/json")
	}
	return h
}

// lines writes a header as it goes over the wire.
func lines(h http.Header) string {
	var b strings.Builder
	_ = h.Write(&b) // a strings.Builder takes everything
	return b.String()
}
