package spatest

import (
	"context"
	"net"
	"strings"
	"sync"
	"time"
)

// politeRate is how many requests a second somebody else's server gets when
// nothing is said.
const politeRate = 10

// paceRequests is how many requests of one check may wait for their turn before
// its time is over.
const paceRequests = 400

// pace spaces requests evenly: no burst makes up for a pause.
type pace struct {
	every time.Duration // between two requests; 0: at will

	mu   sync.Mutex
	next time.Time // when the next one may go
}

// newPace follows Target.Rate.
func newPace(t Target, host string) *pace {
	rate := t.Rate
	if rate == 0 && t.Dial == nil && t.Host == nil && !isLoopback(host) {
		rate = politeRate
	}
	if rate == 0 {
		return &pace{}
	}
	return &pace{every: time.Duration(float64(time.Second) / rate)}
}

// wait blocks until n requests may go.
func (p *pace) wait(ctx context.Context, n int) error {
	if p.every == 0 {
		return nil
	}
	now := time.Now()
	p.mu.Lock()
	turn := p.next
	if turn.Before(now) {
		turn = now
	}
	p.next = turn.Add(time.Duration(n) * p.every)
	p.mu.Unlock()
	return pause(ctx, turn.Sub(now))
}

// allowance is the time that a check may spend waiting for its turns, with the
// checks that run beside it. It is no fault of the server.
func (p *pace) allowance() time.Duration { return paceRequests * maxConns * p.every }

// isLoopback reports whether a host name or address is this machine by its form.
func isLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	ip := net.ParseIP(host)
	return host == "localhost" || strings.HasSuffix(host, ".localhost") || ip != nil && ip.IsLoopback()
}
