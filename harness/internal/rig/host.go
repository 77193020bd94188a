package rig

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"

	"spabench/harness/internal/lab"
	"spabench/harness/spatest"
	"spabench/variants"
)

// Host starts a variant again and again, in fresh containers, for the checks that stop, break or redeploy it.
type Host struct {
	rig      Rig
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
	dist  Dist // empty for spatest.None
}

// NewHost builds the variant's images in all other editions: with the next build of the app, if there is one, and
// without a build. That happens before any check runs, since a check has a minute at most.
func (g Rig) NewHost(ctx context.Context, v variants.Variant, refs []string) (*Host, error) {
	h := g.host(v, refs)
	if g.Next.Known() {
		next, err := BuildEdition(ctx, g.Lab, v, refs, lab.Next)
		if err != nil {
			return nil, err
		}
		h.editions[spatest.Next] = edition{refs: next, serve: lab.Writable, dist: g.Next}
	}

	// Without a build, the folder is empty. A program that contains the files is made from a checkout without them.
	// A variant that allows neither is not started without a build.
	takesNothing := func(c variants.Container) bool { return g.Lab.Takes(c.Dockerfile, lab.Nothing) }
	if _, ok := v.Files(); ok {
		h.editions[spatest.None] = edition{refs: refs, serve: lab.Empty}
	} else if slices.ContainsFunc(v.Containers, takesNothing) {
		nothing, err := BuildEdition(ctx, g.Lab, v, refs, lab.Nothing)
		if err != nil {
			return nil, err
		}
		h.editions[spatest.None] = edition{refs: nothing}
	}
	return h, nil
}

// host is a host that knows no other build than the current one.
func (g Rig) host(v variants.Variant, refs []string) *Host {
	current := edition{refs: refs, serve: lab.Writable, dist: g.Dist}
	return &Host{
		rig: g, variant: v, servers: map[*server]bool{},
		editions: map[spatest.Build]edition{spatest.Current: current},
	}
}

// APIContainer is the container of the API in variants where the API has one of its own.
const APIContainer = "backend"

// Offers reports whether checks that need this feature can run.
func (h *Host) Offers(f spatest.Feature) bool {
	switch f {
	case spatest.FeatureFolder:
		_, ok := h.variant.Files()
		return ok
	case spatest.FeatureEmpty:
		_, ok := h.editions[spatest.None]
		return ok
	case spatest.FeatureUpstream:
		return h.variant.Has(APIContainer)
	}
	return false
}

// Start starts a server with this build and waits until it responds.
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

// maxStarts is how often a start is tried whose port is taken.
const maxStarts = 3

func (h *Host) start(ctx context.Context, b spatest.Build) (*lab.Running, error) {
	e, ok := h.editions[b]
	if !ok {
		return nil, fmt.Errorf("start %s: there is no build %q", h.variant.Name, b)
	}
	for attempt := 1; ; attempt++ {
		r, err := h.startOnce(ctx, e)
		// A connection that another check has made meanwhile may have got the port that was free when it was chosen.
		taken := err != nil && strings.Contains(err.Error(), "address already in use")
		if !taken || attempt == maxStarts {
			return r, err
		}
	}
}

// startOnce starts fresh containers and waits until they respond. If they do not, they are removed, and the error has
// the end of their output.
func (h *Host) startOnce(ctx context.Context, e edition) (*lab.Running, error) {
	r, err := h.rig.Lab.Create(ctx, h.variant, lab.Options{Refs: e.refs, Serve: e.serve, Bridge: true,
		Stack: h.rig.Stack(h.variant)})
	if err == nil {
		err = r.Start(ctx)
	}
	if err == nil {
		err = h.rig.AwaitAnswer(ctx, r, h.variant.Ready...)
	}
	if err == nil {
		return r, nil
	}
	if r != nil {
		var log string
		RemoveLogged(ctx, &err, r, &log)
		if log != "" {
			err = fmt.Errorf("%w\n%s", err, log)
		}
	}
	return nil, err
}

// Close removes the servers that checks did not close when their time was over.
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
