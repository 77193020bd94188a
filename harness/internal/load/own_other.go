//go:build !unix

package load

import "time"

// ownCPUTime is unknown here. The generator itself always runs on Linux.
func ownCPUTime() time.Duration { return 0 }
