package spatest

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"net/url"
	"os"
	"slices"
	"spabench/harness/internal/rawhttp"
	"strconv"
	"strings"
	"time"
)

const (
	maxConns = 4 // connections at once
	// lingerTime is how long the end of the connection is awaited after a
	// response, to see bytes that should not be there.
	lingerTime = 50 * time.Millisecond
)

// unanswered: x was sent whole, and no answer came in its time.
func unanswered(ctx context.Context, x *Exchange, err error) bool {
	return x != nil && ctx.Err() == nil && errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, rawhttp.ErrUnsent)
}

// client speaks HTTP/1.1 to one origin. It normalises nothing and follows nothing.
type client struct {
	origin  *url.URL
	base    string // the path of the app, without a slash at its end
	tls     *tls.Config
	header  http.Header
	dial    func(ctx context.Context, network, addr string) (net.Conn, error)
	timeout time.Duration
	slots   chan struct{} // one token for each connection
	pace    *pace

	recording *Recording // answers instead of the origin; nil: none
}

func newClient(t Target, origin *url.URL) *client {
	dial := t.Dial
	switch {
	case t.Recording != nil:
		dial = func(context.Context, string, string) (net.Conn, error) { return nil, errNotRecorded }
	case dial == nil:
		dial = new(net.Dialer).DialContext
	}
	return &client{
		origin: origin, base: t.base(), tls: t.TLS, header: t.Header, dial: dial, timeout: t.Timeout,
		slots: make(chan struct{}, maxConns), pace: newPace(t, origin.Hostname()), recording: t.Recording,
	}
}

// do sends the requests on one connection, each after the response to the one
// before, and asks the server to close it after the last. It returns an exchange
// for each request that was sent; the last has no response if there is an error.
func (c *client) do(ctx context.Context, requests ...Request) (done []*Exchange, err error) {
	if c.recording != nil {
		return c.recording.answers(requests)
	}
	if err := c.pace.wait(ctx, len(requests)); err != nil {
		return nil, err
	}
	if err := c.take(ctx); err != nil {
		return nil, err
	}
	defer c.give()
	return c.converse(ctx, requests...)
}

