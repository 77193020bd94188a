// Package alone makes tests take turns across packages, which `go test ./...` runs in parallel. Tests that start
// containers disturb each other, and tests in a browser, because it aborts its requests when networks come and go. All
// others may run at the same time.
package alone

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

// held is the lock that this process holds, and how many tests need it. The kernel releases it when the process exits.
var held struct {
	mu    sync.Mutex
	tests int
	file  *os.File // nil: it is not held
}

// pause is how long the lock is kept for the next test. Whoever gets it in between may need it for a quarter of an
// hour, and a package with ten tests in a browser would wait ten times.
const pause = time.Second

// WithEngine waits until no other test process uses the engine or a browser, and reserves both until a moment after the
// test. Under -short it skips the test, because that must work without an engine.
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
	take(t)
}

// WithBrowser is WithEngine for a test in a browser, which runs under -short, too.
func WithBrowser(t *testing.T) {
	t.Helper()
	take(t)
	t.Cleanup(release)
}

func take(t *testing.T) {
	t.Helper()
	held.mu.Lock()
	defer held.mu.Unlock()
	if held.file == nil {
		f, err := os.OpenFile(filepath.Join(os.TempDir(), "spabench-tests.lock"), os.O_CREATE|os.O_RDWR, 0o666)
		if err == nil {
			err = lock(f)
		}
		if err != nil {
			t.Fatalf("take turns with other tests: %v", err)
		}
		held.file = f
	}
	held.tests++
}

func release() {
	held.mu.Lock()
	defer held.mu.Unlock()
	held.tests--
	time.AfterFunc(pause, func() {
		held.mu.Lock()
		defer held.mu.Unlock()
		if held.tests == 0 && held.file != nil {
			_ = held.file.Close() // and so unlocks it
			held.file = nil
		}
	})
}
