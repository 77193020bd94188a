package harness

import (
	"slices"
	"testing"
	"time"

	"spabench/harness/internal/lab"
)

func TestSliced(t *testing.T) {
	began := time.Now()
	var readings []lab.Reading
	for _, r := range []struct{ at, first, second int }{ // ms
		{-50, 1, 0}, {40, 2, 1}, {140, 7, 2}, {260, 13, 3}, {270, 14, 4}, {340, 17, 5}, {700, 40, 6}, {800, 45, 7}, {900, 50, 8}, {1000, 51, 9},
	} {
		readings = append(readings, lab.Reading{
			At:  began.Add(time.Duration(r.at) * time.Millisecond),
			CPU: []time.Duration{time.Duration(r.first) * time.Millisecond, time.Duration(r.second) * time.Millisecond},
		})
	}
	// The first begins before the load, the last ends after it; 260 to 270 is too short, 340 to 700 too long.
	got := sliced(readings, 0, began, began.Add(950*time.Millisecond))
	want := []time.Duration{5000 * time.Microsecond, 5000 * time.Microsecond, 4285714 * time.Nanosecond, 5000 * time.Microsecond, 5000 * time.Microsecond}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if got := sliced(readings, 1, began, began.Add(950*time.Millisecond)); len(got) != len(want) || got[0] != time.Millisecond {
		t.Errorf("second container: %v, want five slices, the first of 1ms", got)
	}
	if got := sliced(nil, 0, began, began); got != nil {
		t.Errorf("without readings: %v", got)
	}
}
