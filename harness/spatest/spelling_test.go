package spatest

import (
	"maps"
	"reflect"
	"slices"
	"testing"
)

func TestSpelt(t *testing.T) {
	target := Target{Spelling: map[string]string{"Dist": "--dist FOLDER", "Host": "in Go", "NextDist": "in Go"}}
	for reason, want := range map[string]string{
		"needs the files (Dist)":                   "needs the files (--dist FOLDER)",
		"needs two builds (Dist, Host, NextDist)":  "needs two builds (--dist FOLDER, in Go)",
		"needs a time (Retains)":                   "needs a time (Retains)",
		"the page (Dist) refers to none":           "the page (Dist) refers to none",
		"GET /api answers 200 (name an endpoint)":  "GET /api answers 200 (name an endpoint)",
		"needs an API: none answers at /api (404)": "needs an API: none answers at /api (404)",
	} {
		if got := target.spelt(reason); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := (Target{}).spelt("needs the files (Dist)"); got != "needs the files (Dist)" {
		t.Errorf("by default %q, want the field's name", got)
	}
}

// Every reason for which a feature is missing names fields that Target has.
func TestReasonsNameFields(t *testing.T) {
	named := map[string]bool{}
	every := Target{Spelling: map[string]string{}}
	p := &Pass{Target: Target{URL: "http://127.0.0.1"}, site: &site{}}
	for _, feature := range Features() {
		for _, url := range []string{"http://127.0.0.1", "http://127.0.0.1/app"} {
			p.Target.URL = url
			for _, field := range namedFields.FindAllString(p.lacks(feature), -1) {
				named[field] = true
			}
		}
	}
	for _, group := range slices.Sorted(maps.Keys(named)) {
		fields := reflect.VisibleFields(reflect.TypeFor[Target]())
		for _, f := range fields {
			every.Spelling[f.Name] = "x"
		}
		if got := every.spelt(group); got != "(x)" {
			t.Errorf("%s names %s, which is no field of Target", group, got)
		}
	}
	if len(named) < 10 {
		t.Errorf("only %d groups of fields are named: %v", len(named), named)
	}
}
