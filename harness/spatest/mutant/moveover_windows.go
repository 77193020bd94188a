package mutant

import (
	"errors"
	"os"
	"syscall"
	"time"
)

// moveOver puts a file in the place of another, at once. Windows refuses that while a server has the other one open, as
// it does for the moment in which it answers; so this tries again, like every tool that deploys there.
func moveOver(from, to string) error {
	const sharingViolation = syscall.Errno(32)
	deadline := time.Now().Add(5 * time.Second)
	for {
		err := os.Rename(from, to)
		inUse := errors.Is(err, syscall.ERROR_ACCESS_DENIED) || errors.Is(err, sharingViolation)
		if !inUse || time.Now().After(deadline) {
			return err
		}
		time.Sleep(time.Millisecond)
	}
}
