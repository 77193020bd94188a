//go:build unix

package record

import (
	"os"
	"syscall"
)

// lockFile takes an advisory lock on the whole file, or fails at once: readers are not in its way.
func lockFile(f *os.File) error { return syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) }
