package spatest

import (
	"bufio"
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
	"strconv"
	"strings"
	"time"
)

const (
	maxHead        = 64 << 10 // of status line and header, and of what follows a response, in bytes
	defaultMaxBody = 16 << 20 // of a response body, in bytes
	maxConns       = 4        // connections at once
	// lingerTime is how long the end of the connection is awaited after a
	// response, to see bytes that should not be there.
	lingerTime = 50 * time.Millisecond
)

// errClosed: the server ended the connection instead of answering.
var errClosed = errors.New("the server closed the connection without a response")

// errUnsent: the server did not take the request to its end.
var errUnsent = errors.New("the request was not taken to its end")

// unanswered: x was sent whole, and no answer came in its time.
func unanswered(ctx context.Context, x *Exchange, err error) bool {
	return x != nil && ctx.Err() == nil && errors.Is(err, os.ErrDeadlineExceeded) && !errors.Is(err, errUnsent)
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
}

func newClient(t Target, origin *url.URL) *client {
	dial := t.Dial
	if dial == nil {
		dial = new(net.Dialer).DialContext
	}
	return &client{
		origin: origin, base: t.base(), tls: t.TLS, header: t.Header, dial: dial, timeout: t.Timeout,
		slots: make(chan struct{}, maxConns), pace: newPace(t, origin.Hostname()),
	}
}

// do sends the requests on one connection, each after the response to the one
// before, and asks the server to close it after the last. It returns an exchange
// for each request that was sent; the last has no response if there is an error.
func (c *client) do(ctx context.Context, requests ...Request) (done []*Exchange, err error) {
	if err := c.pace.wait(ctx, len(requests)); err != nil {
		return nil, err
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	conn, err := c.connect(ctx)
	if err != nil {
		return nil, c.explain(ctx, "connect", err)
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	conn.SetDeadline(deadline)
	defer context.AfterFunc(ctx, func() { conn.SetDeadline(time.Unix(1, 0)) })()

	bounded := &budget{r: conn}
	br := bufio.NewReader(bounded)
	for i, request := range requests {
		last := i == len(requests)-1
		x := &Exchange{Origin: c.origin.String(), insecure: c.tls != nil && c.tls.InsecureSkipVerify}
		message := c.compose(&request, last)
		x.Request = request.sent()
		done = append(done, x)
		// A server may answer, and read no further or close, before it has read everything.
		wrote, began := make(chan error, 1), time.Now()
		go func() { wrote <- write(conn, message, request.Padding) }()
		bounded.left = maxHead
		x.Response, err = readResponse(br, bounded, request)
		x.took = time.Since(began)
		if err != nil {
			err = c.explain(ctx, request.Method+" "+request.Target, err)
			conn.Close()
			if writeErr := <-wrote; writeErr != nil {
				err = fmt.Errorf("%w (%w: %w)", err, errUnsent, writeErr)
			}
			return done, err
		}
		if last && x.Response.Broken == "" && request.watch == nil {
			conn.SetReadDeadline(earlier(deadline, time.Now().Add(lingerTime)))
			bounded.left = maxHead
			n, _ := io.Copy(io.Discard, br)
			x.Response.Extra = int(n)
		}
		if last || x.Response.Broken != "" {
			return done, nil // after a broken response, the next could not be told from it
		}
		if err := <-wrote; err != nil {
			return done, c.explain(ctx, request.Method+" "+request.Target, err)
		}
	}
	return done, nil
}

// write sends the message, and padding spaces behind it.
func write(w io.Writer, message string, padding int64) error {
	_, err := io.WriteString(w, message)
	const block = 32 << 10
	for ; err == nil && padding > 0; padding -= block {
		_, err = io.WriteString(w, strings.Repeat(" ", int(min(padding, block))))
	}
	return err
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func (c *client) connect(ctx context.Context) (net.Conn, error) {
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

// budget reads from r until left bytes have been read.
type budget struct {
	r    io.Reader
	left int64
}

var errBudget = errors.New("size bound reached")

func (b *budget) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errBudget
	}
	n, err := b.r.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}

// readResponse reads one final response, within maxHead and maxBody. An error
// means that there is none; a body that is not whole is the response's Broken.
func readResponse(br *bufio.Reader, bounded *budget, request Request) (*Response, error) {
	method, maxBody := request.Method, request.maxBody
	if maxBody == 0 {
		maxBody = defaultMaxBody
	}
	if _, err := br.Peek(1); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, err
		}
		return nil, fmt.Errorf("%w (%w)", errClosed, err)
	}
	message, err := http.ReadResponse(br, &http.Request{Method: method})
	// Interim responses (100 Continue, 103 Early Hints) precede the final one.
	for err == nil && message.StatusCode < 200 && message.StatusCode != http.StatusSwitchingProtocols {
		message, err = http.ReadResponse(br, &http.Request{Method: method})
	}
	if errors.Is(err, errBudget) {
		return nil, fmt.Errorf("read response: header over %d bytes", maxHead)
	}
	if err != nil {
		return nil, fmt.Errorf("read response: %w", err)
	}
	defer message.Body.Close()
	r := &Response{Proto: message.Proto, Status: message.StatusCode, Header: message.Header, limit: maxBody}
	if message.Close && message.ProtoAtLeast(1, 1) {
		r.Header.Set("Connection", "close") // as it was sent: ReadResponse takes it out
	}
	bounded.left = maxBody + maxHead // chunks have a frame of their own
	if request.watch != nil {
		request.watch(r, message.Body)
		bounded.left = 0 // a stream without end is not read to its end
		return r, nil
	}
	r.Body, err = io.ReadAll(io.LimitReader(message.Body, maxBody+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, err
	case errors.Is(err, errBudget) || int64(len(r.Body)) > maxBody:
		r.Broken = fmt.Sprintf("the body is over %d bytes: not read further", maxBody)
		r.Body = r.Body[:min(int64(len(r.Body)), maxBody)]
	case errors.Is(err, io.ErrUnexpectedEOF) && message.ContentLength >= 0:
		r.Broken = fmt.Sprintf("Content-Length is %d, but the body ends after %d bytes", message.ContentLength, len(r.Body))
	case err != nil:
		r.Broken = fmt.Sprintf("the body breaks off after %d bytes: %v", len(r.Body), err)
	}
	r.Size = int64(len(r.Body))
	r.Excerpt = excerpt(r.Body)
	return r, nil
}
