// Package alone makes tests that start containers take turns across packages, which `go test ./...` runs in parallel. Two
// packages at a time may use the engine, because each mostly waits for it. All other tests may run at the same time.
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

// held is the seat that this process has, and how many tests need it. The kernel gives it up when the process exits.
var held struct {
	mu    sync.Mutex
	tests int
	seat  *flock.Flock // nil: it has none
}

// pause is how long the seat is kept for the package's next test. Whoever gets it in between may need it for a quarter of
// an hour.
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
	if testing.Short() {
		t.Skip("needs a container engine, which -short does without")
	}
	reserve(t)
}

func reserve(t *testing.T) {
	t.Helper()
	held.mu.Lock()
	defer held.mu.Unlock()
	if held.seat == nil {
		taken, err := take()
		if err != nil {
			t.Fatalf("take turns with other tests: %v", err)
		}
		held.seat = taken
	}
	held.tests++
}

// take waits for a seat, whichever is free first.
func take() (*flock.Flock, error) {
	for waits := false; ; time.Sleep(pause / 5) {
		for n := range seats {
			f := seat(n)
			if locked, err := f.TryLock(); locked || err != nil {
				return f, err
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
		if held.tests == 0 && held.seat != nil {
			_ = held.seat.Close() // and so unlocks it
			held.seat = nil
		}
	})
}
