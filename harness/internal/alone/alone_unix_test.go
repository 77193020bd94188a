//go:build unix

package alone

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestWithBrowser holds that the lock is held while tests in a browser run, and soon afterwards no longer.
func TestWithBrowser(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	isFree := func(t *testing.T) bool {
		t.Helper()
		f, err := os.Open(filepath.Join(os.TempDir(), "spabench-tests.lock"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil
	}
	t.Run("outer", func(t *testing.T) {
		WithBrowser(t)
		t.Run("inner", func(t *testing.T) {
			WithBrowser(t)
			if isFree(t) {
				t.Error("the lock is free during a test")
			}
		})
		if isFree(t) {
			t.Error("the lock is free when one of two tests is over")
		}
	})
	for began := time.Now(); !isFree(t); time.Sleep(pause / 10) {
		if time.Since(began) > time.Minute {
			t.Fatal("the lock is held when the tests are over")
		}
	}
}
