package variants

import "testing"

// TestKinds holds that each list has variants of its own kinds, and that only recipes have a Source, only planted
// regressions a Regression, and only these and experiments an Environ.
func TestKinds(t *testing.T) {
	lists := []struct {
		name     string
		variants []Variant
		kinds    map[Kind]bool
	}{
		{"All", All(), map[Kind]bool{Strategy: true, Optional: true, Baseline: true}},
		{"Measured", Measured(), map[Kind]bool{Strategy: true, Baseline: true}},
		{"Experiments", Experiments(), map[Kind]bool{Experiment: true}},
		{"Recipes", Recipes(), map[Kind]bool{Recipe: true}},
		{"Regressions", Regressions(), map[Kind]bool{Planted: true}},
	}
	for _, list := range lists {
		seen := map[Kind]bool{}
		for _, v := range list.variants {
			seen[v.Kind] = true
			if !list.kinds[v.Kind] {
				t.Errorf("%s has %s, of kind %d", list.name, v.Name, v.Kind)
			}
			if (v.Source != "") != (v.Kind == Recipe) || (v.Regression != "") != (v.Kind == Planted) {
				t.Errorf("%s: kind %d with the source %q and the regression %q", v.Name, v.Kind, v.Source, v.Regression)
			}
			asked := v.Kind == Experiment
			if asked && v.Environ == nil || !asked && v.Kind != Planted && v.Environ != nil {
				t.Errorf("%s: kind %d with the variables %q", v.Name, v.Kind, v.Environ)
			}
		}
		if len(seen) != len(list.kinds) {
			t.Errorf("%s has variants of %d kinds, want %d", list.name, len(seen), len(list.kinds))
		}
	}
}
