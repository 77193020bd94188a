package main

import (
	"slices"
	"testing"

	"spabench/variants"
)

// Every planted regression of the catalogue is looked for in the metric that it is in.
func TestEveryPlantIsScored(t *testing.T) {
	dir := t.TempDir()
	if err := writeSeries(dir); err != nil {
		t.Fatal(err)
	}
	score, err := scoreSeries(dir)
	if err != nil {
		t.Fatal(err)
	}
	var scored []string
	for _, p := range score.Planted {
		scored = append(scored, p.Arm)
	}
	if want := variants.Names(variants.Regressions()); !slices.Equal(scored, want) {
		t.Errorf("scored are %q, planted are %q", scored, want)
	}
}
