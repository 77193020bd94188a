// Package alone makes tests take turns across packages, which `go test ./...` runs in parallel. Tests that start
// containers and tests in a browser disturb each other, because a browser aborts its requests when networks come and
// go. Tests that need neither may run at the same time.
package alone

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// held is the lock that this process holds, and how many tests need it. The kernel releases it when the process exits.
var held struct {
	mu    sync.Mutex
	tests int
	file  *os.File
}

// WithEngine waits until no other test process uses the engine or a browser, and reserves both for this process until
// it exits, because its tests share what they start. Under -short it skips the test, because that must work without an
// engine.
func WithEngine(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a container engine, which -short does without")
	}
	take(t)
}

// WithBrowser does the same for a test in a browser, which runs under -short, too, until the test is over.
func WithBrowser(t *testing.T) {
	t.Helper()
	take(t)
	t.Cleanup(release)
}

func take(t *testing.T) {
	t.Helper()
	held.mu.Lock()
	defer held.mu.Unlock()
	if held.tests == 0 {
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
	if held.tests--; held.tests == 0 {
		_ = held.file.Close() // and so unlocks it
	}
}
