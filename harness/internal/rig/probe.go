package rig

import (
	"bufio"
	"cmp"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path"
	"strings"
	"time"
)

// pollEvery is how often a starting server is asked: finer than what it measures, and cheap enough not to slow it.
const pollEvery = 500 * time.Microsecond

// A server that is not ready after patience is asked less often: by then it is a failure more likely than a cold start.
const (
	patience      = 10 * time.Second
	PollPatiently = 50 * time.Millisecond
)

// Probe asks a starting server for one thing until the answer is correct.
type Probe struct {
	Addr    string // host and port
	Target  string
	Header  http.Header
	Correct func(status int, coding string, body []byte) error
	Every   time.Duration // between two asks; 0: pollEvery
}

// answer is when a probe was answered, and by what.
type answer struct {
	firstByte time.Time // of the first response, correct or not
	correct   time.Time
}

// Await polls until the answer is correct or ctx ends; the error then says what the last answer was.
func (p Probe) Await(ctx context.Context) (answer, error) {
	var a answer
	last := fmt.Errorf("no connection to %s", p.Addr)
	every, began := cmp.Or(p.Every, pollEvery), time.Now()
	for {
		res, err := Ask(ctx, p.Addr, http.MethodGet, p.Target, p.Header, "")
		now := time.Now()
		if err == nil {
			if a.firstByte.IsZero() {
				a.firstByte = now
			}
			if err = p.Correct(res.Status, res.Coding, res.Body); err == nil {
				a.correct = now
				return a, nil
			}
			last = err
		} else if a.firstByte.IsZero() && ctx.Err() == nil {
			last = err // once something has answered, what it said tells more than a connection that failed
		}
		if now.Sub(began) > patience {
			every = PollPatiently
		}
		select {
		case <-ctx.Done():
			return a, fmt.Errorf("no correct answer to GET %s: %w", p.Target, last)
		case <-time.After(every):
		}
	}
}

// Response is what one request was answered with; codings of the body are not undone.
type Response struct {
	Status int
	Coding string
	Header http.Header
	Body   []byte
}

// Ask makes one request on a connection of its own. An empty method is GET.
func Ask(ctx context.Context, addr, method, target string, header http.Header, content string) (Response, error) {
	if method == "" {
		method = http.MethodGet
	}
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return Response{}, err
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.SetDeadline(time.Unix(1, 0)) })
	defer stop()
	length := ""
	if content != "" {
		length = fmt.Sprintf("Content-Length: %d\r\n", len(content))
	}
	if _, err := fmt.Fprintf(conn, "%s %s HTTP/1.1\r\nHost: %s\r\n%s%sConnection: close\r\n\r\n%s", method, target, addr, Fields(header), length, content); err != nil {
		return Response{}, err
	}
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return Response{}, err
	}
	defer func() { _ = res.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<22))
	return Response{res.StatusCode, res.Header.Get("Content-Encoding"), res.Header, body}, err
}

// BrowserHeader is what a browser sends when it asks for something as this destination: document when the user opens an
// URL, empty when a page calls its API.
func BrowserHeader(destination, coding string) http.Header {
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

// Fields writes a header as it goes over the wire.
func Fields(h http.Header) string {
	var b strings.Builder
	_ = h.Write(&b) // a strings.Builder takes everything
	return b.String()
}

// TargetOfFile is the request target of a file of the build.
func TargetOfFile(name string) string {
	if name == "index.html" {
		return "/"
	}
	return "/" + name
}

// Destination is what a browser asks for the file as (the Fetch Standard's word).
func Destination(name string) string {
	switch path.Ext(name) {
	case ".html":
		return "document"
	case ".js":
		if name == "sw.js" {
			return "serviceworker"
		}
		return "script"
	case ".css":
		return "style"
	case ".woff2":
		return "font"
	}
	return "image"
}
