package bench

import (
	"errors"
	"strings"
	"testing"

	"spabench/harness/internal/record"
)

// A load is calibrated again, after the others, until the generator is trusted with its rate, and the best counts.
func TestCalibrateEach(t *testing.T) {
	loads := []record.Load{{Name: "quiet", Rate: 80}, {Name: "disturbed", Rate: 80}, {Name: "heavy", Rate: 800},
		{Name: "broken", Rate: 80}}
	rates := map[string][]int{"quiet": {100}, "disturbed": {0, 100}, "heavy": {90, 120, 110}, "broken": {0}}
	var order []string
	got, err := calibrateEach(loads, func(l record.Load) (record.Calibration, error) {
		c := record.Calibration{Load: l.Name, Ceiling: 1000}
		c.Sustained.Rate = rates[l.Name][0]
		rates[l.Name] = rates[l.Name][1:] // none is left over for another attempt
		if l.Name == "broken" {
			c.Err = "no answer"
		}
		order = append(order, l.Name)
		return c, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{100, 100, 120, 0} {
		if got[i].Load != loads[i].Name || got[i].Sustained.Rate != want {
			t.Errorf("%s: %+v, want %d/s", loads[i].Name, got[i], want)
		}
	}
	if is := strings.Join(order, " "); is != "quiet disturbed heavy broken disturbed heavy heavy" {
		t.Errorf("calibrated in the order %s", is)
	}
	stopped := errors.New("stopped")
	_, err = calibrateEach(loads, func(record.Load) (record.Calibration, error) {
		return record.Calibration{}, stopped
	})
	if !errors.Is(err, stopped) {
		t.Errorf("error %v", err)
	}
}
