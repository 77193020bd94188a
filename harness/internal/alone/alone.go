// Package alone makes the tests of several packages take turns, which `go test ./...` runs at once. Tests that start
// containers, and tests in a browser, disturb each other: a browser gives up what it asks for when networks come and go.
// Tests that only compute run beside them.
package alone

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
)

// held is the lock of this process, which the kernel releases at its end.
var held struct {
	once sync.Once
	file *os.File
	err  error
}

// WithEngine waits until no other test process has the engine or a browser, and keeps both for this one until it ends. It
// skips the test under -short, which needs no engine.
func WithEngine(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("needs a container engine, which -short does without")
	}
	take(t)
}

// WithBrowser does the same for a test in a browser. Under -short no containers come and go, so nothing is waited for.
func WithBrowser(t *testing.T) {
	t.Helper()
	if !testing.Short() {
		take(t)
	}
}

func take(t *testing.T) {
	t.Helper()
	held.once.Do(func() {
		held.file, held.err = os.OpenFile(filepath.Join(os.TempDir(), "spabench-tests.lock"), os.O_CREATE|os.O_RDWR, 0o666)
		if held.err == nil {
			held.err = lock(held.file)
		}
	})
	if held.err != nil {
		t.Fatalf("take turns with other tests: %v", held.err)
	}
}
