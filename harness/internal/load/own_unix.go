//go:build unix

package load

import (
	"syscall"
	"time"
)

// ownCPUTime returns the CPU time of this process so far, user and system; 0 if it is unknown.
func ownCPUTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
