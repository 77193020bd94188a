package bench

import (
	"fmt"
	"slices"
	"time"

	"spabench/harness/internal/record"
	"spabench/variants"
)

// PilotPlan measures the CPU time of a page of the variant that the regressions are planted in, so that one of them can
// add a tenth of it on this machine. Nothing else is measured.
func PilotPlan(seed uint64) Plan {
	p := TrustPlan(seed, 0)
	p.Variants, p.Control, p.Baseline, p.Environ = []string{p.Control}, "", "", nil
	return p
}

// TrustPlan is the plan of one run in the series that tests the measurement itself: the default plan, reduced to its
// page load, with the planted regressions, the variant that they are planted in as the A/A control, and the baseline.
// Conformance is not checked, since other runs do that; each response under load is verified all the same.
//
// It has twelve rounds: starts differ more from round to round than anything else, and in the starts recorded by an
// earlier series, nine rounds told one that is 50 ms later in 79% of draws only, eleven in 95%.
//
// Page is the CPU time that a page takes. The seed differs from run to run.
func TrustPlan(seed uint64, page time.Duration) Plan {
	from, _ := variants.Find("embedded-go")
	arms := append([]variants.Variant{from}, variants.Regressions()...)
	arms = append(arms, variants.OfKind(variants.Baseline)...)
	p := DefaultPlan(arms, seed)
	p.Loads = slices.DeleteFunc(p.Loads, func(l record.Load) bool { return l.Name != "page" })
	p.Rounds, p.Unchecked = 12, true
	p.Environ = map[string]string{"PLANT_CPU": fmt.Sprintf("%dns", page.Nanoseconds()/10)}
	return p
}
