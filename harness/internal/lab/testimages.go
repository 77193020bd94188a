package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/moby/client"
)

// noteBuilt records an image that a test has built, so that Close untags it.
func (l *Lab) noteBuilt(ref string) {
	if l.prefix != TestPrefix || !strings.HasPrefix(ref, l.repository+"/") {
		return
	}
	l.builtMu.Lock()
	defer l.builtMu.Unlock()
	l.built[ref] = true
}

// removeTestImages untags the images that this process's tests have built. Their layers stay, as a cache for the next
// build.
func (l *Lab) removeTestImages(ctx context.Context) error {
	l.builtMu.Lock()
	refs := slices.Sorted(maps.Keys(l.built))
	clear(l.built)
	l.builtMu.Unlock()
	var errs []error
	for _, ref := range refs {
		errs = append(errs, l.removeImage(ctx, ref, client.ImageRemoveOptions{Force: true}))
	}
	return errors.Join(errs...)
}

// sweepTestImages untags the test images of processes that have ended without doing so.
func (l *Lab) sweepTestImages(ctx context.Context) (int, error) {
	list, err := l.docker.ImageList(ctx, client.ImageListOptions{})
	if err != nil {
		return 0, fmt.Errorf("list images: %w", err)
	}
	removed := 0
	var errs []error
	for _, img := range list.Items {
		for _, tag := range img.RepoTags {
			owner, isTest := strings.CutPrefix(tag, TestPrefix+"-")
			owner, _, _ = strings.Cut(owner, "-")
			if pid, err := strconv.Atoi(owner); !isTest || err != nil || alive(pid) {
				continue
			}
			if err := l.removeImage(ctx, tag, client.ImageRemoveOptions{Force: true}); err != nil {
				errs = append(errs, err)
				continue
			}
			removed++
		}
	}
	return removed, errors.Join(errs...)
}
