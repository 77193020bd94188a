package load

import (
	"time"

	"golang.org/x/sys/unix"
)

// sleep is precise to the kernel's timer slack, 50 µs by default. When a signal of Go's scheduler interrupts it, it
// sleeps for the remaining time.
func sleep(d time.Duration) {
	for deadline := time.Now().Add(d); d > 0; d = time.Until(deadline) {
		ts := unix.NsecToTimespec(int64(d))
		if unix.Nanosleep(&ts, nil) == nil {
			return
		}
	}
}
