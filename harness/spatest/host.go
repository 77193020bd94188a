package spatest

import (
	"context"
	"errors"
)

// Host starts servers of the target's kind, for the checks that stop, break or
// redeploy one. Each such check starts a server of its own, so that no check
// sees what another one did. Its methods are called from several goroutines.
type Host interface {
	// Offers reports whether its servers have FeatureFolder, FeatureEmpty or
	// FeatureUpstream.
	Offers(Feature) bool

	// Start starts a server with that build. It returns once the server answers
	// by HTTP, whatever it answers; [ErrEnded] when it ended by itself before.
	Start(ctx context.Context, b Build) (Server, error)
}

// Build says what a server serves.
type Build string

const (
	Current Build = "current" // Target.Dist
	Next    Build = "next"    // Target.NextDist
	None    Build = "none"    // an empty folder; only with FeatureEmpty
)

// ErrEnded: a server ended by itself before it answered.
var ErrEnded = errors.New("the server ended by itself")

// Server is a server that a Host started. Close is always called.
type Server interface {
	// URL is its origin. It may change with Deploy.
	URL() string

	// Deploy replaces the build by another one as the target is redeployed in
	// production: new files in the folder, or another process in place of the
	// old one. When it returns, URL serves that build.
	Deploy(ctx context.Context, b Build) error

	// Stop sends the server its stop signal (SIGTERM, where nothing else is
	// declared), and returns how it ended. It does not return before.
	Stop(ctx context.Context) (Exit, error)

	// StopAPI ends the API behind the server: FeatureUpstream.
	StopAPI(ctx context.Context) error

	// Write puts a file into the folder, at once under its name (written beside
	// it, then renamed): FeatureFolder, as the next three. Names are those of an
	// fs.FS.
	Write(ctx context.Context, name string, data []byte) error
	// Remove removes a file from the folder.
	Remove(ctx context.Context, name string) error
	// Forbid makes a file of the folder unreadable for the server.
	Forbid(ctx context.Context, name string) error
	// Link makes a symbolic link in the folder to a file outside it whose
	// content has one of Target.Canaries.
	Link(ctx context.Context, name string) error

	Close(ctx context.Context) error
}

// Exit is how a server ended.
type Exit struct {
	Code   int  // of the process; of several, the first that is not 0
	Killed bool // it did not end within the grace time of its platform, and was killed
}
