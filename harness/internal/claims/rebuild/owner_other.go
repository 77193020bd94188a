//go:build !unix

package rebuild

import "io/fs"

// copyOwner does nothing here: a file's owner is not what an engine sees of a build's context on Windows.
func copyOwner(string, fs.FileInfo) error { return nil }
