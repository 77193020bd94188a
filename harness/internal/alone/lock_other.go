//go:build !unix

package alone

import "os"

// lock does nothing: where there is no such lock, run the packages one after the other, with -p 1.
func lock(*os.File) error { return nil }
