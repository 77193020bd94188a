package rig

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"time"

	"spabench/harness/internal/rawhttp"
)

const (
	// pollEvery is how often a starting server is asked: often enough to resolve a cold start of milliseconds, and
	// rarely enough not to slow it down.
	pollEvery = 500 * time.Microsecond

	// A server that is not ready after patience has more likely failed than started slowly, so it is asked less often
	// from then on: every PollPatiently.
	patience      = 10 * time.Second
	PollPatiently = 50 * time.Millisecond
)

// Probe sends the same request to a starting server until the response is correct.
type Probe struct {
	Addr    string // host and port
	Target  string
	Header  http.Header
	Correct func(rawhttp.Response) error // says why a response is not correct
	Every   time.Duration                // between two requests; 0 means pollEvery
}

// arrival is when responses to a probe arrived.
type arrival struct {
	first   time.Time // the first response, correct or not
	correct time.Time // the first correct one
}

// Await polls until the response is correct or ctx ends. The error then says what was wrong with the last response.
func (p Probe) Await(ctx context.Context) (arrival, error) {
	var a arrival
	last := fmt.Errorf("no connection to %s", p.Addr)
	every, began := cmp.Or(p.Every, pollEvery), time.Now()
	for {
		res, err := rawhttp.Ask(ctx, p.Addr, http.MethodGet, p.Target, p.Header, "")
		now := time.Now()
		if err == nil {
			if a.first.IsZero() {
				a.first = now
			}
			if err = p.Correct(res); err == nil {
				a.correct = now
				return a, nil
			}
			last = err
		} else if a.first.IsZero() && !over(ctx, now) {
			last = err // once there was a response, what was wrong with it tells more than a failed connection
		}
		if now.Sub(began) > patience {
			every = PollPatiently
		}
		select {
		case <-ctx.Done():
			return a, fmt.Errorf("no correct response to GET %s: %w", p.Target, last)
		case <-time.After(every):
		}
	}
}

// over reports whether the time of ctx is over: a connection with the same deadline may fail a little before ctx does.
func over(ctx context.Context, now time.Time) bool {
	deadline, ok := ctx.Deadline()
	return ctx.Err() != nil || ok && !now.Before(deadline)
}
