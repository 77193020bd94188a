package lab

import (
	"maps"
	"testing"

	"spabench/variants"
)

// A container gets the variables of its variant and those of the start, of which the latter count where both set one;
// neither is changed by that.
func TestEnviron(t *testing.T) {
	v := variants.Variant{
		Containers: []variants.Container{{Name: "app"}}, Environ: map[string]string{"A": "variant", "B": "variant"},
	}
	o := Options{Refs: []string{"image"}, Environ: map[string]string{"B": "start", "C": "start"}}
	want := map[string]string{"A": "variant", "B": "start", "C": "start"}
	r := Running{lab: &Lab{publishedAt: loopback}, variant: v}
	if got := r.request(0, "8080", o).Env; !maps.Equal(got, want) || len(v.Environ) != 2 || len(o.Environ) != 2 {
		t.Errorf("%q, of %q and %q", got, v.Environ, o.Environ)
	}
}
