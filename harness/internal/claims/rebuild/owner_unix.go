//go:build unix

package rebuild

import (
	"io/fs"
	"os"
	"syscall"
)

// copyOwner gives a copy the owner of its original, if this process may do that: as root.
func copyOwner(to string, original fs.FileInfo) error {
	if owner, is := original.Sys().(*syscall.Stat_t); is && os.Geteuid() == 0 {
		return os.Chown(to, int(owner.Uid), int(owner.Gid))
	}
	return nil
}
