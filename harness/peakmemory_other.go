//go:build !unix

package harness

// peakMemory is not known here: Windows has no getrusage. A record with 0 says that it was not measured.
func peakMemory() int64 { return 0 }
