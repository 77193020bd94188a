// Package alone makes tests that start containers take turns across packages, which `go test ./...` runs in parallel. Two
// packages at a time may use the engine, because each mostly waits for it, but for those that look at the whole engine.
// All other tests may run at the same time.
package alone

import (
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/gofrs/flock"
)

// seats is how many packages may use the engine at the same time.
const seats = 2

// held are the seats that this process has, and how many tests need them. The kernel gives them up when it exits.
var held struct {
	mu    sync.Mutex
	tests int
	seats []*flock.Flock
}

// pause is how long the seats are kept for the package's next test. Whoever gets them in between may need them for a
// quarter of an hour.
const pause = time.Second

// WithEngine waits for a seat at the engine, and keeps it until a moment after the test. Under -short it skips the test,
// because that must work without an engine.
func WithEngine(t *testing.T) {
	t.Helper()
	WithEngineToTheEnd(t)
	t.Cleanup(release)
}

// WithEngineToTheEnd does the same until the process exits, for tests that share what they start.
func WithEngineToTheEnd(t *testing.T) {
	t.Helper()
	skipIfShort(t)
	reserve(t, 1)
}

// WithWholeEngine is WithEngine for tests that see what others do on the engine. All tests of a package must ask for the
// same.
func WithWholeEngine(t *testing.T) {
	t.Helper()
	skipIfShort(t)
	reserve(t, seats)
	t.Cleanup(release)
}

func skipIfShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a container engine, which -short does without")
	}
}

func reserve(t *testing.T, wanted int) {
	t.Helper()
	held.mu.Lock()
	defer held.mu.Unlock()
	switch len(held.seats) {
	case 0:
		taken, err := take(wanted)
		if err != nil {
			t.Fatalf("take turns with other tests: %v", err)
		}
		held.seats = taken
	case wanted:
	default:
		t.Fatalf("this package has %d seats at the engine, and this test wants %d", len(held.seats), wanted)
	}
	held.tests++
}

// take waits for one seat, whichever is free first, or for all. Who waits for all takes them in their order, and so
// never waits for one that waits for it.
func take(wanted int) (taken []*flock.Flock, err error) {
	if wanted == seats {
		for n := range seats {
			f := seat(n)
			if err := f.Lock(); err != nil {
				return nil, err
			}
			taken = append(taken, f)
		}
		return taken, nil
	}
	for waits := false; ; time.Sleep(pause / 5) {
		for n := range seats {
			f := seat(n)
			if locked, err := f.TryLock(); locked || err != nil {
				return []*flock.Flock{f}, err
			}
		}
		if !waits {
			fmt.Fprintln(os.Stderr, "waiting for other tests that use the container engine")
			waits = true
		}
	}
}

func seat(n int) *flock.Flock {
	return flock.New(filepath.Join(os.TempDir(), fmt.Sprintf("spabench-tests-%d.lock", n)))
}

func release() {
	held.mu.Lock()
	defer held.mu.Unlock()
	held.tests--
	time.AfterFunc(pause, func() {
		held.mu.Lock()
		defer held.mu.Unlock()
		if held.tests > 0 {
			return
		}
		for _, f := range held.seats {
			_ = f.Close() // and so unlocks it
		}
		held.seats = nil
	})
}
