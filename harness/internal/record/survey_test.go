package record

import (
	"path/filepath"
	"reflect"
	"testing"
)

// TestSurvey holds that what was found out before the rounds is read as it was written, even if it is nothing, and that
// it decides at which rates the loads were made.
func TestSurvey(t *testing.T) {
	plan := Plan{Loads: []Load{{Name: "page", Rate: 1000}, {Name: "asset", Rate: 1000}}}
	for name, s := range map[string]Survey{
		"nothing": {},
		"all": {
			Opened: []Opened{{
				Variant: "a", Path: "/", LeftOut: []LeftOut{{URL: "/b", Why: "it differs"}},
				Waves: [][]Asked{{{Target: "/", Header: map[string]string{"Accept": "*/*"}}}},
			}},
			Rates: []Rate{{Load: Load{Name: "page", Rate: 200}, Planned: 1000, Sustained: []Sustained{
				{Variant: "a", Rate: 410, Steps: []Step{{Rate: 410, Met: true}}}, {Variant: "b", Rate: 2000},
				{Variant: "c"},
			}}},
		},
	} {
		path := filepath.Join(t.TempDir(), "run.jsonl")
		w, err := Create(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, err := range []error{w.Start(Run{Schema: Schema, Plan: plan}), w.Survey(s), w.Close()} {
			if err != nil {
				t.Fatal(err)
			}
		}
		run, err := Read(path)
		if err != nil || run.Survey == nil || !reflect.DeepEqual(*run.Survey, s) {
			t.Errorf("%s: %+v, %v", name, run.Survey, err)
			continue
		}
		want := plan.Loads
		if len(s.Rates) > 0 {
			want = []Load{{Name: "page", Rate: 200}, plan.Loads[1]}
			if slowest, known := s.Rates[0].Slowest(); !known || slowest.Variant != "a" {
				t.Errorf("the slowest is %+v", slowest)
			}
		}
		if got := run.Loads(); !reflect.DeepEqual(got, want) || plan.Loads[0].Rate != 1000 {
			t.Errorf("%s: %+v, want %+v", name, got, want)
		}
	}
	if _, known := (Rate{Sustained: []Sustained{{Variant: "a"}}}).Slowest(); known {
		t.Error("nobody keeps up with anything, and one is the slowest")
	}
	if got := (Run{Plan: plan}).Loads(); !reflect.DeepEqual(got, plan.Loads) {
		t.Errorf("without a survey: %+v", got)
	}
}
