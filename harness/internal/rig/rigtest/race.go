//go:build race

package rigtest

func init() { raceDetector = true }
