package lab

import (
	"context"
	"fmt"
)

// Reach returns an error if an image is neither on this machine nor available from its registry, which has 20 s to
// respond. It pulls nothing; a build that is based on the image does.
func (l *Lab) Reach(ctx context.Context, image string) error {
	return l.registryAnswers(ctx, []Base{{Image: image}})
}

// History returns what docker history prints for an image: each instruction as the builder recorded it, oldest first.
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
