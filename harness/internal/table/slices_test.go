package table

import (
	"testing"
	"time"

	"spabench/harness/internal/record"
)

func TestCPUPerRequest(t *testing.T) {
	ms := func(values ...int) []time.Duration {
		var d []time.Duration
		for _, v := range values {
			d = append(d, time.Duration(v)*time.Millisecond)
		}
		return d
	}
	load := func(requests uint64, slices ...[]time.Duration) record.Loaded {
		l := record.Loaded{Requests: requests, WarmUp: requests, Sent: time.Second}
		for _, s := range slices {
			l.Usage = append(l.Usage, record.UsageDelta{CPU: 100 * time.Millisecond, Slices: s})
		}
		return l
	}
	quiet, burst := ms(3, 3, 3, 3, 4, 4, 4, 5, 5), ms(3, 9, 8, 3, 9, 9, 3, 9, 9)
	for _, test := range []struct {
		name string
		load record.Loaded
		want time.Duration
	}{
		{"undisturbed", load(1000, quiet), 30 * time.Microsecond},
		{"two thirds disturbed", load(1000, burst), 30 * time.Microsecond},
		{"containers are summed slice by slice", load(1000, quiet, ms(9, 9, 9, 9, 1, 1, 1, 1, 1)), 50 * time.Microsecond},
		{"too few slices: the mean", load(1000, quiet[:4]), 50 * time.Microsecond},
		{"too few requests in one: the mean", load(200, quiet), 250 * time.Microsecond},
		{"no slices: the mean", load(1000, nil), 50 * time.Microsecond},
		{"slices of one container alone: the mean", load(1000, quiet, nil), 100 * time.Microsecond},
	} {
		got, ok := cpuPerRequest(test.load.Usage, test.load)
		if !ok || time.Duration(got) != test.want {
			t.Errorf("%s: %v %v, want %v", test.name, time.Duration(got), ok, test.want)
		}
	}
	if _, ok := meanCPUMetric(page).Of(record.Trial{Loads: []record.Loaded{{Load: page, Requests: 1, Usage: []record.UsageDelta{{CPU: 1}}}}}); ok {
		t.Error("the mean is a metric of its own where there are no slices")
	}
}
