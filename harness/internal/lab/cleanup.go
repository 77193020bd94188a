package lab

import (
	"context"
	"fmt"
	"time"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
)

// cleanupTime is how long a clean-up may take: the engine needs seconds for it, and a hung engine must not hang us.
const cleanupTime = time.Minute

// cleanupContext returns a context for removing what a call has created. It stays alive when ctx is cancelled, which is
// often the very reason for the clean-up.
func cleanupContext(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
}

// removeContainer removes a container, running or not, and its anonymous volumes. It is not an error if the container
// no longer exists. An engine that is already removing it reports a conflict, as it does for other reasons: what tells
// them apart is that the container soon is gone.
func (l *Lab) removeContainer(ctx context.Context, id string) error {
	_, err := l.docker.ContainerRemove(ctx, id, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
	if err == nil || errdefs.IsNotFound(err) || errdefs.IsConflict(err) && l.vanishes(ctx, id) {
		return nil
	}
	return fmt.Errorf("remove container %.12s: %w", id, err)
}

// vanishes waits until a container no longer exists, for as long as it may take to be killed and removed.
func (l *Lab) vanishes(ctx context.Context, id string) bool {
	ctx, cancel := context.WithTimeout(ctx, cleanupTime/2)
	defer cancel()
	for ; ctx.Err() == nil; time.Sleep(20 * time.Millisecond) {
		_, err := l.docker.ContainerInspect(ctx, id, client.ContainerInspectOptions{})
		if errdefs.IsNotFound(err) {
			return true
		}
	}
	return false
}
