package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
)

// Rebuilds is a series of builds that are made only to be observed: Remove removes their images and those of their
// single steps. The builds use the layer cache of the ordinary images and leave it as it was.
type Rebuilds struct {
	lab        *Lab
	name       string
	refs       []string
	stepImages []string // made by single steps, oldest first
}

// Rebuild is one build of such a series.
type Rebuild struct {
	Context    string // folder
	Dockerfile string // path in Context
	Stage      string // "" is the last one
	Tag        string
	Args       map[string]string // in addition to those for the base images, which they may override
	NoCache    bool              // run every step
}

// Rebuilds returns an empty series. Its name is part of the names of its images.
func (l *Lab) Rebuilds(name string) *Rebuilds { return &Rebuilds{lab: l, name: name} }

// Build builds an image and returns its reference and its steps in order. A build that failed returns its steps as
// well.
func (t *Rebuilds) Build(ctx context.Context, b Rebuild) (string, []Step, error) {
	text, err := os.ReadFile(filepath.Join(b.Context, b.Dockerfile))
	if err != nil {
		return "", nil, &BuildError{Dockerfile: b.Dockerfile, Err: err}
	}
	args := t.lab.baseArgs(text)
	maps.Copy(args, b.Args)
	ref := t.lab.prefix + "/claims-" + t.name + ":" + b.Tag
	log := &stepLog{now: time.Now}
	t.refs = append(t.refs, ref)
	err = t.lab.build(ctx, buildRequest{
		context: b.Context, dockerfile: b.Dockerfile, ref: ref,
		args: args, target: b.Stage, noCache: b.NoCache, output: log,
	})
	log.end()
	t.stepImages = append(t.stepImages, newImages(log.steps)...)
	if err == nil && !log.complete() {
		err = &BuildError{Dockerfile: b.Dockerfile, Err: fmt.Errorf(
			"its output shows %d of %q steps: is this the engine's classic builder?", len(log.steps), log.total)}
	}
	return ref, log.steps, err
}

// Remove removes the images that the builds made, except one that somebody else's build is based on meanwhile.
func (t *Rebuilds) Remove(ctx context.Context) error {
	var errs []error
	for _, ref := range t.refs {
		errs = append(errs, t.lab.removeImage(ctx, ref, client.ImageRemoveOptions{}))
	}
	for _, id := range slices.Backward(t.stepImages) {
		err := t.lab.removeImage(ctx, id, client.ImageRemoveOptions{})
		if err != nil && !errdefs.IsConflict(err) {
			errs = append(errs, err)
		}
	}
	t.refs, t.stepImages = nil, nil
	return errors.Join(errs...)
}

// LayerIDs returns the diff ids of an image's layers, the lowest first.
func (l *Lab) LayerIDs(ctx context.Context, ref string) ([]string, error) {
	got, err := l.docker.ImageInspect(ctx, l.idOf(ref))
	if err != nil {
		return nil, fmt.Errorf("inspect %s: %w", ref, err)
	}
	return got.RootFS.Layers, nil
}

// Pull is what a host downloads.
type Pull struct {
	Layers     int
	Compressed int64 // bytes, gzip at its default level
	Of         int   // layers of the wanted images; one that several of them share counts once
}

// Pull returns what a host that already has some images downloads to get others.
func (l *Lab) Pull(ctx context.Context, has, wants []string) (Pull, error) {
	known := map[string]bool{}
	for _, ref := range has {
		ids, err := l.LayerIDs(ctx, ref)
		if err != nil {
			return Pull{}, err
		}
		for _, id := range ids {
			known[id] = true
		}
	}
	var p Pull
	var missing, from []string // layers, and for each an image that contains it
	seen := map[string]bool{}
	for _, ref := range wants {
		ids, err := l.LayerIDs(ctx, ref)
		if err != nil {
			return Pull{}, err
		}
		for _, id := range ids {
			if seen[id] {
				continue
			}
			seen[id] = true
			if !known[id] {
				missing = append(missing, id)
				from = append(from, ref)
			}
		}
	}
	p.Of, p.Layers = len(seen), len(missing)
	if p.Layers == 0 {
		return p, nil
	}
	weights, err := l.weights(ctx, slices.Compact(from), missing)
	for _, id := range missing {
		p.Compressed += weights[id].Compressed
	}
	return p, err
}
