package harness_test

import (
	"testing"

	"spabench/harness/internal/rig/rigtest"
	"spabench/variants"
)

// TestConformance is the conformance suite of the variants that are published: each is built from its Dockerfiles and
// started, and every check is run on it, those too that stop, redeploy and open it in a browser.
func TestConformance(t *testing.T) {
	rigtest.Conform(t, rigtest.Open(t), variants.OfKind(variants.Strategy), nil)
}

func TestMain(m *testing.M) { rigtest.Main(m) }
