package record

import (
	"os"

	"golang.org/x/sys/windows"
)

// lockFile locks one byte far beyond the file's end, or fails at once. Locks of Windows are mandatory: one on what is
// written would keep everyone else from reading the record, and this process too, by another handle.
func lockFile(f *os.File) error {
	const flags = windows.LOCKFILE_EXCLUSIVE_LOCK | windows.LOCKFILE_FAIL_IMMEDIATELY
	return windows.LockFileEx(windows.Handle(f.Fd()), flags, 0, 1, 0, &windows.Overlapped{OffsetHigh: 1 << 30})
}
