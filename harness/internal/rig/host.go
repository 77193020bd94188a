package rig

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"

	"spabench/harness/internal/lab"
	"spabench/harness/spatest"
	"spabench/variants"
)

// Host starts a variant again and again, in fresh containers, for the checks that stop, break or redeploy one.
type Host struct {
	lab      *lab.Lab
	variant  variants.Variant
	editions map[spatest.Build]edition

	mu      sync.Mutex
	servers map[*server]bool // those that are not closed
}

var _ spatest.Host = (*Host)(nil)

// edition is one build of the app in the variant's images.
type edition struct {
	refs  []string // in the order of its containers
	serve lab.Serve
	dist  Dist // none with spatest.None
}

// NewHost builds the images of the variant's other editions: once and beforehand, since a check has a minute at most.
func (g Rig) NewHost(ctx context.Context, v variants.Variant, refs []string) (*Host, error) {
	l := g.Lab
	h := &Host{lab: l, variant: v, editions: map[spatest.Build]edition{}, servers: map[*server]bool{}}
	h.editions[spatest.Current] = edition{refs: refs, serve: lab.Writable, dist: g.Dist}
	others, err := BuildEdition(ctx, l, v, refs, lab.Next)
	if err != nil {
		return nil, err
	}
	h.editions[spatest.Next] = edition{refs: others, serve: lab.Writable, dist: g.Next}

	// Without a build: the folder is empty; or, where the files are inside the program, it is made from a checkout
	// that has none. A variant that offers neither is not started without one.
	if _, ok := v.Files(); ok {
		h.editions[spatest.None] = edition{refs: refs, serve: lab.Empty}
	} else if slices.ContainsFunc(v.Containers, func(c variants.Container) bool { return l.Takes(c.Dockerfile, lab.Nothing) }) {
		nothing, err := BuildEdition(ctx, l, v, refs, lab.Nothing)
		if err != nil {
			return nil, err
		}
		h.editions[spatest.None] = edition{refs: nothing}
	}
	return h, nil
}

// BuildEdition builds those images of a variant that differ from the usual ones, which refs are.
func BuildEdition(ctx context.Context, l *lab.Lab, v variants.Variant, refs []string, e lab.Edition) ([]string, error) {
	name := e.Name
	e, err := editionOf(ctx, l, v, e)
	if err != nil {
		return nil, fmt.Errorf("%s of %s: %w", name, v.Name, err)
	}
	refs = slices.Clone(refs)
	for i, c := range v.Containers {
		if !l.Takes(c.Dockerfile, e) {
			continue
		}
		ref, err := l.BuildStage(ctx, c.Dockerfile, "", e)
		if err != nil {
			return nil, fmt.Errorf("%s of %s: %w", name, v.Name, err)
		}
		refs[i] = ref
	}
	return refs, nil
}

// ApiContainer is the container of the API, where it is one of its own.
const ApiContainer = "backend"

func (h *Host) Offers(f spatest.Feature) bool {
	switch f {
	case spatest.FeatureFolder:
		_, ok := h.variant.Files()
		return ok
	case spatest.FeatureEmpty:
		_, ok := h.editions[spatest.None]
		return ok
	case spatest.FeatureUpstream:
		return h.variant.Has(ApiContainer)
	}
	return false
}

func (h *Host) Start(ctx context.Context, b spatest.Build) (spatest.Server, error) {
	r, err := h.start(ctx, b)
	if err != nil {
		return nil, err
	}
	s := &server{host: h, running: r}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.servers[s] = true
	return s, nil
}

// start starts fresh containers and waits until they answer. They are removed again where they do not.
func (h *Host) start(ctx context.Context, b spatest.Build) (*lab.Running, error) {
	e, ok := h.editions[b]
	if !ok {
		return nil, fmt.Errorf("start %s: it has no build %q", h.variant.Name, b)
	}
	for attempt := 1; ; attempt++ {
		r, err := h.lab.Create(ctx, h.variant, lab.Options{Refs: e.refs, Serve: e.serve, Bridge: true})
		if err == nil {
			err = r.Start(ctx)
		}
		if err == nil {
			err = AwaitAnswer(ctx, r)
		}
		if err == nil {
			return r, nil
		}
		if r != nil {
			clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), CleanUpWithin)
			if log := r.Logs(clean); log != "" {
				err = fmt.Errorf("%w\n%s", err, log)
			}
			err = errors.Join(err, r.Remove(clean))
			cancel()
		}
		// Checks start servers while others make connections: one of those may have got the port meanwhile.
		if attempt == 3 || !strings.Contains(err.Error(), "address already in use") {
			return nil, err
		}
	}
}

