package rig

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"sync"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
)

// CleanUp calls a clean-up with time of its own, since ctx may have ended, and joins its error to err.
func CleanUp(ctx context.Context, err *error, cleanUp func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), CleanUpWithin)
	defer cancel()
	*err = errors.Join(*err, cleanUp(ctx))
}

const slowPoll = 5 * time.Millisecond

// pollingOf is how often a starting variant is asked. Under limits less often: a proxy whose backend does not answer yet
// would spend the quota that the backend needs on refusing.
func pollingOf(r *lab.Running) time.Duration {
	if r.Limited() {
		return slowPoll
	}
	return pollEvery
}

// WhyEnded says which container ended by itself, and of what; nil when none did.
func WhyEnded(ctx context.Context, r *lab.Running) error {
	name, code, ok := r.Exited(ctx)
	switch {
	case !ok:
		return nil
	case r.OutOfMemory(ctx, name):
		return fmt.Errorf("container %s was killed for want of memory (exit code %d)", name, code)
	}
	return fmt.Errorf("container %s ended by itself with exit code %d", name, code)
}

// ReadyWithin is how long a variant may take from the first start call to its first correct answers; tests shorten it.
var ReadyWithin = 30 * time.Second

const CleanUpWithin = time.Minute // for taking a variant away, after Ctrl-C too

// ColdStart starts the containers and polls until page and API answer correctly.
//
// Polling begins when the engine says that all containers are started. A connection to a published port before that
// is taken by the engine's own proxy, whose packets to an address that does not answer yet are sent again after a
// second: it would delay what it measures. So no phase is seen before Returned.
func ColdStart(ctx context.Context, r *lab.Running, d Dist) (record.Start, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return record.Start{}, err
	}
	began := time.Now()
	if err := r.Start(ctx); err != nil {
		return record.Start{}, err
	}
	s := record.Start{Returned: time.Since(began)}
	ctx, cancel := context.WithTimeout(ctx, ReadyWithin)
	defer cancel()
	var page, api answer
	var pageErr, apiErr error
	var wg sync.WaitGroup
	wg.Go(func() {
		page, pageErr = Probe{Addr: u.Host, Target: "/", Header: http.Header{"Accept": {"text/html"}}, Correct: d.correctPage, Every: pollingOf(r)}.Await(ctx)
	})
	wg.Go(func() {
		api, apiErr = Probe{Addr: u.Host, Target: APITarget, Header: BrowserHeader("empty", "gzip"), Correct: CorrectAPI, Every: pollingOf(r)}.Await(ctx)
	})
	gaveUp := watch(ctx, cancel, r)
	wg.Wait()
	cancel()
	if err := errors.Join(<-gaveUp, pageErr, apiErr); err != nil {
		return s, fmt.Errorf("not ready within %s: %w", ReadyWithin, err)
	}
	s.FirstByte = min(page.firstByte.Sub(began), api.firstByte.Sub(began))
	s.Page, s.API = page.correct.Sub(began), api.correct.Sub(began)
	return s, nil
}

// watch ends the wait when a container ends by itself: it will not become ready any more.
func watch(ctx context.Context, cancel context.CancelFunc, r *lab.Running) <-chan error {
	c := make(chan error, 1)
	go func() {
		defer close(c)
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(250 * time.Millisecond):
			}
			if err := WhyEnded(ctx, r); err != nil {
				c <- err
				cancel()
				return
			}
		}
	}()
	return c
}
