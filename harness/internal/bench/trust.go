package bench

import (
	"fmt"
	"slices"
	"time"

	"spabench/harness/internal/record"
	"spabench/variants"
)

const trustRounds, trustTurns = 16, 10

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
// It has more rounds, each with fewer turns: starts differ more from round to round than anything else. In 48 recorded
// rounds the time until the page of one start differed from that of another by 9% (standard deviation). Drawn from
// them, nine rounds tell a start that is 50 ms later in 61% of draws, twelve in 91%, and sixteen in 99%.
//
// Page is the CPU time that a page takes. The seed differs from run to run.
func TrustPlan(seed uint64, page time.Duration) Plan {
	from, _ := variants.Find("embedded-go")
	arms := append([]variants.Variant{from}, variants.Regressions()...)
	arms = append(arms, variants.OfKind(variants.Baseline)...)
	p := DefaultPlan(arms, seed)
	p.Loads = slices.DeleteFunc(p.Loads, func(l record.Load) bool { return l.Name != "page" })
	p.Rounds, p.Unchecked = trustRounds, true
	p.Loads[0].Duration = trustTurns * p.Loads[0].Slice
	p.Environ = plantedCPU(page)
	return p
}

// TrustDuelPlan is the plan of one set of rounds in the series that tests duels: embedded-go against itself with more
// CPU time for each request, a tenth of that of a page, which is given. Conformance is not checked.
func TrustDuelPlan(seed uint64, page time.Duration) Plan {
	before, _ := variants.Find("embedded-go")
	after, _ := variants.Find("planted-cpu")
	p := DuelPlan(before, after, seed)
	p.Checks, p.Unchecked, p.Environ = nil, true, plantedCPU(page)
	return p
}

// plantedCPU is the variable that says how much CPU time the planted regression takes for each request.
func plantedCPU(page time.Duration) map[string]string {
	return map[string]string{"PLANT_CPU": fmt.Sprintf("%dns", page.Nanoseconds()/10)}
}
