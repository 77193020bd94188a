package bench

import (
	"fmt"
	"slices"
	"time"

	"spabench/harness/internal/record"
	"spabench/variants"
)

// PilotPlan measures what the planted regressions start from, so that the one in CPU time can be made a tenth of it on
// this machine: the page of the default plan, asked of the variant that they are made from, and nothing else.
func PilotPlan(seed uint64) Plan {
	p := TrustPlan(seed, 0)
	p.Variants, p.Control, p.Baseline, p.Environ = []string{p.Control}, "", "", nil
	return p
}

// TrustPlan is the plan of one run in the series that proves the instrument: the default plan, shortened to its page
// load and to the variant that the planted regressions are made from, twice, these, and the floor. Conformance is not
// checked: bench and the tests do that, and each answer under load is verified all the same. Page is the CPU time that
// a page needs; the seed differs from run to run.
func TrustPlan(seed uint64, page time.Duration) Plan {
	from, _ := variants.Find("embedded-go")
	arms := append([]variants.Variant{from}, variants.OfKind(variants.Baseline, variants.Planted)...)
	p := DefaultPlan(arms, seed)
	p.Loads = slices.DeleteFunc(p.Loads, func(l record.Load) bool { return l.Name != "page" })
	p.Unchecked = true
	p.Environ = map[string]string{"PLANT_CPU": fmt.Sprintf("%dns", page.Nanoseconds()/10)}
	return p
}
