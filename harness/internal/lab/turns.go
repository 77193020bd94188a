package lab

import (
	"context"
	"os"
	"path/filepath"
	"time"

	"github.com/gofrs/flock"
)

// turns let several test processes work on one engine at the same time, because each of them builds images that the
// others need, too, and removes them at its end. Labs with another prefix take no turns: the zero value is theirs.
type turns struct {
	building string       // the file that is locked while the engine or an image is made ready
	present  *flock.Flock // locked by all labs that are open, in common
}

// turnsPause is how long a process waits before it tries again to have its turn.
const turnsPause = 100 * time.Millisecond

// takeTurns notes that a lab with this prefix is about to be opened.
func takeTurns(ctx context.Context, prefix string) (turns, error) {
	if prefix != TestPrefix {
		return turns{}, nil
	}
	file := func(name string) string { return filepath.Join(os.TempDir(), "spabench-test-"+name+".lock") }
	t := turns{file("building"), flock.New(file("present"))}
	_, err := t.present.TryRLockContext(ctx, turnsPause)
	return t, err
}

// build calls f while no other process makes anything ready, so that what two of them need is made once.
func (t turns) build(ctx context.Context, f func() error) error {
	if t.present == nil {
		return f()
	}
	turn := flock.New(t.building)
	if _, err := turn.TryLockContext(ctx, turnsPause); err != nil {
		return err
	}
	defer func() { _ = turn.Close() }()
	return f()
}

// end notes that the lab is closed, and calls f if no other one is open; none is opened before f returns.
func (t turns) end(f func() error) error {
	if t.present == nil {
		return nil
	}
	defer func() { _ = t.present.Close() }()
	if err := t.present.Unlock(); err != nil {
		return err
	}
	if last, err := t.present.TryLock(); err != nil || !last {
		return err
	}
	return f()
}
