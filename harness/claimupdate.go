package harness

import (
	"bytes"
	"context"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/variants"
)

func updatesClaim() Claim {
	return Claim{
		ID:    "updates-without-rebuild",
		Words: "Files on disk can be updated without rebuilding the image or the binary.",
		Test:  "Replace build A by build B under two visitors who load the page and its assets without a rest: the files in the running container, in several ways; where that is not enough, a restart as well; and, for each variant, a new container of the other build's image on the same port",
		run: func(ctx context.Context, b *claimBench) (record.Judgement, error) {
			if err := b.apps(ctx); err != nil {
				return record.Judgement{}, err
			}
			var all []update
			for _, v := range b.shapes() {
				of, err := b.updates(ctx, v)
				if err != nil {
					return record.Judgement{}, fmt.Errorf("update %s: %w", v.Name, err)
				}
				all = append(all, of...)
			}
			return judgeUpdates(all), nil
		},
	}
}

// fileWay is a way to replace files of a running container.
type fileWay struct {
	name   string
	linked bool // the server follows lab.Released below the folder
	put    func(ctx context.Context, folder *lab.Folder, next fs.FS) error
}

// fileWays are all of them, the most careful first.
var fileWays = []fileWay{
	{name: "renamed into place, page last", put: func(ctx context.Context, f *lab.Folder, next fs.FS) error {
		return inTurn(next, turn, func(files []lab.File) error { return f.Put(ctx, files, true) })
	}},
	{name: "renamed into place, old files kept", put: func(ctx context.Context, f *lab.Folder, next fs.FS) error {
		return inTurn(next, turn, func(files []lab.File) error { return f.Put(ctx, files, false) })
	}},
	{name: "link to another folder", linked: true, put: func(ctx context.Context, f *lab.Folder, next fs.FS) error {
		return inTurn(next, turn, func(files []lab.File) error { return f.Release(ctx, files) })
	}},
	{name: "copied in place, page last", put: func(ctx context.Context, f *lab.Folder, next fs.FS) error {
		return inTurn(next, turn, func(files []lab.File) error { return f.Overwrite(ctx, files, true) })
	}},
	{name: "copied in place, page first", put: func(ctx context.Context, f *lab.Folder, next fs.FS) error {
		pageFirst := func(name string) int { return -turn(name) }
		return inTurn(next, pageFirst, func(files []lab.File) error { return f.Overwrite(ctx, files, true) })
	}},
}

func inTurn(build fs.FS, turn func(name string) int, put func([]lab.File) error) error {
	files, err := filesInTurn(build, turn)
	if err != nil {
		return err
	}
	return put(files)
}

const (
	restartAfter = "a restart after that"
	newContainer = "a new container"
)

// updates tries all ways on a variant, each from fresh containers.
func (b *claimBench) updates(ctx context.Context, v variants.Variant) ([]update, error) {
	refs, err := b.refs(ctx, v)
	if err != nil {
		return nil, err
	}
	next, err := buildEdition(ctx, b.lab, v, refs, lab.Next)
	if err != nil {
		return nil, err
	}
	var all []update
	_, onDisk := v.Files()
	for i, w := range fileWays {
		// One that takes what is put there only when it starts takes it so however it is put there.
		if !onDisk || i >= 2 && !slices.ContainsFunc(all, func(u update) bool { return u.after == "" && u.settled() }) {
			break
		}
		of, err := b.updateFiles(ctx, v, refs, w)
		if err != nil {
			return all, fmt.Errorf("%s: %w", w.name, err)
		}
		all = append(all, of...)
	}
	of, err := b.updateContainer(ctx, v, refs, next)
	if err != nil {
		return all, fmt.Errorf("%s: %w", newContainer, err)
	}
	return append(all, of), nil
}

// steadyFor is how long the new build must have been all that visitors see, and patienceForB how long that is waited for
// where nothing starts.
const (
	steadyFor    = 300 * time.Millisecond
	patienceForB = 1500 * time.Millisecond
)

// updateFiles replaces the files by that way, and restarts the containers if that does not bring the new build.
func (b *claimBench) updateFiles(ctx context.Context, v variants.Variant, refs []string, w fileWay) (all []update, err error) {
	o := lab.Options{Refs: refs, Serve: lab.Writable, Bridge: true}
	served, _ := v.Files()
	if w.linked && !byNginx(served) {
		o.Environ = map[string]string{"DIST": served.Root + "/" + lab.Released}
	}
	r, err := b.lab.Create(ctx, v, o)
	if r != nil {
		defer cleaning(ctx, &err, r.Remove)
	}
	if err != nil {
		return nil, err
	}
	if w.linked {
		if err := b.link(ctx, r, served); err != nil {
			return nil, err
		}
	}
	if err := ready(ctx, r, v, b.dist); err != nil {
		return nil, err
	}
	folder, err := r.Folder()
	if err != nil {
		return nil, err
	}
	if err := folder.Put(ctx, nil, false); err != nil { // what changes files is there from now on
		return nil, err
	}
	u, err := b.watched(ctx, v, r.URL, patienceForB, func() error { return w.put(ctx, folder, b.next.fsys) })
	u.way = w.name
	if err != nil || u.settled() {
		return []update{u}, err
	}
	again, err := b.watched(ctx, v, r.URL, readyWithin, func() error {
		if _, err := r.Stop(ctx); err != nil {
			return err
		}
		return r.Start(ctx)
	})
	again.way, again.after = restartAfter, w.name
	return []update{u, again}, err
}

