package claims

import (
	"testing"

	"spabench/harness/internal/contract"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/rig/rigtest"
	"spabench/harness/spatest"
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
			split := splitInto(one)
			built, img := rig.BuildVariant(t.Context(), g.Lab, split)
			if built.Err != "" {
				t.Fatalf("%s\n%s", built.Err, built.Log)
			}
			var log string
			err := g.WithRunning(t.Context(), split, img.Refs, func(target spatest.Target) error {
				spatest.Run(t, target)
				t.Run("api-contract", func(t *testing.T) { contract.Check(t, target.URL) })
				return nil
			}, &log)
			if err != nil {
				t.Fatalf("%v\n%s", err, log)
			}
		})
	}
}
