//go:build unix

package rig

import (
	"runtime"
	"syscall"
)

// PeakMemory is the most memory this process ever had resident, in bytes; 0 where the system does not tell.
func PeakMemory() int64 {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	if runtime.GOOS == "darwin" || runtime.GOOS == "ios" {
		return int64(u.Maxrss) // macOS counts bytes, the others kilobytes
	}
	return int64(u.Maxrss) * 1024
}
