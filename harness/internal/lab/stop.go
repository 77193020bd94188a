package lab

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"
)

// Stopped describes how a variant stopped.
type Stopped struct {
	Took      time.Duration  // from the first signal to the last exit
	ExitCodes map[string]int // by container
	Killed    []string       // containers that did not exit within the grace period
}

// killedCode is the exit code that the engine reports of a process ended by SIGKILL.
const killedCode = 128 + 9

// stopGrace is how long a container may take to exit after its stop signal before it is killed: the engine's default.
const stopGrace = 10 * time.Second

// Stop stops the containers one after the other, the entry first, and waits for each to exit.
func (r *Running) Stop(ctx context.Context) (Stopped, error) {
	s := Stopped{ExitCodes: map[string]int{}}
	began := time.Now()
	timeout := stopGrace
	var errs []error
	took := map[string]time.Duration{}
	for i := len(r.parts) - 1; i >= 0; i-- {
		signalled := time.Now()
		if err := r.parts[i].c.Stop(ctx, &timeout); err != nil {
			errs = append(errs, fmt.Errorf("stop %s: %w", r.parts[i].name, err))
		}
		took[r.parts[i].name] = time.Since(signalled)
	}
	s.Took = time.Since(began)
	for _, p := range r.parts {
		if st, err := p.c.State(ctx); err == nil {
			s.ExitCodes[p.name] = st.ExitCode
			if st.ExitCode == killedCode && took[p.name] >= stopGrace {
				s.Killed = append(s.Killed, p.name)
			}
		}
	}
	return s, errors.Join(errs...)
}

// StopOnly stops the container of that name and leaves the others running.
func (r *Running) StopOnly(ctx context.Context, name string) error {
	timeout := stopGrace
	p, err := r.part(name)
	if err == nil {
		err = p.c.Stop(ctx, &timeout)
	}
	if err != nil {
		return fmt.Errorf("stop %s: %w", name, err)
	}
	return nil
}

// Remove removes the containers, running or not, their cgroup, the network, and the volume of the served folder.
// It is safe to call on a variant that was only partly created.
func (r *Running) Remove(ctx context.Context) error {
	if r.stack != nil {
		errs := []error{r.removeStack(ctx)}
		if r.group != nil {
			errs = append(errs, r.group.remove(ctx))
		}
		return errors.Join(errs...)
	}
	errs := inParallel(r.parts, func(p part) error {
		if err := r.lab.removeContainer(ctx, p.c.GetContainerID()); err != nil {
			return fmt.Errorf("remove %s: %w", p.name, err)
		}
		return nil
	})
	if r.folder != nil {
		errs = append(errs, r.folder.remove(ctx))
	}
	if r.group != nil {
		if err := r.group.remove(ctx); err != nil {
			errs = append(errs, fmt.Errorf("remove cgroup %s: %w", r.group.name, err))
		}
	}
	return errors.Join(append(errs, r.lab.removeNetwork(ctx, r.network))...)
}

// inParallel calls f for all items at once and returns the errors in the items' order.
func inParallel[T any](items []T, f func(T) error) []error {
	errs := make([]error, len(items))
	var wg sync.WaitGroup
	for i, item := range items {
		wg.Go(func() { errs[i] = f(item) })
	}
	wg.Wait()
	return errs
}
