//go:build unix

package alone

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock waits for the file's lock, says so, and keeps waiting when a signal interrupts it.
func lock(f *os.File) error {
	if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
		return nil
	}
	fmt.Fprintf(os.Stderr, "waiting for other tests that use the engine or a browser (%s)\n", f.Name())
	for {
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
