package bench

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/harness/internal/sentinel"
	"spabench/variants"
)

// Plan is what a run is going to do; it is stored with the results verbatim.
type Plan = record.Plan

// DefaultPlan is the plan of published runs. Its A/A control is the first variant, measured in each round a second
// time.
//
// Six rounds are the fewest from which a nonparametric interval of the median reaches 95% confidence. With nine, the
// interval leaves out the two most extreme rounds, so that one disturbed round cannot widen it.
func DefaultPlan(vs []variants.Variant, seed uint64) Plan {
	p := basePlan(vs, seed, 9, time.Second)
	p.Budget.Time = 10 * time.Minute
	if len(vs) > 0 && vs[0].Kind != variants.Baseline {
		p.Control = vs[0].Name
	}
	return p
}

// QuickPlan gives a first impression. It has too few rounds for intervals, which the tables then say, and leaves out
// the checks that take seconds because they start servers or a browser.
func QuickPlan(vs []variants.Variant, seed uint64) Plan {
	p := basePlan(vs, seed, 2, 500*time.Millisecond)
	p.Checks = rig.QuickChecks()
	return p
}

func basePlan(vs []variants.Variant, seed uint64, rounds int, duration time.Duration) Plan {
	p := Plan{
		Variants: variants.Names(vs), Rounds: rounds, Seed: seed, Loads: loads(duration),
		Bounds: sentinel.DefaultBounds(), Sliced: true,
	}
	for _, v := range vs {
		if v.Kind == variants.Baseline {
			p.Baseline = v.Name
		}
	}
	return p
}

// MatrixPlan checks variants and recipes, and measures nothing.
func MatrixPlan(vs []variants.Variant) Plan { return Plan{Variants: variants.Names(vs)} }

func checkPlan(p Plan) error {
	if p.Rounds < 0 || p.Rounds == 0 && len(p.Loads) > 0 {
		return fmt.Errorf("plan: rounds must be at least 1, not %d", p.Rounds)
	}
	if len(p.Variants) == 0 {
		return errors.New("plan: no variants")
	}
	for _, name := range p.Variants {
		if _, ok := variants.Find(name); !ok {
			return fmt.Errorf("plan: unknown variant %q", name)
		}
	}
	if p.Control != "" && !slices.Contains(p.Variants, p.Control) {
		return fmt.Errorf("plan: the A/A control %q is not one of its variants", p.Control)
	}
	return nil
}
