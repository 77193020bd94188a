//go:build unix

package doctor

import "golang.org/x/sys/unix"

// freeSpace is how many bytes an ordinary user could still write in the folder's file system.
func freeSpace(folder string) (int64, error) {
	var s unix.Statfs_t
	if err := unix.Statfs(folder, &s); err != nil {
		return 0, err
	}
	return int64(s.Bavail) * int64(s.Bsize), nil
}
