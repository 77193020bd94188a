// Package rawhttp sends HTTP/1.1 requests byte for byte as they are written, and tells what came back as it was sent:
// redirects are not followed, content codings are not decoded, and a body that is not whole is a [TruncatedError].
// The client of net/http would repair what checks and probes are about.
package rawhttp

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"time"
)

const (
	MaxHead        = 64 << 10 // of a status line and header, and of what follows a response, in bytes
	DefaultMaxBody = 16 << 20 // of a response body, in bytes
)

var (
	// ErrClosed says that the server ended the connection instead of answering.
	ErrClosed = errors.New("the server closed the connection without a response")
	// ErrUnsent says that the server did not read the request to its end.
	ErrUnsent = errors.New("the request was not read to its end")
)

// Request is what goes out on a connection.
type Request struct {
	Message string // the whole request as bytes, but for the padding
	Padding int64  // number of spaces sent after Message
	Method  string // of Message: the response to HEAD has no body
	MaxBody int64  // of the response, in bytes; 0 means DefaultMaxBody

	// Watch, if not nil, reads the body as it arrives. The response then has none, and the connection is of no more
	// use.
	Watch func(r *Response, body io.Reader)
}

// Response is what came back. The body is as it was sent, but with its chunks joined.
type Response struct {
	Proto  string
	Status int
	Coding string // of the body: the field Content-Encoding
	Header http.Header
	Body   []byte

	Chunked bool // Body came in chunks
}

// Conn is a connection on which one request is sent after the other.
type Conn struct {
	conn    net.Conn
	bounded *budget
	reader  *bufio.Reader
	sent    chan error // has one value when the last request was sent, or could not be
}

// NewConn uses a connection that exists.
func NewConn(conn net.Conn) *Conn {
	bounded := &budget{r: conn}
	return &Conn{conn: conn, bounded: bounded, reader: bufio.NewReader(bounded)}
}

// Close ends the connection.
func (c *Conn) Close() error { return c.conn.Close() }

// Bind makes reads and writes fail when ctx ends, until release is called.
func (c *Conn) Bind(ctx context.Context) (release func()) {
	deadline, _ := ctx.Deadline() // none is the zero time, which takes an old one away
	_ = c.conn.SetDeadline(deadline)
	stop := context.AfterFunc(ctx, func() { _ = c.conn.SetDeadline(time.Unix(1, 0)) })
	return func() { stop() }
}

// Exchange sends a request and reads the response to it. With a [TruncatedError] there is a response whose body is not
// whole; with any other error there is none. A server may answer before it has read everything: see [Conn.Sent].
func (c *Conn) Exchange(r Request) (*Response, error) {
	sent := make(chan error, 1)
	c.sent = sent
	go func() { sent <- write(c.conn, r.Message, r.Padding) }()
	c.bounded.left = MaxHead
	return read(c.reader, c.bounded, r)
}

// Sent waits until the last request has been sent. The error is an [ErrUnsent]. Without a response, close the
// connection first.
func (c *Conn) Sent() error {
	err := <-c.sent
	c.sent <- err
	if err != nil {
		return fmt.Errorf("%w: %w", ErrUnsent, err)
	}
	return nil
}

// Rest counts the bytes that come after the response until the connection or the time ends.
func (c *Conn) Rest(end time.Time) int {
	_ = c.conn.SetReadDeadline(end)
	c.bounded.left = MaxHead
	n, _ := io.Copy(io.Discard, c.reader)
	return int(n)
}

// write sends the message, and padding spaces after it.
func write(w io.Writer, message string, padding int64) error {
	_, err := io.WriteString(w, message)
	const block = 32 << 10
	for ; err == nil && padding > 0; padding -= block {
		_, err = io.WriteString(w, strings.Repeat(" ", int(min(padding, block))))
	}
	return err
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

// read reads one final response, within MaxHead and the request's MaxBody.
func read(reader *bufio.Reader, bounded *budget, request Request) (*Response, error) {
	maxBody := request.MaxBody
	if maxBody == 0 {
		maxBody = DefaultMaxBody
	}
	message, err := readHead(reader, request.Method)
	if err != nil {
		return nil, err
	}
	defer func() { _ = message.Body.Close() }()
	r := &Response{
		Proto: message.Proto, Status: message.StatusCode,
		Coding: message.Header.Get("Content-Encoding"), Header: message.Header,
		Chunked: len(message.TransferEncoding) > 0,
	}
	if message.Close && message.ProtoAtLeast(1, 1) {
		r.Header.Set("Connection", "close") // as it was sent: ReadResponse takes it out
	}
	bounded.left = maxBody + MaxHead // chunks have a frame of their own
	if request.Watch != nil {
		request.Watch(r, message.Body)
		bounded.left = 0 // a stream without end is not read to its end
		return r, nil
	}
	r.Body, err = io.ReadAll(io.LimitReader(message.Body, maxBody+1))
	switch {
	case errors.Is(err, os.ErrDeadlineExceeded):
		return nil, err
	case errors.Is(err, errBudget) || int64(len(r.Body)) > maxBody:
		r.Body = r.Body[:min(int64(len(r.Body)), maxBody)]
		return r, &TruncatedError{Read: maxBody, Declared: message.ContentLength, Err: ErrTooLong}
	case err != nil:
		return r, &TruncatedError{Read: int64(len(r.Body)), Declared: message.ContentLength, Err: err}
	}
	return r, nil
}

// readHead reads a response to where its body begins. Interim responses (100 Continue, 103 Early Hints) precede the
// final one.
func readHead(reader *bufio.Reader, method string) (*http.Response, error) {
	if _, err := reader.Peek(1); err != nil {
		if errors.Is(err, os.ErrDeadlineExceeded) {
			return nil, err
		}
		return nil, fmt.Errorf("%w (%w)", ErrClosed, err)
	}
	message, err := http.ReadResponse(reader, &http.Request{Method: method})
	for err == nil && message.StatusCode < 200 && message.StatusCode != http.StatusSwitchingProtocols {
		message, err = http.ReadResponse(reader, &http.Request{Method: method})
	}
	if errors.Is(err, errBudget) {
		return nil, fmt.Errorf("read response: header over %d bytes", MaxHead)
	}
	if err != nil {
		return nil, fmt.Errorf("read response: %w", err)
	}
	return message, nil
}
