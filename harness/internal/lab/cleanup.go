package lab

import (
	"context"
	"strings"
	"time"

	"github.com/containerd/errdefs"
)

// cleanupTime is how long a clean-up may take: the engine needs seconds for it, and a hung engine must not hang us.
const cleanupTime = time.Minute

// cleanupContext returns a context for removing what a call has created. It stays alive when ctx is cancelled, which is
// often the very reason for the clean-up.
func cleanupContext(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), cleanupTime)
}

// alreadyRemoved reports whether a removal failed because the thing no longer exists, or because the engine is already
// removing it. The engine answers the latter with a conflict, as it does for a thing in use, so only its message tells
// the two apart.
func alreadyRemoved(err error) bool {
	return errdefs.IsNotFound(err) || errdefs.IsConflict(err) && strings.Contains(err.Error(), "already in progress")
}
