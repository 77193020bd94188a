//go:build !linux

package load

import "time"

// sleep uses Go's own timer here. No measurement depends on it, because the load generator always runs in a Linux
// container: it is for the tests of this package.
func sleep(d time.Duration) { time.Sleep(d) }
