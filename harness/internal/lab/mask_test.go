package lab

import (
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
	if r.masked(text) == text {
		t.Error("the output of an added server is not masked")
	}
	if r.variant.Kind = variants.Strategy; r.masked(text) != text {
		t.Error("the output of a variant of ours is masked")
	}
}
