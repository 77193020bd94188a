package claims

import (
	"testing"

	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
	"spabench/variants"
)

// What ran in one container runs in three, without a change: the image of each server that has files and API is the
// backend behind nginx as it is, and the app is the same build.
func TestSplit(t *testing.T) {
	g := rigtest.Open(t)
	g.Checks = rig.QuickChecks()
	for _, name := range []string{"embedded-go", "disk-go", "fastapi"} {
		t.Run(name, func(t *testing.T) {
			one, _ := variants.Find(name)
			rigtest.Conform(t, g, splitInto(one), nil)
		})
	}
}
