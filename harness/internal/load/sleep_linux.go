package load

import (
	"runtime"
	"time"

	"golang.org/x/sys/unix"
)

// sleep waits in the kernel. Its timer slack, by which the kernel may be late in order to wake several sleepers at
// once, is 50 µs for most programs and the least possible here. When a signal of Go's scheduler interrupts the wait, it
// goes on for the remaining time.
func sleep(d time.Duration) {
	runtime.LockOSThread() // the slack is one thread's
	defer runtime.UnlockOSThread()
	_ = unix.Prctl(unix.PR_SET_TIMERSLACK, 1, 0, 0, 0) // nanoseconds; a kernel that refuses is only less precise
	for deadline := time.Now().Add(d); d > 0; d = time.Until(deadline) {
		ts := unix.NsecToTimespec(int64(d))
		if unix.Nanosleep(&ts, nil) == nil {
			return
		}
	}
}
