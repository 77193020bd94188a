package update

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// target is a variant that is updated.
type target struct {
	bench   *claim.Bench
	variant variants.Variant
	refs    []string // its images, with build A
}

const (
	// steadyFor is how long the new build must have been all that visitors see.
	steadyFor = 300 * time.Millisecond

	// fileChangeWithin is how long the new build is waited for where nothing starts.
	fileChangeWithin = 1500 * time.Millisecond
)

// updateFiles replaces the files in that way, and restarts the containers if that does not bring the new build.
func (t target) updateFiles(ctx context.Context, way fileWay) (all []record.Update, err error) {
	r, err := t.startWritable(ctx, way.linked)
	if r != nil {
		defer rig.CleanUp(ctx, &err, r.Remove)
	}
	if err != nil {
		return nil, err
	}
	folder, err := r.Folder()
	if err != nil {
		return nil, err
	}
	if err := folder.Put(ctx, nil, false); err != nil { // so that what changes files has started
		return nil, err
	}
	u, err := t.watched(ctx, r.URL, fileChangeWithin, func() error { return way.put(ctx, folder, t.bench.Next.FS) })
	u.Kind, u.Way = record.FilesUpdate, way.name
	if err != nil || u.Settled {
		return []record.Update{u}, err
	}
	restarted, err := t.watched(ctx, r.URL, rig.ReadyWithin, func() error {
		if _, err := r.Stop(ctx); err != nil {
			return err
		}
		return r.Start(ctx)
	})
	restarted.Kind, restarted.Way = record.RestartUpdate, way.name
	return []record.Update{u, restarted}, err
}

// startWritable starts containers whose files can be changed; linked, the folder has releases of which one is served.
func (t target) startWritable(ctx context.Context, linked bool) (*lab.Running, error) {
	o := lab.Options{Refs: t.refs, Serve: lab.Writable, Bridge: true}
	served, _ := t.variant.Files()
	if linked && !byNginx(served) {
		o.Environ = map[string]string{"DIST": served.Root + "/" + lab.Released}
	}
	r, err := t.bench.Lab.Create(ctx, t.variant, o)
	if err != nil {
		return r, err
	}
	if linked {
		if err := t.link(ctx, r, served); err != nil {
			return r, err
		}
	}
	return r, t.bench.Start(ctx, r, t.variant)
}

// link makes the folder one with releases, of which the first is served. Servers learn from their environment where it
// is, and nginx from its configuration.
func (t target) link(ctx context.Context, r *lab.Running, served variants.Container) error {
	folder, err := r.Folder()
	if err != nil {
		return err
	}
	files, err := rig.OrderedFiles(t.bench.Dist.FS, rig.DeployOrder)
	if err != nil {
		return err
	}
	if err := folder.Release(ctx, files); err != nil {
		return err
	}
	if !byNginx(served) {
		return nil
	}
	text, err := os.ReadFile(filepath.Join(t.bench.Lab.Root(), "variants", "nginx", "frontend.conf"))
	if err != nil {
		return err
	}
	root := "root " + served.Root
	linked := bytes.Replace(text, []byte(root+";"), []byte(root+"/"+lab.Released+";"), 1)
	if bytes.Equal(text, linked) {
		return fmt.Errorf("variants/nginx/frontend.conf does not serve %s", served.Root)
	}
	return r.Plant(ctx, served.Name, "/etc/nginx/nginx.conf", linked)
}

// byNginx reports whether nginx serves the files of the container.
func byNginx(c variants.Container) bool { return strings.HasPrefix(c.Dockerfile, "nginx-") }

// updateContainer replaces the running containers by those of the other build's images, as docker compose up does: they
// are created while the old ones run, and started on the same port when these are gone.
func (t target) updateContainer(ctx context.Context, nextRefs []string) (u record.Update, err error) {
	old, err := t.bench.Lab.Create(ctx, t.variant, lab.Options{Refs: t.refs, Bridge: true})
	if old != nil {
		defer rig.CleanUp(ctx, &err, old.Remove)
	}
	if err != nil {
		return u, err
	}
	if err := t.bench.Start(ctx, old, t.variant); err != nil {
		return u, err
	}
	_, port, _ := strings.Cut(strings.TrimPrefix(old.URL, "http://"), ":")
	next, err := t.bench.Lab.Create(ctx, t.variant, lab.Options{Refs: nextRefs, Bridge: true, Port: port})
	if next != nil {
		defer rig.CleanUp(ctx, &err, next.Remove)
	}
	if err != nil {
		return u, err
	}
	u, err = t.watched(ctx, old.URL, rig.ReadyWithin, func() error {
		if err := old.Remove(ctx); err != nil {
			return err
		}
		return next.Start(ctx)
	})
	u.Kind = record.ContainerUpdate
	return u, err
}

// watched acts on a variant while visitors load pages, waits within a limit for the new build, and then asks for a
// script that only A has.
func (t target) watched(
	ctx context.Context, url string, within time.Duration, act func() error,
) (record.Update, error) {
	vs := &visitors{
		addr:   strings.TrimPrefix(url, "http://"),
		builds: map[string]rig.Dist{buildA: t.bench.Dist, buildB: t.bench.Next},
	}
	loads, began, err := vs.during(ctx, act, func(loads []pageLoad) bool {
		s := summarise(loads, time.Time{})
		return s.Settled && s.last.Sub(s.since) > steadyFor
	}, within)
	if err != nil {
		return record.Update{}, err
	}
	u := summarise(loads, began).Update
	u.Variant = t.variant.Name
	u.OldChunk, err = vs.askOldChunk(ctx)
	return u, err
}
