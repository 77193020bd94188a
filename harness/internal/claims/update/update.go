package update

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

	"spabench/harness/internal/browser"
	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

func Updates() claim.Claim {
	return claim.Claim{
		ID:    "updates-without-rebuild",
		Words: "Files on disk can be updated without rebuilding the image or the binary.",
		Test:  "Replace build A by build B under two visitors who load the page and its assets without a rest: the files in the running container, in several ways; where that is not enough, a restart as well; and, for each variant, a new container of the other build's image on the same port",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			if err := b.MakeApps(ctx); err != nil {
				return record.Judgement{}, err
			}
			var all []update
			for _, v := range b.Shapes() {
				of, err := observeUpdates(ctx, b, v)
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
		return inTurn(next, rig.DeployOrder, func(files []lab.File) error { return f.Put(ctx, files, true) })
	}},
	{name: "renamed into place, old files kept", put: func(ctx context.Context, f *lab.Folder, next fs.FS) error {
		return inTurn(next, rig.DeployOrder, func(files []lab.File) error { return f.Put(ctx, files, false) })
	}},
	{name: "link to another folder", linked: true, put: func(ctx context.Context, f *lab.Folder, next fs.FS) error {
		return inTurn(next, rig.DeployOrder, func(files []lab.File) error { return f.Release(ctx, files) })
	}},
	{name: "copied in place, page last", put: func(ctx context.Context, f *lab.Folder, next fs.FS) error {
		return inTurn(next, rig.DeployOrder, func(files []lab.File) error { return f.Overwrite(ctx, files, true) })
	}},
	{name: "copied in place, page first", put: func(ctx context.Context, f *lab.Folder, next fs.FS) error {
		pageFirst := func(name string) int { return -rig.DeployOrder(name) }
		return inTurn(next, pageFirst, func(files []lab.File) error { return f.Overwrite(ctx, files, true) })
	}},
}

func inTurn(build fs.FS, turn func(name string) int, put func([]lab.File) error) error {
	files, err := rig.OrderedFiles(build, turn)
	if err != nil {
		return err
	}
	return put(files)
}

const (
	restartAfter = "a restart after that"
	newContainer = "a new container"
)

// observeUpdates tries all ways on a variant, each from fresh containers.
func observeUpdates(ctx context.Context, b *claim.Bench, v variants.Variant) ([]update, error) {
	refs, err := b.Refs(ctx, v)
	if err != nil {
		return nil, err
	}
	next, err := rig.BuildEdition(ctx, b.Lab, v, refs, lab.Next)
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
		of, err := updateFiles(ctx, b, v, refs, w)
		if err != nil {
			return all, fmt.Errorf("%s: %w", w.name, err)
		}
		all = append(all, of...)
	}
	of, err := updateContainer(ctx, b, v, refs, next)
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
func updateFiles(ctx context.Context, b *claim.Bench, v variants.Variant, refs []string, w fileWay) (all []update, err error) {
	o := lab.Options{Refs: refs, Serve: lab.Writable, Bridge: true}
	served, _ := v.Files()
	if w.linked && !byNginx(served) {
		o.Environ = map[string]string{"DIST": served.Root + "/" + lab.Released}
	}
	r, err := b.Lab.Create(ctx, v, o)
	if r != nil {
		defer rig.CleanUp(ctx, &err, r.Remove)
	}
	if err != nil {
		return nil, err
	}
	if w.linked {
		if err := link(ctx, b, r, served); err != nil {
			return nil, err
		}
	}
	if err := b.Start(ctx, r, v); err != nil {
		return nil, err
	}
	folder, err := r.Folder()
	if err != nil {
		return nil, err
	}
	if err := folder.Put(ctx, nil, false); err != nil { // what changes files is there from now on
		return nil, err
	}
	u, err := watched(ctx, b, v, r.URL, patienceForB, func() error { return w.put(ctx, folder, b.Next.FS) })
	u.way = w.name
	if err != nil || u.settled() {
		return []update{u}, err
	}
	again, err := watched(ctx, b, v, r.URL, rig.ReadyWithin, func() error {
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
func link(ctx context.Context, b *claim.Bench, r *lab.Running, served variants.Container) error {
	folder, err := r.Folder()
	if err != nil {
		return err
	}
	files, err := rig.OrderedFiles(b.Dist.FS, rig.DeployOrder)
	if err != nil {
		return err
	}
	if err := folder.Release(ctx, files); err != nil {
		return err
	}
	if !byNginx(served) {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(b.Lab.Root(), "variants", "nginx", "frontend.conf"))
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
func updateContainer(ctx context.Context, b *claim.Bench, v variants.Variant, refs, others []string) (u update, err error) {
	old, err := b.Lab.Create(ctx, v, lab.Options{Refs: refs, Bridge: true})
	if old != nil {
		defer rig.CleanUp(ctx, &err, old.Remove)
	}
	if err != nil {
		return u, err
	}
	if err := b.Start(ctx, old, v); err != nil {
		return u, err
	}
	_, port, _ := strings.Cut(strings.TrimPrefix(old.URL, "http://"), ":")
	next, err := b.Lab.Create(ctx, v, lab.Options{Refs: others, Bridge: true, Port: port})
	if next != nil {
		defer rig.CleanUp(ctx, &err, next.Remove)
	}
	if err != nil {
		return u, err
	}
	u, err = watched(ctx, b, v, old.URL, rig.ReadyWithin, func() error {
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
func watched(ctx context.Context, b *claim.Bench, v variants.Variant, url string, most time.Duration, act func() error) (update, error) {
	vs := &visitors{addr: strings.TrimPrefix(url, "http://"), builds: map[string]rig.Dist{buildA: b.Dist, buildB: b.Next}}
	loads, began, err := vs.during(ctx, act, func(loads []pageLoad) bool {
		u := summarise(loads, time.Time{})
		return u.settled() && u.last.Sub(u.since) > steadyFor
	}, most)
	if err != nil {
		return update{}, err
	}
	u := summarise(loads, began)
	u.variant = v.Name
	u.oldChunk, err = oldChunk(ctx, b, vs.addr)
	return u, err
}

// oldChunk asks for a script that a tab with build A open would load later, and says what came.
func oldChunk(ctx context.Context, b *claim.Bench, addr string) (string, error) {
	names, err := fs.Glob(b.Dist.FS, "assets/*.js")
	if err != nil {
		return "", err
	}
	for _, name := range names {
		if _, err := fs.Stat(b.Next.FS, name); err == nil || name == b.Dist.Script {
			continue
		}
		res, err := rawhttp.Ask(ctx, addr, http.MethodGet, "/"+name, browser.Header("script", claim.AsBrowser), "")
		switch {
		case err != nil:
			return "no answer", ctx.Err()
		case gives(b.Dist, name, res):
			return "kept", nil
		case gives(b.Dist, "index.html", res) || gives(b.Next, "index.html", res):
			return "the page instead", nil
		}
		return amiss(res), nil
	}
	return "", fmt.Errorf("build B has every chunk of build A")
}
