package bench

import (
	"slices"

	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// duelRounds is how many rounds a duel has: as many as fit into five minutes, with the builds and the checks.
const duelRounds = 20

// DuelPlan lets two servers take turns, the first of them twice in every round, as an A/A test. The loads are those
// that any server gets, and the checks those that do not take seconds each.
func DuelPlan(before, after variants.Variant, seed uint64) Plan {
	arms := append([]variants.Variant{before, after}, variants.OfKind(variants.Baseline)...)
	p := basePlan(arms, seed, duelRounds, loads(turns{page: 10, request: 3}))
	p.Loads = slices.DeleteFunc(p.Loads, func(l record.Load) bool {
		return !slices.Contains([]string{"page", "deep-link", "asset"}, l.Name)
	})
	p.Control, p.Checks = before.Name, rig.QuickChecks()
	return p
}
