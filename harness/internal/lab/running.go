package lab

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/moby/moby/api/types/container"
	"github.com/testcontainers/testcontainers-go"

	"spabench/variants"
)

// Running is one start of a variant: its containers, on a private network of their own unless Options.Bridge is set.
type Running struct {
	URL string // as the engine publishes it, for conformance and cold start; load does not take this route

	lab     *Lab
	variant variants.Variant
	network string // its name; "" for the engine's default bridge
	folder  *Folder
	group   *group // nil without limits
	parts   []part // in the order of the variant's containers

	ready             bool   // see BecameReady
	stack             *Stack // nil unless it is somebody's Compose project
	project, override string // its name in this start, and the file that is merged over its own
}

// part is one container of a variant.
type part struct {
	name     string
	port     int
	c        testcontainers.Container
	counters counters // known once it is running
	restarts int      // how often the engine had restarted it when it became ready
}

// Added reports whether it is a server that is in no catalogue.
func (r *Running) Added() bool { return r.variant.Kind == variants.Added }

// Start starts the containers as a user would: those behind the entry in parallel, then the entry.
func (r *Running) Start(ctx context.Context) error {
	if r.stack != nil {
		return r.startStack(ctx)
	}
	behind, entry := r.parts[:len(r.parts)-1], r.parts[len(r.parts)-1]
	errs := inParallel(behind, func(p part) error { return p.c.Start(ctx) })
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("start %s: %w", r.variant.Name, err)
	}
	if err := entry.c.Start(ctx); err != nil {
		return fmt.Errorf("start %s: container %s: %w", r.variant.Name, entry.name, err)
	}
	return nil
}

// Exited returns the name and exit code of a container that has exited, if any.
func (r *Running) Exited(ctx context.Context) (string, int, bool) {
	for i, p := range r.parts {
		done := r.stack != nil && i < len(r.parts)-1 // a job of a Compose project, if it exits with 0
		s, err := p.c.State(ctx)
		if err == nil && !s.Running && s.Status == container.StateExited && !(done && s.ExitCode == 0) {
			return p.name, s.ExitCode, true
		}
	}
	return "", 0, false
}

// BecameReady notes how often the containers have been restarted until now. Those of a Compose project may be, as its
// file says: one may need another that is not ready yet.
func (r *Running) BecameReady(ctx context.Context) {
	for i, p := range r.parts {
		r.parts[i].restarts = r.restarts(ctx, p)
	}
	r.ready = true
}

// Restarted returns the name of a container that has ended by itself since the server became ready, and was restarted.
func (r *Running) Restarted(ctx context.Context) (string, bool) {
	for _, p := range r.parts {
		if r.ready && r.restarts(ctx, p) > p.restarts {
			return p.name, true
		}
	}
	return "", false
}

// restarts is how often the engine has restarted a container, which it does with those of a Compose project alone.
func (r *Running) restarts(ctx context.Context, p part) int {
	if r.stack == nil {
		return 0
	}
	got, err := p.c.Inspect(ctx)
	if err != nil {
		return p.restarts // it will be told when it is removed
	}
	return got.RestartCount
}

// OutOfMemory reports whether the exited container of that name was killed because memory ran out. The engine may learn
// of that only after the exit, or never; until then, a memory limit that was reached shows the same. Of a limit that a
// Compose file sets, that can no longer be seen, but then hardly anything else kills the first process of a container.
func (r *Running) OutOfMemory(ctx context.Context, name string) bool {
	for _, p := range r.parts {
		if got, err := p.c.Inspect(ctx); err == nil && p.name == name {
			limited := r.stack != nil && got.HostConfig != nil && got.HostConfig.Memory > 0
			return got.State.ExitCode == killedCode &&
				(got.State.OOMKilled || r.group != nil && r.group.full() || limited)
		}
	}
	return false
}

// Limited reports whether the containers have limits.
func (r *Running) Limited() bool { return r.group != nil }

// Throttling reads how often the CPU limit has taken effect so far; the zero value means that there is no limit.
func (r *Running) Throttling() (Throttling, error) {
	if r.group == nil || r.group.limits.CPUs == 0 {
		return Throttling{}, nil
	}
	t, err := r.group.throttling()
	if err != nil {
		return t, fmt.Errorf("read throttling of %s: %w", r.variant.Name, err)
	}
	return t, nil
}

// Plant writes a file into the container of that name and creates the folders on its path.
func (r *Running) Plant(ctx context.Context, name, path string, content []byte) error {
	p, err := r.part(name)
	if err != nil {
		return fmt.Errorf("plant %s: %w", path, err)
	}
	return p.c.CopyToContainer(ctx, content, path, 0o644)
}

// Usage reads the counters of all containers, in the variant's order. They must be running.
func (r *Running) Usage(ctx context.Context) ([]Usage, error) {
	r.forget(ctx)
	for i, p := range r.parts {
		if p.counters.cpu == "" {
			r.parts[i].counters = r.lab.countersOf(ctx, p.c.GetContainerID())
			if r.group != nil {
				if err := r.group.holds(r.parts[i].counters); err != nil {
					return nil, fmt.Errorf("limit container %s of %s: %w", p.name, r.variant.Name, err)
				}
			}
		}
	}
	usage := make([]Usage, len(r.parts))
	errs := make([]error, len(r.parts))
	var wg sync.WaitGroup
	for i, p := range r.parts {
		wg.Go(func() { usage[i], errs[i] = r.lab.usage(ctx, p.name, p.c.GetContainerID(), p.counters) })
	}
	wg.Wait()
	return usage, errors.Join(errs...)
}
