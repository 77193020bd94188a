package mutant

import (
	"context"
	"net/http"
	"os"
	"sync/atomic"
	"time"

	"spabench/harness/spatest"
)

func (s *folderServer) Stop(ctx context.Context) (spatest.Exit, error) {
	s.mu.Lock()
	server := s.servers[len(s.servers)-1]
	s.mu.Unlock()
	end := s.mutant.Life.Stop
	if end == nil {
		end = finish
	}
	s.stop.Do(func() { s.exit = end(ctx, running{server, &s.conns}) })
	return s.exit, nil
}

const graceTime = 10 * time.Second // between the stop signal and the end by force

// finish is how a server ends that answers what it has begun to answer.
func finish(ctx context.Context, server running) spatest.Exit {
	ctx, cancel := context.WithTimeout(ctx, graceTime)
	defer cancel()
	if server.Shutdown(ctx) != nil {
		server.Close()
		return spatest.Exit{Code: 137, Killed: true}
	}
	return spatest.Exit{}
}

func (s *folderServer) StopAPI(context.Context) error {
	s.dead.Store(true)
	return nil
}

// upstream is the reference with an API that can end, as one behind a proxy.
type upstream struct {
	next http.Handler
	dead *atomic.Bool
}

func (u upstream) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if u.dead.Load() && inAPI(r) {
		w.Header().Set("Cache-Control", "no-store")
		problem(w, http.StatusBadGateway)
		return
	}
	u.next.ServeHTTP(w, r)
}

func (s *folderServer) Close(context.Context) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, server := range s.servers {
		server.Close()
	}
	for _, process := range s.processes {
		process.root.Close()
	}
	return os.RemoveAll(s.top)
}
