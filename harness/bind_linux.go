package harness

import (
	"runtime"

	"golang.org/x/sys/unix"
)

// bind binds the calling goroutine's thread to one CPU. The thread ends with the goroutine.
func bind(cpu int) error {
	runtime.LockOSThread()
	var set unix.CPUSet
	set.Set(cpu)
	return unix.SchedSetaffinity(0, &set)
}
