package mutant

import (
	"bufio"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync"
	"time"
)

// wired hands out connections changed by wire.
type wired struct {
	net.Listener
	wire func(net.Conn) net.Conn
}

func (l wired) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return l.wire(conn), nil
}

// maxEdited is how much of a request's head is held back to be edited, in bytes.
const maxEdited = 64 << 10

// editHead changes the head of the first request of each connection, before
// net/http reads it: its request line and fields, each with CRLF.
func editHead(change func(lines []string) []string) func(net.Conn) net.Conn {
	return func(conn net.Conn) net.Conn { return &edited{Conn: conn, change: change} }
}

type edited struct {
	net.Conn
	change func(lines []string) []string
	rest   io.Reader // nil: the head has not been read
}

// Read is called by one goroutine at a time.
func (e *edited) Read(p []byte) (int, error) {
	if e.rest == nil {
		buffered := bufio.NewReader(e.Conn)
		var lines []string
		for size := 0; size < maxEdited; {
			line, err := buffered.ReadString('\n')
			if err != nil || line == "\r\n" {
				e.rest = io.MultiReader(strings.NewReader(strings.Join(e.change(lines), "")+line), buffered)
				break
			}
			lines = append(lines, line)
			size += len(line)
		}
		if e.rest == nil {
			e.rest = io.MultiReader(strings.NewReader(strings.Join(lines, "")), buffered)
		}
	}
	return e.rest.Read(p)
}

// fieldOf is a field line's name in lower case; empty for a request line.
func fieldOf(line string) string {
	name, _, isField := strings.Cut(line, ":")
	if !isField || strings.Contains(name, " ") {
		return ""
	}
	return strings.ToLower(name)
}

// oneAtATime serves a connection when those that came before it have ended.
func oneAtATime() func(net.Conn) net.Conn {
	last := make(chan struct{})
	close(last)
	return func(conn net.Conn) net.Conn { // called by one goroutine, in the order in which they come
		q := &queued{Conn: conn, before: last, done: make(chan struct{})}
		last = q.done
		return q
	}
}

type queued struct {
	net.Conn
	before <-chan struct{}
	done   chan struct{}
	end    sync.Once
}

// Read waits until it is this connection's turn.
func (q *queued) Read(p []byte) (int, error) {
	<-q.before
	return q.Conn.Read(p)
}

func (q *queued) Close() error {
	q.end.Do(func() {
		go func() { <-q.before; close(q.done) }()
	})
	return q.Conn.Close()
}

// late serves one connection at a time, like a server behind a proxy that connects only for a whole head, or after a
// while: whoever asks at once overtakes those that came before and are idle.
func late() func(net.Conn) net.Conn {
	turn := make(chan struct{}, 1)
	return func(conn net.Conn) net.Conn { return &overtaken{Conn: conn, turn: turn} }
}

type overtaken struct {
	net.Conn
	turn chan struct{}
	rest io.Reader // nil: nothing has been read

	mu          sync.Mutex
	has, closed bool // the turn; the connection
}

// Read waits for the connection's turn, which lasts until it is closed.
func (o *overtaken) Read(p []byte) (int, error) {
	if o.rest == nil {
		_ = o.Conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		var head []byte
		for more := make([]byte, 4<<10); !strings.Contains(string(head), "\r\n\r\n"); {
			n, err := o.Conn.Read(more)
			head = append(head, more[:n]...)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				break
			} else if err != nil {
				return 0, err
			}
		}
		_ = o.Conn.SetReadDeadline(time.Time{})
		o.rest = io.MultiReader(strings.NewReader(string(head)), o.Conn)
		o.turn <- struct{}{}
		o.mu.Lock()
		if o.has = !o.closed; !o.has { // meanwhile
			<-o.turn
		}
		o.mu.Unlock()
	}
	return o.rest.Read(p)
}

func (o *overtaken) Close() error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.has {
		<-o.turn
	}
	o.has, o.closed = false, true
	return o.Conn.Close()
}

// impatient hangs up on a connection whose first bytes are not a whole head.
func impatient(conn net.Conn) net.Conn { return &hasty{Conn: conn} }

type hasty struct {
	net.Conn
	rest io.Reader // nil: nothing has been read
}

func (h *hasty) Read(p []byte) (int, error) {
	if h.rest == nil {
		first := make([]byte, 96<<10)
		n, err := h.Conn.Read(first)
		if err == nil && !strings.Contains(string(first[:n]), "\r\n\r\n") {
			_ = h.Conn.Close()
			err = io.EOF
		}
		if err != nil {
			return 0, err
		}
		h.rest = io.MultiReader(strings.NewReader(string(first[:n])), h.Conn)
	}
	return h.rest.Read(p)
}
