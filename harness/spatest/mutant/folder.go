package mutant

import (
	"io/fs"
	"net/http"
	"sync"
	"testing/fstest"
	"time"
)

// reread is a folder whose files are read through content.
type reread struct {
	fs.FS
	content func(name string, data []byte, err error) ([]byte, error)
}

func (f reread) Open(name string) (fs.File, error) {
	data, err := fs.ReadFile(f.FS, name)
	if data, err = f.content(name, data, err); err != nil {
		return nil, err
	}
	return fstest.MapFS{name: {Data: data, Mode: 0o644}}.Open(name)
}

// perFile reads each file through a function of its own, which may remember what
// it saw; one call at a time.
func perFile(
	match func(name string) bool,
	read func() func(data []byte, err error) ([]byte, error),
) func(fs.FS, string) fs.FS {
	return func(folder fs.FS, _ string) fs.FS {
		var mu sync.Mutex
		files := map[string]func([]byte, error) ([]byte, error){}
		return reread{folder, func(name string, data []byte, err error) ([]byte, error) {
			if !match(name) {
				return data, err
			}
			mu.Lock()
			defer mu.Unlock()
			if files[name] == nil {
				files[name] = read()
			}
			return files[name](data, err)
		}}
	}
}

func anyName(string) bool { return true }

// firstRead keeps what was read first.
func firstRead() func([]byte, error) ([]byte, error) {
	var kept []byte
	var has bool
	return func(data []byte, err error) ([]byte, error) {
		if !has && err == nil {
			kept, has = data, true
		}
		if has {
			return kept, nil
		}
		return data, err
	}
}

// missFor remembers for a time that there was no file.
func missFor(d time.Duration) func() func([]byte, error) ([]byte, error) {
	return func() func([]byte, error) ([]byte, error) {
		var missed time.Time
		return func(data []byte, err error) ([]byte, error) {
			if !missed.IsZero() && time.Since(missed) < d {
				return nil, fs.ErrNotExist
			}
			if err != nil {
				missed = time.Now()
			}
			return data, err
		}
	}
}

// listed is a folder whose files were listed when the server started.
type listed struct {
	fs.FS
	stat func(info fs.FileInfo, folder fs.FS, name string) (fs.FileInfo, error) // info is nil for what was not listed
	info map[string]fs.FileInfo
}

func list(stat func(fs.FileInfo, fs.FS, string) (fs.FileInfo, error)) func(fs.FS, string) fs.FS {
	return func(folder fs.FS, _ string) fs.FS {
		l := listed{folder, stat, map[string]fs.FileInfo{}}
		fs.WalkDir(folder, ".", func(name string, d fs.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				l.info[name], err = d.Info()
			}
			return err
		})
		return l
	}
}

func (l listed) Stat(name string) (fs.FileInfo, error) { return l.stat(l.info[name], l.FS, name) }

// listedStays: what was listed is thought to be there still.
func listedStays(info fs.FileInfo, folder fs.FS, name string) (fs.FileInfo, error) {
	if info != nil {
		return info, nil
	}
	return fs.Stat(folder, name)
}

// listedAlone: what was not listed is thought not to be there.
func listedAlone(info fs.FileInfo, folder fs.FS, name string) (fs.FileInfo, error) {
	if info == nil {
		return nil, &fs.PathError{Op: "stat", Path: name, Err: fs.ErrNotExist}
	}
	return fs.Stat(folder, name)
}

// whenGone answers by then for an asset that was served before, and whose answer
// now has a status that matches.
func whenGone(status func(int) bool, then func(w http.ResponseWriter, r *http.Request, next http.Handler)) wrap {
	return func(next http.Handler) http.Handler {
		var served sync.Map
		return on(all(under("/assets/"), method("GET")),
			func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				now := statusOf(next, r)
				_, before := served.Load(r.URL.Path)
				if before && status(now) {
					then(w, r, next)
					return
				}
				if now == http.StatusOK {
					served.Store(r.URL.Path, true)
				}
				next.ServeHTTP(w, r)
			})(next)
	}
}
