package record

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// claimsLock is the file that a run which tests claims locks. The record cannot be locked itself, as it is replaced
// after each claim.
const claimsLock = "." + ClaimsFile + ".lock"

// LockClaims keeps a second process from testing claims into this folder, which must exist, until unlock is called or
// the process ends. It fails at once if one is doing so.
func LockClaims(dir string) (unlock func(), err error) {
	path := filepath.Join(dir, claimsLock)
	for {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
		if err != nil {
			return nil, fmt.Errorf("lock the results folder: %w", err)
		}
		if err := lockFile(f); err != nil {
			return nil, errors.Join(
				fmt.Errorf("lock the results folder %s: another process is testing claims into it: %w", dir, err),
				f.Close())
		}
		if isAt(f, path) {
			return func() { removeLocked(f, path) }, nil
		}
		_ = f.Close() // who had locked it has removed it meanwhile: a lock on it keeps nobody out
	}
}

// isAt reports whether the file is what the path leads to.
func isAt(f *os.File, path string) bool {
	own, err1 := f.Stat()
	found, err2 := os.Stat(path)
	return err1 == nil && err2 == nil && os.SameFile(own, found)
}

// removeLocked removes the file while it is locked, so that it is not another's. Windows removes only what is closed,
// and nothing that another process has opened since.
func removeLocked(f *os.File, path string) {
	removed := os.Remove(path) == nil
	_ = f.Close()
	if !removed {
		_ = os.Remove(path)
	}
}