// take waits for one of the connections that may be open at once, and give ends its use.
func (c *client) take(ctx context.Context) error {
	select {
	case c.slots <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (c *client) give() { <-c.slots }

// converse is do for who has been given a connection.
func (c *client) converse(ctx context.Context, requests ...Request) (done []*Exchange, err error) {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	conn, err := c.connect(ctx)
	if err != nil {
		return nil, c.explain(ctx, "connect", err)
	}
	defer conn.Close()
	defer conn.Bind(ctx)()
	for i, request := range requests {
		last := i == len(requests)-1
		x, err := c.exchange(ctx, conn, request, last)
		done = append(done, x)
		if err != nil {
			conn.Close()
			if unsent := conn.Sent(); unsent != nil {
				err = fmt.Errorf("%w (%w)", err, unsent)
			}
			return done, err
		}
		if last && x.Response.Broken == "" && request.watch == nil {
			deadline, _ := ctx.Deadline()
			x.Response.Extra = conn.Rest(earlier(deadline, time.Now().Add(lingerTime)))
		}
		if last || x.Response.Broken != "" {
			return done, nil // after a broken response, the next could not be told from it
		}
		if err := conn.Sent(); err != nil {
			return done, c.explain(ctx, x.Request.Method+" "+x.Request.Target, err)
		}
	}
	return done, nil
}

// exchange sends one request on the connection and reads the response to it.
func (c *client) exchange(ctx context.Context, conn *rawhttp.Conn, request Request, last bool) (*Exchange, error) {
	x := &Exchange{Origin: c.origin.String(), insecure: c.tls != nil && c.tls.InsecureSkipVerify}
	message := c.compose(&request, last)
	x.Request = request.sent()
	began := time.Now()
	var err error
	x.Response, err = request.over(conn, message)
	x.took = time.Since(began)
	if err != nil {
		err = c.explain(ctx, request.Method+" "+request.Target, err)
	}
	return x, err
}

// over sends the request, which is the message as bytes, and reads the response:
// a body that is not whole is the response's Broken.
func (r Request) over(conn *rawhttp.Conn, message string) (*Response, error) {
	maxBody := cmp.Or(r.maxBody, rawhttp.DefaultMaxBody)
	raw := rawhttp.Request{Message: message, Padding: r.Padding, Method: r.Method, MaxBody: maxBody}
	if r.watch != nil {
		raw.Watch = func(response *rawhttp.Response, body io.Reader) { r.watch(newResponse(response, maxBody), body) }
	}
	received, err := conn.Exchange(raw)
	if received == nil {
		return nil, err
	}
	response := newResponse(received, maxBody)
	if err != nil {
		response.Broken = err.Error()
		response.unread = errors.Is(err, rawhttp.ErrTooLong)
	}
	return response, nil
}

func newResponse(r *rawhttp.Response, limit int64) *Response {
	return &Response{
		Proto: r.Proto, Status: r.Status, Header: r.Header, Body: r.Body,
		Size: int64(len(r.Body)), Excerpt: excerpt(r.Body), limit: limit, chunked: r.Chunked,
	}
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func (c *client) connect(ctx context.Context) (*rawhttp.Conn, error) {
	conn, err := c.dialOrigin(ctx)
	if err != nil {
		return nil, err
	}
	return rawhttp.NewConn(conn), nil
}

// dialOrigin opens a connection, secured for an origin of https.
func (c *client) dialOrigin(ctx context.Context) (net.Conn, error) {
	port := c.origin.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[c.origin.Scheme]
	}
	conn, err := c.dial(ctx, "tcp", net.JoinHostPort(c.origin.Hostname(), port))
	if err != nil || c.origin.Scheme != "https" {
		return conn, err
	}
	config := &tls.Config{}
	if c.tls != nil {
		config = c.tls.Clone()
	}
	if config.ServerName == "" {
		config.ServerName = c.origin.Hostname()
	}
	config.NextProtos = []string{"http/1.1"}
	secure := tls.Client(conn, config)
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}

// compose writes the request as bytes, and completes request.Header to what is
// sent, credentials replaced by the name of a shell variable.
func (c *client) compose(request *Request, last bool) string {
	if request.Method == "" {
		request.Method = http.MethodGet
	}
	if request.Raw != "" {
		return request.Raw
	}
	if !request.fromRoot && strings.HasPrefix(request.Target, "/") {
		request.Target = c.base + request.Target
	}
	host := c.origin.Host
	isHost := func(f Field) bool { return strings.EqualFold(f.Name, "Host") }
	if i := slices.IndexFunc(request.Header, isHost); i >= 0 {
		host = request.Header[i].Value
	}
	fields := slices.DeleteFunc(slices.Clone(request.Header), isHost)
	shown := slices.Clone(request.Header)
	add := func(name, value, show string) {
		fields = append(fields, Field{name, value})
		shown = append(shown, Field{name, show})
	}
	for _, name := range slices.Sorted(maps.Keys(c.header)) {
		for _, value := range c.header[name] {
			switch http.CanonicalHeaderKey(name) {
			case "Host":
				if !slices.ContainsFunc(request.Header, isHost) { // the check's own goes first
					host = value
					shown = append(shown, Field{name, value})
				}
			case "Authorization", "Proxy-Authorization", "Cookie":
				add(name, value, secretOf(name))
			default:
				add(name, value, value)
			}
		}
	}
	if !slices.ContainsFunc(fields, func(f Field) bool { return strings.EqualFold(f.Name, "User-Agent") }) {
		add("User-Agent", "spatest", "spatest")
	}
	if request.Body != "" {
		length := strconv.FormatInt(int64(len(request.Body))+request.Padding, 10)
		add("Content-Length", length, length)
	}
	if last {
		add("Connection", "close", "close")
	}
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s HTTP/1.1\r\nHost: %s\r\n", request.Method, request.Target, host)
	for _, f := range fields {
		fmt.Fprintf(&b, "%s: %s\r\n", f.Name, f.Value)
	}
	b.WriteString("\r\n" + request.Body)
	request.Header = shown
	return b.String()
}

// explain says which bound an exchange ran into.
func (c *client) explain(ctx context.Context, action string, err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) || errors.Is(err, context.DeadlineExceeded) {
		if errors.Is(ctx.Err(), context.Canceled) {
			err = context.Canceled
		} else {
			err = fmt.Errorf("not finished within %s: %w", c.timeout, os.ErrDeadlineExceeded)
		}
	}
	return fmt.Errorf("%s: %w", action, err)
}
