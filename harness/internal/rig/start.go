package rig

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/spatest"
	"spabench/variants"
)

// Start starts a variant and waits until its page and its API respond correctly. A recipe or an added server may never
// do so, and is awaited until it responds at all.
func (g Rig) Start(ctx context.Context, r *lab.Running, v variants.Variant) error {
	if v.Kind != variants.Recipe && v.Kind != variants.Added {
		_, err := g.ColdStart(ctx, r)
		return err
	}
	if err := r.Start(ctx); err != nil {
		return err
	}
	if err := g.AwaitAnswer(ctx, r, v.Ready...); err != nil {
		return fmt.Errorf("%s does not become ready on port %d: %w", v.Name, v.Entry().ListensOn(), err)
	}
	return nil
}

// ColdStart starts the containers and polls until the page and the API respond correctly; of a server whose build is
// not known, until there is any response for the page, and for the other targets that show that it is ready.
//
// Polling begins when the engine says that all containers are started. A connection to a published port before that
// is taken by the engine's own proxy, whose packets to an address that does not respond yet are retransmitted after a
// second: it would delay what it measures. So no phase is seen before Returned.
func (g Rig) ColdStart(ctx context.Context, r *lab.Running, ready ...string) (record.Start, error) {
	u, err := url.Parse(r.URL)
	if err != nil {
		return record.Start{}, err
	}
	began := time.Now()
	if err := r.Start(ctx); err != nil {
		return record.Start{}, err
	}
	s := record.Start{Returned: time.Since(began)}
	html := http.Header{"Accept": {"text/html"}}
	probes := []Probe{
		{u.Host, "/", html, g.Dist.correctPage, pollInterval(r)},
		{u.Host, APITarget, browser.APIHeader("gzip"), CorrectAPI, pollInterval(r)},
	}
	if !g.Dist.Known() {
		probes = nil
		for _, target := range slices.Compact(append([]string{"/"}, ready...)) {
			probes = append(probes, Probe{u.Host, target, html, noServerError, pollInterval(r)})
		}
	}
	asked := time.Now()
	arrivals, errs, exited := g.awaitAll(ctx, r, probes)
	if err := errors.Join(append([]error{exited}, errs...)...); err != nil {
		return s, fmt.Errorf("not ready within %s: %w", g.waited(r, asked), explained(ctx, r, err))
	}
	r.BecameReady(ctx)
	s.FirstByte = arrivals[0].first.Sub(began)
	for _, a := range arrivals[1:] {
		s.FirstByte = min(s.FirstByte, a.first.Sub(began))
	}
	s.Page = arrivals[0].correct.Sub(began)
	if g.Dist.Known() {
		s.API = arrivals[1].correct.Sub(began)
		return s, nil
	}
	for _, a := range arrivals[1:] {
		s.Page = max(s.Page, a.correct.Sub(began))
	}
	return s, nil
}

// AwaitAnswer waits until the variant responds to requests for these targets, by default its page and its API,
// correctly or not. A gateway error of a proxy that does not reach its backend counts only if nothing else comes within
// the start timeout.
func (g Rig) AwaitAnswer(ctx context.Context, r *lab.Running, targets ...string) error {
	u, err := url.Parse(r.URL)
	if err != nil {
		return err
	}
	noGatewayError := func(res rawhttp.Response) error {
		if res.Status >= http.StatusBadGateway && res.Status <= http.StatusGatewayTimeout {
			return fmt.Errorf("status %d", res.Status)
		}
		return nil
	}
	if len(targets) == 0 {
		targets = []string{"/", APITarget}
	}
	asked := time.Now()
	var probes []Probe
	for _, target := range targets {
		header := http.Header{"Accept": {"text/html"}}
		probes = append(probes, Probe{Addr: u.Host, Target: target, Header: header, Correct: noGatewayError})
	}
	arrivals, errs, exited := g.awaitAll(ctx, r, probes)
	if exited != nil {
		return fmt.Errorf("%w: %w", spatest.ErrEnded, exited)
	}
	for i, a := range arrivals {
		if a.first.IsZero() {
			return fmt.Errorf("no response within %s: %w", g.waited(r, asked), explained(ctx, r, errs[i]))
		}
	}
	r.BecameReady(ctx)
	return nil
}

// waited is for how long responses of a server were waited for, as errors say it: until the start timeout, or less.
func (g Rig) waited(r *lab.Running, since time.Time) time.Duration {
	return min(time.Since(since), g.startTimeout(r)).Round(100 * time.Millisecond)
}

// explained adds to an error of a server that is not ready why it cannot be reached.
func explained(ctx context.Context, r *lab.Running, err error) error {
	if why := r.Unreached(ctx); why != "" {
		return fmt.Errorf("%s (%w)", why, err)
	}
	return err
}

// awaitAll runs probes at the same time. It gives up when the start timeout is over, or when a container exits, since
// the variant cannot become ready then: exited says which one.
func (g Rig) awaitAll(
	ctx context.Context, r *lab.Running, probes []Probe,
) (arrivals []arrival, errs []error, exited error) {
	ctx, cancel := context.WithTimeout(ctx, g.startTimeout(r))
	defer cancel()
	arrivals, errs = make([]arrival, len(probes)), make([]error, len(probes))
	var wg sync.WaitGroup
	for i, p := range probes {
		wg.Go(func() { arrivals[i], errs[i] = p.Await(ctx) })
	}
	watched := make(chan error, 1)
	go func() { watched <- watchExit(ctx, cancel, r) }()
	wg.Wait()
	cancel()
	return arrivals, errs, <-watched
}

// watchExit waits until a container exits, which cancels ctx, or until ctx ends. It also cancels ctx when more patience
// than [ReadyWithin] is in vain, because the server listens where it cannot be reached.
func watchExit(ctx context.Context, cancel context.CancelFunc, r *lab.Running) error {
	for began := time.Now(); ; {
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(250 * time.Millisecond):
		}
		if err := ExitError(ctx, r); err != nil {
			cancel()
			return err
		}
		if time.Since(began) > ReadyWithin && r.Unreached(ctx) != "" {
			cancel()
		}
	}
}

// ExitError says which container exited by itself, and why; it is nil if all of them run.
func ExitError(ctx context.Context, r *lab.Running) error {
	name, code, ok := r.Exited(ctx)
	switch {
	case !ok:
		if name, ok := r.Restarted(ctx); ok {
			return fmt.Errorf("container %s exited by itself, and the engine restarted it", name)
		}
		return nil
	case r.OutOfMemory(ctx, name):
		return fmt.Errorf("container %s ran out of memory and was killed (exit code %d)", name, code)
	case code == 0:
		return fmt.Errorf("container %s exited by itself with exit code 0: its first process must not end, "+
			"nor go on in the background", name)
	}
	return fmt.Errorf("container %s exited by itself with exit code %d", name, code)
}

// pollInterval is how often a starting variant is asked. Under limits it is asked less often: a proxy whose backend is
// not ready yet would spend the quota that the backend needs on refusing requests.
func pollInterval(r *lab.Running) time.Duration {
	if r.Limited() {
		return 5 * time.Millisecond
	}
	return pollEvery
}
