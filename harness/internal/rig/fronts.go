package rig

import (
	"context"
	"errors"
	"sync"

	"spabench/harness/internal/lab"
)

// fronts are builds of the app with other front ends. Variants that are checked at the same time share them.
type fronts struct {
	mu     sync.Mutex
	builds map[string]Builds // by folder in variants/fronts
}

// build returns the builds of a front end, which are made when they are first needed.
func (f *fronts) build(ctx context.Context, l *lab.Lab, front string) (Builds, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if b, built := f.builds[front]; built {
		return b, nil
	}
	b, err := BuildBoth(ctx, l, front)
	if err == nil {
		f.builds[front] = b
	}
	return b, err
}

func (f *fronts) remove() (err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, b := range f.builds {
		err = errors.Join(err, b.remove())
	}
	return err
}
