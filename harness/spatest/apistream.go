package spatest

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"time"
)

const (
	eventsAwaited = 3                      // Target.APIEvents sends as many, at least
	eventsApart   = 100 * time.Millisecond // or more
	maxEvents     = 1 << 20                // of a stream, in bytes
)

func checkAPIStreaming(ctx context.Context, p *Pass) error {
	for _, coding := range []string{"", "gzip"} {
		header := []Field{{"Accept", "text/event-stream"}}
		if coding != "" {
			header = append(header, Field{"Accept-Encoding", coding})
		}
		if err := p.checkEvents(ctx, Request{Target: p.Target.APIEvents, Header: header}); err != nil {
			return err
		}
	}
	return nil
}

// checkEvents reports a stream whose events arrive together. A busy machine can
// make them seem so: only what happens every time is reported.
func (p *Pass) checkEvents(ctx context.Context, request Request) error {
	const expected = "each event when it is sent"
	const attempts = 3
	var x *Exchange
	got := ""
	for range attempts {
		var arrivals []time.Time
		var err error
		arrivals, x, err = p.events(ctx, request)
		if unanswered(ctx, x, err) {
			got = fmt.Sprintf("no answer within %s", p.Target.Timeout)
			continue
		}
		if err != nil {
			return err
		}
		if x.Response.Status != http.StatusOK || mediaType(x) != "text/event-stream" {
			p.Reportf(x, "200, text/event-stream", "", "the response is not an event stream")
			return nil
		}
		if len(arrivals) < eventsAwaited {
			got = fmt.Sprintf(
				"%d of %d events, until the stream ended or %s had passed",
				len(arrivals),
				eventsAwaited,
				p.Target.Timeout,
			)
			continue
		}
		spread := arrivals[eventsAwaited-1].Sub(arrivals[0])
		if spread >= eventsApart { // half of what it must have been
			return nil
		}
		got = fmt.Sprintf("%d events within %s", eventsAwaited, spread.Round(time.Millisecond))
	}
	p.Reportf(x, expected, got, "something between the API and the client delays events")
	return nil
}

// events reads a stream until enough events have arrived, and returns when each did.
func (p *Pass) events(ctx context.Context, request Request) (arrivals []time.Time, x *Exchange, err error) {
	var undo error
	request.watch = func(r *Response, content io.Reader) {
		content = io.LimitReader(content, maxEvents)
		switch coding := strings.ToLower(r.Header.Get("Content-Encoding")); coding {
		case "", "identity":
		case "gzip", "x-gzip":
			content = &lazyGzip{source: content}
		default:
			undo = fmt.Errorf("undo %s: %w", coding, errCoding)
			return
		}
		arrivals = arrivalsOf(io.LimitReader(content, maxEvents))
	}
	x, err = p.Do(ctx, request)
	if err == nil {
		err = undo
	}
	return arrivals, x, err
}

// lazyGzip begins to decode when it is first read.
type lazyGzip struct {
	source  io.Reader
	decoder *gzip.Reader
}

func (l *lazyGzip) Read(p []byte) (int, error) {
	if l.decoder == nil {
		var err error
		if l.decoder, err = gzip.NewReader(l.source); err != nil {
			return 0, err
		}
	}
	return l.decoder.Read(p)
}

// arrivalsOf is when each event has arrived, of as many as are awaited. What ends
// the stream, its own end or a bound, ends the list.
func arrivalsOf(stream io.Reader) []time.Time {
	var parser eventParser
	var arrivals []time.Time
	buffer := make([]byte, 4<<10)
	for len(arrivals) < eventsAwaited {
		n, err := stream.Read(buffer)
		now := time.Now()
		for range parser.feed(buffer[:n]) {
			arrivals = append(arrivals, now)
		}
		if err != nil {
			break
		}
	}
	return arrivals[:min(len(arrivals), eventsAwaited)]
}

// eventParser counts the events of a stream (HTML standard, "Interpreting an
// event stream"): blocks of lines that end with an empty one, and have data.
type eventParser struct {
	line    []byte // not yet ended
	hasData bool
	afterCR bool // a line feed now belongs to the line end before it
}

// feed takes the next bytes of the stream, and returns how many events they end.
func (e *eventParser) feed(p []byte) int {
	events := 0
	for _, b := range p {
		afterCR := e.afterCR
		e.afterCR = b == '\r'
		switch {
		case b == '\n' && afterCR:
		case b != '\n' && b != '\r':
			e.line = append(e.line, b)
		case len(e.line) == 0:
			if e.hasData {
				events++
			}
			e.hasData = false
		default:
			name, _, _ := bytes.Cut(bytes.TrimPrefix(e.line, []byte("\xef\xbb\xbf")), []byte(":"))
			e.hasData = e.hasData || string(name) == "data"
			e.line = slices.Delete(e.line, 0, len(e.line))
		}
	}
	return events
}
