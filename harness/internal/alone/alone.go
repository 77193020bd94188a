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

// held is the lock that this process holds. The kernel releases it when the process exits.
var held struct {
	once sync.Once
	file *os.File
	err  error
}

// WithEngine waits until no other test process uses the engine or a browser, and reserves both for this process until
// it exits. Under -short it skips the test, because that must work without an engine.
func WithEngine(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a container engine, which -short does without")
	}
	take(t)
}

// WithBrowser does the same for a test in a browser, which runs under -short, too.
func WithBrowser(t *testing.T) {
	t.Helper()
	take(t)
}

func take(t *testing.T) {
	t.Helper()
	held.once.Do(func() {
		held.file, held.err = os.OpenFile(filepath.Join(os.TempDir(), "spabench-tests.lock"),
			os.O_CREATE|os.O_RDWR, 0o666)
		if held.err == nil {
			held.err = lock(held.file)
		}
	})
	if held.err != nil {
		t.Fatalf("take turns with other tests: %v", held.err)
	}
}
