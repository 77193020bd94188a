//go:build unix

package alone

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"syscall"
)

// lock waits for the file's lock, says whom for, and keeps waiting when a signal interrupts it.
func lock(f *os.File) error {
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) != nil {
		holder, _ := os.ReadFile(f.Name())
		fmt.Fprintf(os.Stderr, "waiting for other tests that use the engine or a browser: %s (%s)\n", holder, f.Name())
		for {
			err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX)
			if err == nil {
				break
			}
			if !errors.Is(err, syscall.EINTR) {
				return err
			}
		}
	}
	return sign(f)
}

// sign writes into the file who holds its lock.
func sign(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := fmt.Fprintf(f, "process %d, %s", os.Getpid(), filepath.Base(os.Args[0]))
	return err
}
