package mutant

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// keepAssets puts the assets in from into to as well, unless it has them.
func keepAssets(from, to string) error {
	entries, err := os.ReadDir(filepath.Join(from, "assets"))
	for _, entry := range entries {
		err = os.Link(filepath.Join(from, "assets", entry.Name()), filepath.Join(to, "assets", entry.Name()))
		if err != nil && !errors.Is(err, fs.ErrExist) {
			return err
		}
		err = nil
	}
	return err
}

// update makes the folder hold the build: first what the new page needs, then
// the page, then without what is no longer needed.
func (s *folderServer) update(files fs.FS) error {
	var page []string
	err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		if strings.HasPrefix(name, "index.html") {
			page = append(page, name)
			return nil
		}
		return s.copy(files, name)
	})
	if err != nil {
		return err
	}
	for _, name := range page {
		if err := s.copy(files, name); err != nil {
			return err
		}
	}
	dir := s.dir()
	return fs.WalkDir(os.DirFS(dir), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasPrefix(name, "assets/") && !s.mutant.Life.Drops {
			return err
		}
		if _, err := fs.Stat(files, name); err == nil {
			return nil
		}
		return os.Remove(filepath.Join(dir, name))
	})
}

func (s *folderServer) copy(files fs.FS, name string) error {
	data, err := fs.ReadFile(files, name)
	if err != nil {
		return err
	}
	return s.Write(context.Background(), name, data)
}

func (s *folderServer) dir() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.current().dir
}

func (s *folderServer) Write(_ context.Context, name string, data []byte) error {
	path := filepath.Join(s.dir(), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	beside, err := os.CreateTemp(s.top, "new-") // the same file system, and not served
	if err != nil {
		return err
	}
	_, err = beside.Write(data)
	if err = errors.Join(err, beside.Close()); err != nil {
		return err
	}
	return moveOver(beside.Name(), path)
}

func (s *folderServer) Remove(_ context.Context, name string) error {
	return os.Remove(filepath.Join(s.dir(), filepath.FromSlash(name)))
}

func (s *folderServer) Forbid(_ context.Context, name string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.forbidden[name] = true
	return nil
}

// readable is a folder without leave to open what is forbidden: file modes do
// not hold for root, who may run this.
type readable struct {
	fs.FS
	server *folderServer
}

func (f readable) Open(name string) (fs.File, error) {
	f.server.mu.Lock()
	forbidden := f.server.forbidden[name]
	f.server.mu.Unlock()
	if forbidden {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return f.FS.Open(name)
}

// Stat needs no leave to open.
func (f readable) Stat(name string) (fs.FileInfo, error) { return fs.Stat(f.FS, name) }

func (s *folderServer) Link(_ context.Context, name string) error {
	path := filepath.Join(s.dir(), filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.Symlink(filepath.Join(s.top, secretFile), path)
}
