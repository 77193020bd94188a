package harness_test

import (
	"testing"

	"spabench/harness/internal/rig/rigtest"
	"spabench/variants"
)

// TestConformance is the conformance suite of the variants that are published: each is built from its Dockerfiles and
// started, and every check is run on it, those too that stop, redeploy and open it in a browser.
func TestConformance(t *testing.T) {
	g := rigtest.Open(t)
	for _, v := range variants.OfKind(variants.Strategy) {
		t.Run(v.Name, func(t *testing.T) { rigtest.Conform(t, g, v, nil) })
	}
}

func TestMain(m *testing.M) { rigtest.Main(m) }
