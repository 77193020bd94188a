//go:build unix

package alone

import (
	"errors"
	"os"
	"syscall"
)

// lock waits for the file's lock, and keeps waiting when a signal interrupts it.
func lock(f *os.File) error {
	for {
		if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX); !errors.Is(err, syscall.EINTR) {
			return err
		}
	}
}
