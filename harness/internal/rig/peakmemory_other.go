//go:build !unix

package rig

// PeakMemory is not known here: Windows has no getrusage. A record with 0 says that it was not measured.
func PeakMemory() int64 { return 0 }
