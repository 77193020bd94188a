package rawhttp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// askTime bounds one call of Ask.
const askTime = 5 * time.Second

// ErrTooLong says that a body was not read further than the bound that was given.
var ErrTooLong = errors.New("size bound reached")

// TruncatedError says why the body of a response is not whole.
type TruncatedError struct {
	Read     int64 // bytes of the body that came
	Declared int64 // by Content-Length; -1 if it was not
	Err      error // ErrTooLong, or what ended the body
}

func (e *TruncatedError) Error() string {
	switch {
	case errors.Is(e.Err, ErrTooLong):
		return fmt.Sprintf("the body is longer than %d bytes and was not read further", e.Read)
	case errors.Is(e.Err, io.ErrUnexpectedEOF) && e.Declared >= 0:
		return fmt.Sprintf("Content-Length is %d, but the body ends after %d bytes", e.Declared, e.Read)
	}
	return fmt.Sprintf("the body breaks off after %d bytes: %v", e.Read, e.Err)
}

func (e *TruncatedError) Unwrap() error { return e.Err }

// Ask makes one request to the address (host and port) on a connection of its own. Host, Content-Length for content,
// and Connection: close are added to the header; an empty method is GET. With a [TruncatedError] the response has the
// part of the body that came.
func Ask(ctx context.Context, addr, method, target string, header http.Header, content string) (Response, error) {
	if method == "" {
		method = http.MethodGet
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	var dialer net.Dialer
	conn, err := dialer.DialContext(ctx, "tcp", addr)
	if err != nil {
		return Response{}, err
	}
	c := NewConn(conn)
	defer func() { _ = c.Close() }()
	defer c.Bind(ctx)()

	var message strings.Builder
	fmt.Fprintf(&message, "%s %s HTTP/1.1\r\nHost: %s\r\n", method, target, addr)
	_ = header.Write(&message) // a strings.Builder takes everything
	if content != "" {
		fmt.Fprintf(&message, "Content-Length: %d\r\n", len(content))
	}
	message.WriteString("Connection: close\r\n\r\n" + content)
	r, err := c.Exchange(Request{Message: message.String(), Method: method})
	if r != nil {
		return *r, err
	}
	_ = c.Close()
	if unsent := c.Sent(); unsent != nil {
		err = fmt.Errorf("%w (%w)", err, unsent)
	}
	return Response{}, err
}
