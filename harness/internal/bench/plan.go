package bench

import (
	"errors"
	"fmt"
	"slices"

	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// Plan is what a run is going to do; it is stored with the results verbatim.
type Plan = record.Plan

// DefaultPlan is the plan of published runs. Its A/A control is the first variant, measured in each round a second
// time.
//
// With nine rounds, the trimmed t interval over rounds leaves out the most extreme one on each side, so that one bad
// start cannot widen it. The page, which the headline is about, gets most of the turns. All variants that are
// measured by default have as many as here in less than eight minutes, once their images are built.
func DefaultPlan(vs []variants.Variant, seed uint64) Plan {
	p := basePlan(vs, seed, 9, loads(turns{page: 15, request: 4, visit: 2, once: 1}))
	if len(vs) > 0 && vs[0].Kind != variants.Baseline {
		p.Control = vs[0].Name
	}
	return p
}

// QuickPlan gives a first impression in about a minute: of the page, an asset and the API, with the checks that do not
// take seconds because they start servers or a browser. It has three rounds, because an interval from two has one
// degree of freedom, and is so wide that it says nothing.
func QuickPlan(vs []variants.Variant, seed uint64) Plan {
	p := basePlan(vs, seed, 3, loads(turns{page: 10, request: 3}))
	quick := []string{"page", "asset", "api"}
	p.Loads = slices.DeleteFunc(p.Loads, func(l record.Load) bool { return !slices.Contains(quick, l.Name) })
	p.Checks = rig.QuickChecks()
	return p
}

func basePlan(vs []variants.Variant, seed uint64, rounds int, loads []record.Load) Plan {
	p := Plan{Variants: variants.Names(vs), Rounds: rounds, Seed: seed, Loads: loads}
	for _, v := range vs {
		if v.Kind == variants.Baseline {
			p.Baseline = v.Name
		}
	}
	return p
}

// Connect lets every load of single requests open at most n connections, which must be 1 or more. Where all of them are
// in use, the next request waits, which counts in its latency. Visits keep the connections that a browser has.
func Connect(p Plan, n int) Plan {
	p.Loads = slices.Clone(p.Loads)
	for i := range p.Loads {
		if l := &p.Loads[i]; l.Visit == "" {
			l.MaxConnections, l.Connections = n, min(l.Connections, n)
		}
	}
	return p
}

// MatrixPlan checks variants and recipes, and measures nothing.
func MatrixPlan(vs []variants.Variant) Plan { return Plan{Variants: variants.Names(vs)} }

// checkPlan returns an error if the plan makes no sense. Beside the catalogue, it may name added servers.
func checkPlan(p Plan, added ...rig.Added) error {
	if p.Rounds < 0 || p.Rounds == 0 && len(p.Loads) > 0 {
		return fmt.Errorf("plan: rounds must be at least 1, not %d", p.Rounds)
	}
	if len(p.Variants) == 0 {
		return errors.New("plan: no variants")
	}
	for _, name := range p.Variants {
		isAdded := slices.ContainsFunc(added, func(a rig.Added) bool { return a.Name == name })
		if _, ok := variants.Find(name); !ok && !isAdded {
			return fmt.Errorf("plan: unknown variant %q", name)
		}
	}
	if p.Control != "" && !slices.Contains(p.Variants, p.Control) {
		return fmt.Errorf("plan: the A/A control %q is not one of its variants", p.Control)
	}
	return nil
}
