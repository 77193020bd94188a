package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/moby/moby/client"
)

// Rebuilds are builds that are made to be looked at: their images are removed at the end, those of single steps, too. They
// use the layer cache of the ordinary images and leave it as it was.
type Rebuilds struct {
	lab  *Lab
	name string
	refs []string
	made []string // by steps, the first first
}

// Rebuild is one of them.
type Rebuild struct {
	Context    string // folder
	Dockerfile string // path in Context
	Stage      string // the last, where it is ""
	Tag        string
	Args       map[string]string // beside those of the bases in use, or in their place
	NoCache    bool              // every step runs
}

// Rebuilds returns an empty series of that name, which is part of the names of its images.
func (l *Lab) Rebuilds(name string) *Rebuilds { return &Rebuilds{lab: l, name: name} }

// Build builds an image and returns its reference and the steps, in their order. A build that failed has its steps, too.
func (t *Rebuilds) Build(ctx context.Context, b Rebuild) (string, []Step, error) {
	text, err := os.ReadFile(filepath.Join(b.Context, b.Dockerfile))
	if err != nil {
		return "", nil, &BuildError{Dockerfile: b.Dockerfile, Err: err}
	}
	args := t.lab.baseArgs(text)
	maps.Copy(args, b.Args)
	ref := t.lab.repository + "/claims-" + t.name + ":" + b.Tag
	log := &stepLog{now: time.Now}
	t.refs = append(t.refs, ref)
	err = t.lab.build(ctx, buildRequest{context: b.Context, dockerfile: b.Dockerfile, ref: ref, args: args, target: b.Stage, noCache: b.NoCache, steps: log})
	log.end()
	t.made = append(t.made, made(log.steps)...)
	if err == nil && !log.whole() {
		err = &BuildError{Dockerfile: b.Dockerfile, Err: fmt.Errorf("its output tells %d of the steps (%q): is this the engine's classic builder?", len(log.steps), log.total)}
	}
	return ref, log.steps, err
}

// Remove removes what the builds made. An image that somebody's build stands on meanwhile stays.
func (t *Rebuilds) Remove(ctx context.Context) error {
	var errs []error
	for _, ref := range t.refs {
		errs = append(errs, t.lab.removeImage(ctx, ref, client.ImageRemoveOptions{}))
	}
	for _, id := range slices.Backward(t.made) {
		if err := t.lab.removeImage(ctx, id, client.ImageRemoveOptions{}); err != nil && !strings.Contains(err.Error(), "conflict") {
			errs = append(errs, err)
		}
	}
	t.refs, t.made = nil, nil
	return errors.Join(errs...)
}

// LayerIDs are the diff ids of an image's layers, the lowest first.
func (l *Lab) LayerIDs(ctx context.Context, ref string) ([]string, error) {
	got, err := l.docker.ImageInspect(ctx, ref)
	if err != nil {
		return nil, fmt.Errorf("inspect %s: %w", ref, err)
	}
	return got.RootFS.Layers, nil
}

// Pull is what a host fetches.
type Pull struct {
	Layers     int
	Compressed int64 // bytes, gzip at its default level
	Of         int   // layers of the images wanted; one that several share counts once
}

// Pull says what a host that has some images fetches to get others.
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
	var missing, from []string // layers, and the images that have them
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
