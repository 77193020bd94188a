package mutant

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"

	"spabench/harness/spatest"
)

// Life is how a mutant's servers live, where it is not as the reference's: a
// deploy puts a new process with a new folder in place of the old one, and keeps
// the assets of the build before.
type Life struct {
	Start    func(b spatest.Build) error                 // its error: the server ended by itself
	Files    func(folder fs.FS, dir string) fs.FS        // what the server makes of its folder, which is at dir
	Deployed wrap                                        // how a process answers that a deploy has started
	Stop     func(context.Context, running) spatest.Exit // at the stop signal; nil: finishes what it began

	InFolder   bool // a deploy puts the new files into the folder, the page last, and leaves the process alone
	Moves      bool // a deploy changes the port
	Drops      bool // a deploy drops the assets of the build before
	Undeclared bool // Target.Retains says nothing of them
}

// running is a server at its stop signal.
type running struct {
	*http.Server
	conns *atomic.Int64 // open connections
}

// Host starts the mutant in this process, each server from a real folder.
func (m Mutant) Host() spatest.Host { return host{m} }

type host struct{ mutant Mutant }

func (host) Offers(f spatest.Feature) bool {
	return f == spatest.FeatureFolder || f == spatest.FeatureEmpty || f == spatest.FeatureUpstream
}

// folderServer is a server of a host. Its folder is in top, a folder of its own
// which also holds what must not be served.
type folderServer struct {
	mutant Mutant
	top    string
	dead   atomic.Bool  // the API
	conns  atomic.Int64 // open
	stop   sync.Once
	exit   spatest.Exit

	mu        sync.Mutex
	url       string
	servers   []*http.Server  // the last one is in service
	processes []process       // the last one is in service
	forbidden map[string]bool // names of files
}

// process is what a deploy replaces. It stays until the end, since it may have
// requests to finish.
type process struct {
	dir     string
	root    *os.Root
	handler http.Handler
}

const secretFile = "secret.txt" // beside the served folder

// memory is where folders cost little to make: a suite makes thousands. Elsewhere
// than on Linux it is empty: the usual place.
var memory = func() string {
	const shm = "/dev/shm"
	if probe, err := os.MkdirTemp(shm, "spatest-mutant-"); err == nil && os.Remove(probe) == nil {
		return shm
	}
	return ""
}()

func (h host) Start(_ context.Context, b spatest.Build) (spatest.Server, error) {
	if refuse := h.mutant.Life.Start; refuse != nil {
		if err := refuse(b); err != nil {
			return nil, fmt.Errorf("%w: %w", spatest.ErrEnded, err)
		}
	}
	top, err := os.MkdirTemp(memory, "spatest-mutant-")
	if err != nil {
		return nil, err
	}
	s := &folderServer{mutant: h.mutant, top: top, forbidden: map[string]bool{}}
	err = os.WriteFile(filepath.Join(top, secretFile), []byte(Canary), 0o644)
	if err == nil {
		err = s.launch(b)
	}
	if err == nil {
		err = s.listen()
	}
	if err != nil {
		return nil, errors.Join(err, s.Close(context.Background()))
	}
	return s, nil
}

// files is what a server is started with.
func (m Mutant) files(b spatest.Build) fs.FS {
	switch b {
	case spatest.Current:
		return m.Build()
	case spatest.Next:
		return m.NextBuild()
	}
	return nil
}

// launch makes a folder with the build, and a process that serves it.
func (s *folderServer) launch(b spatest.Build) error {
	dir := filepath.Join(s.top, fmt.Sprintf("dist%d", len(s.processes)))
	if err := os.Mkdir(dir, 0o755); err != nil {
		return err
	}
	if files := s.mutant.files(b); files != nil {
		if err := os.CopyFS(dir, files); err != nil {
			return err
		}
	}
	if len(s.processes) > 0 && !s.mutant.Life.Drops {
		if err := keepAssets(s.current().dir, dir); err != nil {
			return err
		}
	}
	// A root does not follow symbolic links out of it.
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	var files fs.FS = root.FS()
	if s.mutant.Life.Files != nil {
		files = s.mutant.Life.Files(files, dir)
	}
	api := upstream{next: Reference(readable{files, s}), dead: &s.dead}
	handler := s.mutant.wrap(mount(s.mutant.Under, api))
	if after := s.mutant.Life.Deployed; after != nil && len(s.processes) > 0 {
		handler = after(handler)
	}
	s.processes = append(s.processes, process{dir: dir, root: root, handler: handler})
	return nil
}

func (s *folderServer) current() process { return s.processes[len(s.processes)-1] }

// listen starts to serve on a port of its own, in place of the one before.
func (s *folderServer) listen() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: http.HandlerFunc(s.serve), ErrorLog: log.New(io.Discard, "", 0), ConnState: s.count}
	for _, before := range s.servers {
		go before.Shutdown(context.Background()) // Close ends what is left
	}
	s.servers = append(s.servers, server)
	s.url = "http://" + listener.Addr().String() + s.mutant.Under
	go server.Serve(listener)
	return nil
}

func (s *folderServer) count(_ net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		s.conns.Add(1)
	case http.StateClosed, http.StateHijacked:
		s.conns.Add(-1)
	}
}

func (s *folderServer) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	handler := s.current().handler
	s.mu.Unlock()
	handler.ServeHTTP(w, r)
}

func (s *folderServer) URL() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.url
}

func (s *folderServer) Deploy(_ context.Context, b spatest.Build) error {
	if s.mutant.Life.InFolder {
		return s.update(s.mutant.files(b))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.launch(b); err != nil || !s.mutant.Life.Moves {
		return err
	}
	return s.listen()
}
