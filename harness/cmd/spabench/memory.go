package main

import (
	"os"
	"runtime/debug"
)

// limitMemory makes the collector keep the process small, unless the user said how large it may be: a check shares the
// machine with the server. It is no hard limit.
func limitMemory() {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(48 << 20)
	}
}
