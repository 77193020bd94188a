//go:build race

package harness

// Built with the race detector, which slows everything severalfold: nothing is measured then.
func init() { raceDetector = true }
