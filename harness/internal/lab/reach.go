package lab

import (
	"context"
	"fmt"
)

// Reach says why an image is to be had neither on this machine nor from its registry, which has 20 s to answer. It pulls
// nothing: a build that stands on the image does.
func (l *Lab) Reach(ctx context.Context, image string) error {
	return l.registryAnswers(ctx, []Base{{Image: image}})
}

// History returns what docker history prints of an image, the first instruction first, each as the builder recorded it.
func (l *Lab) History(ctx context.Context, ref string) ([]string, error) {
	got, err := l.docker.ImageHistory(ctx, ref)
	if err != nil {
		return nil, fmt.Errorf("read the history of %s: %w", ref, err)
	}
	all := make([]string, len(got.Items))
	for i, item := range got.Items {
		all[len(all)-1-i] = item.CreatedBy
	}
	return all, nil
}
