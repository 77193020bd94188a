package table

import (
	"slices"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// began is a run of a machine that began on that day.
func began(day int, cpu string, change func(*record.Run)) Published {
	run := record.Run{Schema: record.Schema, Started: time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC),
		Env: record.Env{CPU: cpu, CPUs: 2}, Plan: record.Plan{Baseline: "null"}}
	if change != nil {
		change(&run)
	}
	return Published{Name: cpu + time.Month(day).String(), Run: run}
}

// Runs make one history if their numbers can be set beside each other, whatever order they are given in.
func TestHistories(t *testing.T) {
	all := []Published{
		began(9, "A", nil), began(2, "B", nil), began(1, "A", nil), began(3, "B", nil), began(4, "C", nil),
		began(5, "A", func(r *record.Run) { r.Schema-- }),
		began(6, "A", func(r *record.Run) { r.Plan.Baseline = "other" }),
		began(7, "A", func(r *record.Run) { r.Plan.Limits = &record.Limits{CPUs: 1} }),
		began(8, "A", func(r *record.Run) { r.Env.CPUs = 4 }),
	}
	var days [][]int
	for _, h := range Histories(all) {
		var own []int
		for _, r := range h.Runs {
			own = append(own, r.Run.Started.Day())
		}
		days = append(days, own)
	}
	if want := [][]int{{1, 9}, {2, 3}}; !slices.EqualFunc(days, want, slices.Equal) {
		t.Errorf("histories of the days %v, want %v", days, want)
	}
	if found := Histories(all[:1]); len(found) > 0 {
		t.Errorf("one run makes a history: %v", found)
	}
}

// Since says what differs from the run before, and nothing of the commit.
func TestHistorySince(t *testing.T) {
	h := Histories([]Published{began(1, "A", nil), began(2, "A", func(r *record.Run) {
		r.Env.Engine, r.Env.Commit = "Docker 30", "abc"
	})})[0]
	since := h.Since()
	if len(since) != 2 || len(since[0]) != 0 || len(since[1]) != 1 || since[1][0].Name != "engine" {
		t.Errorf("%v", since)
	}
}

func TestLevels(t *testing.T) {
	value := func(v float64) stat.Interval { return stat.Interval{Centre: v, N: 3} }
	none := stat.Interval{}
	// A step from 2 to 8, with runs that lack a value at each end and in the middle.
	found := levels([]stat.Interval{none, value(2), value(2), value(2), none, value(8), value(8), value(8), none})
	if len(found) != 2 {
		t.Fatalf("%v, want two levels", found)
	}
	if a := found[0]; a.From != 1 || a.To != 5 || a.P != 1 || !about(a.Value, 2) {
		t.Errorf("the first level is %+v", a)
	}
	if b := found[1]; b.From != 5 || b.To != 8 || b.P != 0 || !about(b.Value, 8) {
		t.Errorf("the second level is %+v", b)
	}
	if found := levels([]stat.Interval{value(1), value(4)}); len(found) != 1 || !about(found[0].Value, 2) {
		t.Errorf("one level of the geometric mean: %v", found)
	}
	if found := levels([]stat.Interval{none, value(0)}); found != nil {
		t.Errorf("no level without values above 0: %v", found)
	}
}

func about(v, want float64) bool { return v > want*(1-1e-9) && v < want*(1+1e-9) }

func TestTrendShift(t *testing.T) {
	steps := []Level{{Value: 2}, {Value: 3}, {Value: 1.5}}
	for _, test := range []struct {
		better Better
		level  int
		want   string
	}{
		{Lower, 1, "worse: ×1.50"}, {Lower, 2, "better: ×0.500"},
		{Higher, 1, "better: ×1.50"}, {Higher, 2, "worse: ×0.500"},
	} {
		trend := Trend{Metric: Metric{Better: test.better}, Levels: steps}
		if got := trend.Shift(test.level); got != test.want {
			t.Errorf("%s, level %d: %q, want %q", test.better, test.level, got, test.want)
		}
	}
}
