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

// noteBuilt remembers an image of a test, so that Close removes its name.
func (l *Lab) noteBuilt(ref string) {
	if l.prefix != TestPrefix || !strings.HasPrefix(ref, l.repository+"/") {
		return
	}
	l.builtMu.Lock()
	defer l.builtMu.Unlock()
	l.built[ref] = true
}

// removeTestImages removes the names that this process's tests gave to images. The layers below stay untagged: they are
// the cache of the next build.
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

// sweepTestImages removes the names of test images whose process has ended without removing them.
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
