//go:build !windows

package mutant

import "os"

// moveOver puts a file in the place of another, at once.
func moveOver(from, to string) error { return os.Rename(from, to) }
