package load

import (
	"time"

	"golang.org/x/sys/unix"
)

// sleep is precise to the kernel's timer slack, 50 µs by default. An interrupted sleep (signals of Go's own
// scheduler) goes on with what is left.
func sleep(d time.Duration) {
	for deadline := time.Now().Add(d); d > 0; d = time.Until(deadline) {
		ts := unix.NsecToTimespec(int64(d))
		if unix.Nanosleep(&ts, nil) == nil {
			return
		}
	}
}
