package rig

import (
	"context"
	"fmt"
	"sync"

	"spabench/harness/internal/lab"
	"spabench/harness/spatest"
	"spabench/variants"
)

// server is a variant that a Host started. A redeployment may replace its containers.
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

// Deploy replaces the build in the way that the variant declares.
func (s *server) Deploy(ctx context.Context, b spatest.Build) (err error) {
	if s.host.variant.Redeploy == variants.ByFolder {
		e, ok := s.host.editions[b]
		if !ok || e.dist.FS == nil {
			return fmt.Errorf("deploy to %s: there is no build %q", s.host.variant.Name, b)
		}
		return deployFiles(ctx, s.current(), e.dist.FS)
	}
	next, err := s.host.start(ctx, b)
	if err != nil {
		return fmt.Errorf("deploy: %w", err)
	}
	s.mu.Lock()
	old := s.running
	if s.closed { // by a check whose time is over: then nobody else removes what has just been started
		old = next
	}
	s.running = next
	s.mu.Unlock()
	defer CleanUp(ctx, &err, old.Remove)
	_, err = old.Stop(ctx)
	return err
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
	return s.current().StopOnly(ctx, APIContainer)
}

// Close also works when ctx has ended: a check whose time is over still calls it.
func (s *server) Close(ctx context.Context) (err error) {
	s.mu.Lock()
	s.closed = true
	r := s.running
	s.mu.Unlock()
	CleanUp(ctx, &err, r.Remove)
	if err != nil {
		return err // Close of the Host tries again
	}
	s.host.mu.Lock()
	defer s.host.mu.Unlock()
	delete(s.host.servers, s)
	return nil
}
