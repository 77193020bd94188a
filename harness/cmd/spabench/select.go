package main

import (
	"fmt"
	"slices"

	"spabench/variants"
)

// selectVariants returns the named variants and experiments in the catalogue's order, with the baseline; all that are
// measured by default, when none is named.
func selectVariants(only []string) ([]variants.Variant, error) {
	if len(only) == 0 {
		return variants.Measured(), nil
	}
	all := measurable()
	wanted := map[string]bool{}
	for _, name := range only {
		if v, _ := variants.Find(name); v.Kind == variants.Recipe {
			return nil, fmt.Errorf("%s is a recipe, and recipes are checked, not measured: spabench matrix --only %s",
				name, name)
		}
		if v, _ := variants.Find(name); v.Kind == variants.Planted {
			return nil, fmt.Errorf("%s is a planted regression, which only spabench trust measures", name)
		}
		if _, ok := variants.Find(name); !ok {
			return nil, unknownVariant("variant", name, variants.Names(all))
		}
		wanted[name] = true
	}
	var chosen []variants.Variant
	for _, v := range all {
		if wanted[v.Name] || v.Kind == variants.Baseline {
			chosen = append(chosen, v)
		}
	}
	return chosen, nil
}

// selectServers returns the named variants and recipes in the catalogue's order; all, when none is named. The baseline
// is not checked: it is no server of the app.
func selectServers(only []string) ([]variants.Variant, error) {
	return selectNamed("variant or recipe", append(strategies(), variants.Recipes()...), only)
}

// measurable are the variants that a bench can measure, in the catalogue's order.
func measurable() []variants.Variant { return append(variants.All(), variants.Experiments()...) }

// strategies are the variants that serve the application: all but the baseline.
func strategies() []variants.Variant { return variants.OfKind(variants.Strategy, variants.Optional) }

// selectNamed returns those of the names, in the order of all; all, when nothing is named. The kind is for the error.
func selectNamed(kind string, all []variants.Variant, names []string) ([]variants.Variant, error) {
	known := variants.Names(all)
	for _, name := range names {
		if v, _ := variants.Find(name); v.Kind == variants.Experiment {
			return nil, fmt.Errorf("%s is the image of another variant in another environment, and is only measured: "+
				"spabench bench --only %s", name, name)
		}
		if !slices.Contains(known, name) {
			return nil, unknownVariant(kind, name, known)
		}
	}
	if len(names) == 0 {
		return all, nil
	}
	return slices.DeleteFunc(all, func(v variants.Variant) bool { return !slices.Contains(names, v.Name) }), nil
}

func unknownVariant(kind, name string, known []string) error {
	return unknownName(kind, name, known, "spabench list variants")
}
