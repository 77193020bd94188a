package table

import (
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// calibratedRun has a load for each thing that a calibration can say.
func calibratedRun() record.Run {
	kept := record.Schedule{Rate: 5_000, Sent: 4_999, LagP50: 90_000, LagP99: 400_000}
	few := record.Schedule{Rate: 1_200, Sent: 1_199, LagP50: 90_000, LagP99: 900_000}
	run := record.Run{Schema: record.Schema, Calibration: []record.Calibration{
		{Load: page, Ceiling: 20_000, Sustained: kept},
		{Load: asset, Ceiling: 9_000, Sustained: few},
		{Load: api, Ceiling: 9_000},
		{Load: visit, Err: "3 answers were wrong: status 500\nand more"},
	}}
	for _, name := range []string{page, deepLink, asset, api, visit} {
		run.Plan.Loads = append(run.Plan.Loads, record.Load{Name: name, Rate: 1_000, Duration: time.Second})
	}
	return run
}

func TestGeneratorSheet(t *testing.T) {
	s := generatorSheet(calibratedRun())
	want := []string{
		"page | 20,000 | 5,000 | 0.400 | 1000 | 20%", "asset | 9,000 | 1,200 | 0.900 | 1000 | 83%",
		"api | 9,000 | – | – | 1000 | –",
	}
	for i, row := range s.rows {
		if got := strings.Join(row, " | "); len(row) != len(s.head) || i >= len(want) || got != want[i] {
			t.Errorf("row %d is %q", i, got)
		}
	}
	notes := []string{
		"– api: the generator kept its schedule at none of the rates tried, " +
			"so latency under this load is not compared.",
		"– visit: 3 answers were wrong: status 500",
	}
	if len(s.rows) != len(want) || !slices.Equal(s.notes, notes) {
		t.Errorf("%d rows, notes %q", len(s.rows), s.notes)
	}
}

// Records before schema 4 have no sustained rate, which one note says for all loads.
func TestGeneratorSheetOfOldRecord(t *testing.T) {
	run := record.Run{Calibration: []record.Calibration{
		{Load: page, Ceiling: 20_000, Half: record.Schedule{Rate: 10_000, Sent: 9_990}},
		{Load: asset, Ceiling: 900, Half: record.Schedule{Rate: 450, Sent: 449}},
	}}
	s := generatorSheet(run)
	if len(s.rows) != 2 || len(s.notes) != 1 || !strings.Contains(s.notes[0], "half of its ceiling") {
		t.Errorf("rows %q, notes %q", s.rows, s.notes)
	}
	for name, want := range map[string]bool{page: false, asset: true} {
		run.Plan.Loads = []record.Load{{Name: name, Rate: 500, Duration: time.Second}}
		if why := generatorBound(run, "a", name); (why != "") != want {
			t.Errorf("%s is generator-bound: %q, want %t", name, why, want)
		}
	}
}

// A load is generator-bound above 80% of what the generator sustains with it, and where it sustains nothing. Where it
// was not calibrated, that is unknown.
func TestGeneratorBound(t *testing.T) {
	run := calibratedRun()
	for name, want := range map[string]string{
		page: "", deepLink: "", visit: "",
		asset: "asset: its rate of 1000/s is above the 960/s up to which the generator is trusted",
		api:   "api: its rate of 1000/s is above the 0/s up to which the generator is trusted",
	} {
		if why := generatorBound(run, "a", name); why != want {
			t.Errorf("%s: %q, want %q", name, why, want)
		}
	}
}
