//go:build !linux

package load

import "time"

// sleep waits by Go's own timer here. The load generator runs in a Linux container whatever the machine is, so that no
// measurement depends on this: it is for the tests of this package.
func sleep(d time.Duration) { time.Sleep(d) }
