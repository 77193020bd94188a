//go:build !race

package rigtest

const raceDetector = false