// link makes the folder one with releases, of which the first is served. Servers are told by their environment where it is,
// and nginx by its configuration.
func (b *claimBench) link(ctx context.Context, r *lab.Running, served variants.Container) error {
	folder, err := r.Folder()
	if err != nil {
		return err
	}
	files, err := filesInTurn(b.dist.fsys, turn)
	if err != nil {
		return err
	}
	if err := folder.Release(ctx, files); err != nil {
		return err
	}
	if !byNginx(served) {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(b.lab.Root(), "variants", "nginx", "frontend.conf"))
	if err != nil {
		return err
	}
	linked := bytes.Replace(text, []byte("root "+served.Root+";"), []byte("root "+served.Root+"/"+lab.Released+";"), 1)
	if bytes.Equal(text, linked) {
		return fmt.Errorf("variants/nginx/frontend.conf does not serve %s", served.Root)
	}
	return r.Plant(ctx, served.Name, "/etc/nginx/nginx.conf", linked)
}

// byNginx reports whether nginx serves the files of the container.
func byNginx(c variants.Container) bool { return strings.HasPrefix(c.Dockerfile, "nginx-") }

// updateContainer lets containers of the other build's images take the place of those that run, as docker compose up does:
// they are made while the old ones run, and started on the same port when these are gone.
func (b *claimBench) updateContainer(ctx context.Context, v variants.Variant, refs, others []string) (u update, err error) {
	old, err := b.lab.Create(ctx, v, lab.Options{Refs: refs, Bridge: true})
	if old != nil {
		defer cleaning(ctx, &err, old.Remove)
	}
	if err != nil {
		return u, err
	}
	if err := ready(ctx, old, v, b.dist); err != nil {
		return u, err
	}
	_, port, _ := strings.Cut(strings.TrimPrefix(old.URL, "http://"), ":")
	next, err := b.lab.Create(ctx, v, lab.Options{Refs: others, Bridge: true, Port: port})
	if next != nil {
		defer cleaning(ctx, &err, next.Remove)
	}
	if err != nil {
		return u, err
	}
	u, err = b.watched(ctx, v, old.URL, readyWithin, func() error {
		if err := old.Remove(ctx); err != nil {
			return err
		}
		return next.Start(ctx)
	})
	u.way = newContainer
	return u, err
}

// watched does something to a variant under the eyes of visitors, waits for the new build that long at most, and then asks
// for a chunk that only A has.
func (b *claimBench) watched(ctx context.Context, v variants.Variant, url string, most time.Duration, act func() error) (update, error) {
	vs := &visitors{addr: strings.TrimPrefix(url, "http://"), builds: map[string]dist{buildA: b.dist, buildB: b.next}}
	loads, began, err := vs.during(ctx, act, func(loads []pageLoad) bool {
		u := summarise(loads, time.Time{})
		return u.settled() && u.last.Sub(u.since) > steadyFor
	}, most)
	if err != nil {
		return update{}, err
	}
	u := summarise(loads, began)
	u.variant = v.Name
	u.oldChunk, err = b.oldChunk(ctx, vs.addr)
	return u, err
}

// oldChunk asks for a script that a tab with build A open would load later, and says what came.
func (b *claimBench) oldChunk(ctx context.Context, addr string) (string, error) {
	names, err := fs.Glob(b.dist.fsys, "assets/*.js")
	if err != nil {
		return "", err
	}
	for _, name := range names {
		if _, err := fs.Stat(b.next.fsys, name); err == nil || name == b.dist.script {
			continue
		}
		res, err := askFor(ctx, addr, http.MethodGet, "/"+name, browserHeader("script", asBrowser), "")
		switch {
		case err != nil:
			return "no answer", ctx.Err()
		case b.dist.gives(name, res):
			return "kept", nil
		case b.dist.gives("index.html", res) || b.next.gives("index.html", res):
			return "the page instead", nil
		}
		return amiss(res), nil
	}
	return "", fmt.Errorf("build B has every chunk of build A")
}
