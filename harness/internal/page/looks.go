package page

import (
	"html/template"
	"slices"

	"spabench/harness/internal/chart"
	"spabench/harness/internal/record"
	"spabench/variants"
)

// looks are those of a run's variants.
func looks(run record.Run) map[string]chart.Look {
	return looksOf(run.Plan.Baseline, run.Plan.Variants)
}

// looksOf are those of these arms. A variant of the catalogue that is measured by default looks the same in every
// report; the others take the looks after those, in their order.
func looksOf(baseline string, arms []string) map[string]chart.Look {
	found := map[string]chart.Look{baseline: chart.Baseline}
	next := chart.Look(0)
	for _, v := range variants.All() {
		if v.Kind == variants.Strategy {
			found[v.Name] = next
			next++
		}
	}
	for _, arm := range arms {
		if _, ok := found[arm]; !ok {
			found[arm] = next
			next++
		}
	}
	return found
}

// armKeys explain the looks of these arms, in the order of the plan.
func armKeys(run record.Run, shown ...string) ([]key, error) {
	return keysOf(looks(run), run.Plan.Variants, shown)
}

// keysOf explain the looks of the arms that are shown.
func keysOf(look map[string]chart.Look, arms, shown []string) ([]key, error) {
	var keys []key
	for _, arm := range arms {
		if !slices.Contains(shown, arm) {
			continue
		}
		p, err := look[arm].Key()
		if err != nil {
			return nil, err
		}
		keys = append(keys, key{arm, swatch(p)})
	}
	return keys, nil
}

// partKeys explain the parts of stacked bars.
func partKeys(names ...string) ([]key, error) {
	var keys []key
	for i, name := range names {
		p, err := chart.PartKey(i)
		if err != nil {
			return nil, err
		}
		keys = append(keys, key{name, swatch(p)})
	}
	return keys, nil
}

// swatch is a picture that stands beside its name, which says all.
func swatch(p chart.Picture) template.HTML { return template.HTML(p.Decoration()) }

// picture is one that says in its label what it shows.
func picture(p chart.Picture, label string) template.HTML { return template.HTML(p.Inline(label)) }