// AwaitAnswer waits until the variant answers for the page and for its API, whatever it answers. A proxy's word that it
// reaches nothing behind it counts only when it says nothing else within readyWithin.
func AwaitAnswer(ctx context.Context, r *lab.Running) error {
	u, err := url.Parse(r.URL)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, ReadyWithin)
	defer cancel()
	settled := func(status int, _ string, _ []byte) error {
		if status >= http.StatusBadGateway && status <= http.StatusGatewayTimeout {
			return fmt.Errorf("status %d", status)
		}
		return nil
	}
	targets := []string{"/", APITarget}
	answers, errs := make([]answer, len(targets)), make([]error, len(targets))
	var wg sync.WaitGroup
	for i, target := range targets {
		wg.Go(func() {
			answers[i], errs[i] = Probe{Addr: u.Host, Target: target, Header: http.Header{"Accept": {"text/html"}}, Correct: settled}.Await(ctx)
		})
	}
	gaveUp := watch(ctx, cancel, r)
	wg.Wait()
	cancel()
	if err := <-gaveUp; err != nil {
		return fmt.Errorf("%w: %w", spatest.ErrEnded, err)
	}
	for i, a := range answers {
		if a.firstByte.IsZero() {
			return fmt.Errorf("no answer within %s: %w", ReadyWithin, errs[i])
		}
	}
	return nil
}

// Close removes what checks left behind when their time was over.
func (h *Host) Close(ctx context.Context) error {
	h.mu.Lock()
	left := slices.Collect(maps.Keys(h.servers))
	h.mu.Unlock()
	var errs []error
	for _, s := range left {
		errs = append(errs, s.Close(ctx))
	}
	return errors.Join(errs...)
}

// server is one start of the variant, and what followed from it.
type server struct {
	host *Host

	mu      sync.Mutex
	running *lab.Running
	closed  bool
}

var _ spatest.Server = (*server)(nil)

func (s *server) current() *lab.Running {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.running
}

func (s *server) URL() string { return s.current().URL }

// Deploy does what the variant declares.
func (s *server) Deploy(ctx context.Context, b spatest.Build) error {
	if s.host.variant.Redeploy == variants.ByFolder {
		e, ok := s.host.editions[b]
		if !ok || e.dist.FS == nil {
			return fmt.Errorf("deploy to %s: it has no build %q", s.host.variant.Name, b)
		}
		return deployFiles(ctx, s.current(), e.dist.FS)
	}
	next, err := s.host.start(ctx, b)
	if err != nil {
		return fmt.Errorf("deploy: %w", err)
	}
	s.mu.Lock()
	old := s.running
	if s.closed { // meanwhile, by a check whose time is over: what has just been started goes too
		old = next
	}
	s.running = next
	s.mu.Unlock()
	_, err = old.Stop(ctx)
	clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), CleanUpWithin)
	defer cancel()
	return errors.Join(err, old.Remove(clean))
}

func (s *server) Stop(ctx context.Context) (spatest.Exit, error) {
	stopped, err := s.current().Stop(ctx)
	if err != nil {
		return spatest.Exit{}, err
	}
	exit := spatest.Exit{Killed: len(stopped.Killed) > 0}
	for _, c := range s.host.variant.Containers {
		if code := stopped.ExitCodes[c.Name]; code != 0 && exit.Code == 0 {
			exit.Code = code
		}
	}
	return exit, nil
}

func (s *server) StopAPI(ctx context.Context) error {
	return s.current().StopOnly(ctx, ApiContainer)
}

// Close works after ctx has ended too: a check whose time is over still calls it.
func (s *server) Close(ctx context.Context) error {
	s.mu.Lock()
	s.closed = true
	r := s.running
	s.mu.Unlock()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), CleanUpWithin)
	defer cancel()
	if err := r.Remove(ctx); err != nil {
		return err // and close tries again
	}
	s.host.mu.Lock()
	defer s.host.mu.Unlock()
	delete(s.host.servers, s)
	return nil
}
