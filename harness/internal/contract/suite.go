package contract

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
)

// suite is what the operations made for tests must keep: late answers, errors and events on demand.
func suite() []rule {
	var rules []rule
	for _, ms := range []int{0, 300} {
		rules = append(rules, rule{"late answer", call{target: fmt.Sprintf("/api/slow?ms=%d", ms), status: 200},
			func(_ context.Context, _ *session, a answer) error {
				got, err := decode[struct{ MS int }](a)
				if err == nil && got.MS != ms {
					err = fmt.Errorf("says %d ms, asked for %d", got.MS, ms)
				}
				if err == nil && a.took < time.Duration(ms)*time.Millisecond {
					err = fmt.Errorf("took %v, less than %d ms", a.took, ms)
				}
				return err
			}})
	}
	for _, status := range []int{400, 403, 404, 418, 500, 502, 503, 504, 599} {
		rules = append(
			rules,
			rule{"failure on demand", call{target: fmt.Sprintf("/api/fail?status=%d", status), status: status}, nil},
		)
	}
	rules = append(rules,
		rule{"events", call{target: "/api/sse", status: 200}, streams(3)},
		rule{"events", call{target: "/api/sse?events=1", status: 200}, streams(1)},
		rule{"events", call{target: "/api/sse?events=4", status: 200}, streams(4)})
	for _, target := range []string{
		"/api/slow", "/api/slow?ms=-1", "/api/slow?ms=10001", "/api/slow?ms=x", "/api/slow?ms=1.5",
		"/api/fail", "/api/fail?status=399", "/api/fail?status=600", "/api/fail?status=200", "/api/fail?status=x",
		"/api/sse?events=0", "/api/sse?events=101", "/api/sse?events=-1", "/api/sse?events=x",
	} {
		rules = append(rules, rule{"parameter out of range", call{target: target, status: 400}, nil})
	}
	return rules
}

// An event of a text/event-stream, and when it was there after the request began.
type event struct {
	name, data string
	at         time.Duration
}

// readEvents reads a stream to its end (HTML Living Standard, section 9.2.6, as far as these events need it).
func readEvents(r io.Reader, start time.Time) (body []byte, events []event, err error) {
	events = []event{} // not nil: there was a stream
	var e event
	lines := bufio.NewScanner(r)
	for lines.Scan() {
		line := lines.Text()
		body = append(body, line+"\n"...)
		name, value, _ := strings.Cut(line, ":")
		value = strings.TrimPrefix(value, " ")
		switch {
		case line == "" && e.data != "":
			e.at = time.Since(start)
			events = append(events, e)
			e = event{}
		case name == "event":
			e.name = value
		case name == "data":
			e.data += value
		}
	}
	return body, events, lines.Err()
}

// streams asserts the events, and that each was sent when it happened: nothing on the way kept them back.
func streams(count int) func(context.Context, *session, answer) error {
	const interval = 200 * time.Millisecond
	return func(_ context.Context, _ *session, a answer) error {
		if len(a.events) != count {
			return fmt.Errorf("got %d events, expected %d", len(a.events), count)
		}
		for i, e := range a.events {
			if expected := `{"n":` + strconv.Itoa(i+1) + `}`; e.name != "tick" ||
				strings.ReplaceAll(e.data, " ", "") != expected {
				return fmt.Errorf("event %d is %s %s, expected tick %s", i+1, e.name, e.data, expected)
			}
		}
		first, last := a.events[0].at, a.events[count-1].at
		// A busy machine delays any single event, so only the whole is timed: at least half of it passes between
		// the arrivals, where a buffer would let none pass.
		if whole := time.Duration(count-1) * interval; last-first < whole/2 {
			return fmt.Errorf("first event after %v, last after %v: expected %v between them", first, last, whole)
		}
		return nil
	}
}
