package bench

import (
	"slices"
	"testing"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/sentinel"
)

func TestSliced(t *testing.T) {
	began := time.Now()
	var readings []lab.Reading
	for _, r := range []struct{ at, first, second int }{ // ms
		{-50, 1, 0}, {40, 2, 1}, {140, 7, 2}, {260, 13, 3}, {270, 14, 4},
		{340, 17, 5}, {700, 40, 6}, {800, 45, 7}, {900, 50, 8}, {1000, 51, 9},
	} {
		readings = append(readings, lab.Reading{
			At:  began.Add(time.Duration(r.at) * time.Millisecond),
			CPU: []time.Duration{time.Duration(r.first) * time.Millisecond, time.Duration(r.second) * time.Millisecond},
		})
	}
	// The first slice begins before the load, the last ends after it; 260 to 270 is too short, 340 to 700 too long.
	got := sliced(readings, 0, began, began.Add(950*time.Millisecond))
	const full = 5 * time.Millisecond
	want := []time.Duration{full, full, 4285714 * time.Nanosecond, full, full}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	got = sliced(readings, 1, began, began.Add(950*time.Millisecond))
	if len(got) != len(want) || got[0] != time.Millisecond {
		t.Errorf("second container: %v, want five slices, the first of 1ms", got)
	}
	if got := sliced(nil, 0, began, began); got != nil {
		t.Errorf("without readings: %v", got)
	}
}

func TestExcess(t *testing.T) {
	b := benchRun{minCPU: map[string]time.Duration{}}
	load := func(name string, cpu ...time.Duration) record.Loaded {
		usage := []record.UsageDelta{{CPU: 1, Slices: cpu}}
		return record.Loaded{Load: name, Requests: 1000, Sent: time.Second, Usage: usage}
	}
	for i, step := range []struct {
		arm  string
		load record.Loaded
		want float64
	}{
		{"a", load("page", 20, 20, 90, 90, 90), 1}, // the first is the minimum so far
		{"a", load("page", 30, 30, 30, 30, 30), 1.5},
		{"a", load("page", 10, 10, 10, 10, 10), 1},
		{"a", load("page", 20, 20, 20, 20, 20), 2},
		{"a", load("api", 40, 40, 40, 40, 40), 1},
		{"b", load("page", 40, 40, 40, 40, 40), 1},
		{"a", load("page"), 0},
		{"a", load("page", 90, 90, 90, 90), 0}, // too few slices
	} {
		if got := b.excess(step.arm, step.load); got != step.want {
			t.Errorf("step %d: %v, want %v", i, got, step.want)
		}
	}
	if sentinel.Exceeds(1.2, 0) || sentinel.Exceeds(1.1, 1.1) || !sentinel.Exceeds(1.2, 1.1) {
		t.Error("Exceeds: a bound of 0 is none, and a value that equals a bound does not exceed it")
	}
}
