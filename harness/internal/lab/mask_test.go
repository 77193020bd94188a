package lab

import (
	"maps"
	"testing"

	"spabench/variants"
)

// What a server of somebody's own prints is recorded without the values of its environment.
func TestMask(t *testing.T) {
	environ := map[string]string{"URL": "db://u:sesame@h", "TOKEN": "sesame", "N": "1"}
	const text = "1: cannot reach db://u:sesame@h with sesame"
	if got, want := mask(text, environ), "1: cannot reach ${URL} with ${TOKEN}"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	r := Running{variant: variants.Variant{Kind: variants.Added, Environ: environ}}
	if !maps.Equal(r.secrets("app"), environ) {
		t.Error("the output of an added server is not masked")
	}
	if r.variant.Kind = variants.Strategy; len(r.secrets("app")) > 0 {
		t.Error("the output of a variant of ours is masked")
	}
	value := "sesame"
	r.stack = &Stack{environ: map[string]string{"PASSWORD": "open"}, config: composeConfig{
		Services: map[string]composeService{"web": {Environment: map[string]*string{"TOKEN": &value, "UNSET": nil}}},
	}}
	if got := r.secrets("web"); !maps.Equal(got, map[string]string{"PASSWORD": "open", "TOKEN": value}) {
		t.Errorf("of a Compose project, %q are masked", got)
	}
}
