package harness

import (
	"testing"

	"spabench/harness/internal/contract"
	"spabench/harness/spatest"
	"spabench/variants"
)

// What ran in one container runs in three, without a change: the image of each server that has files and API is the
// backend behind nginx as it is, and the app is the same build.
func TestSplit(t *testing.T) {
	if *quick {
		t.Skip("takes seconds")
	}
	g := openRig(t)
	g.checks = quickChecks()
	for _, name := range []string{"embedded-go", "disk-go", "fastapi"} {
		t.Run(name, func(t *testing.T) {
			one, _ := variants.Find(name)
			split := splitInto(one)
			built, img := buildVariant(t.Context(), g.lab, split)
			if built.Err != "" {
				t.Fatalf("%s\n%s", built.Err, built.Log)
			}
			var log string
			err := g.withRunning(t.Context(), split, img.Refs, func(target spatest.Target) error {
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
