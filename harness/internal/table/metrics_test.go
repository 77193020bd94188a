package table

import (
	"math"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// trial has round numbers everywhere, so that every metric can be worked out by hand.
func trial(t *testing.T) record.Trial {
	latency, planned := stat.New(), stat.New()
	for i := 1; i <= 100; i++ {
		stat.Record(latency, time.Duration(i)*time.Millisecond)
		stat.Record(planned, time.Duration(2*i)*time.Millisecond)
	}
	encode := func(h record.Histogram, err error) record.Histogram {
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	l, err := stat.Encode(latency)
	sent := encode(record.Histogram(l), err)
	p, err := stat.Encode(planned)
	due := encode(record.Histogram(p), err)
	return record.Trial{
		Variant: "a", Round: 1,
		Image: record.Image{Images: []string{"a"}, Unpacked: 30e6, Compressed: 10e6, Own: 5e6, Layers: 4},
		Start: &record.Start{Create: 1e6, Returned: 2e6, FirstByte: 3e6, Page: 4e6, API: 5e6,
			Throttling: &record.Throttling{Over: 5e6, Time: 1e6}},
		Idle: []record.Usage{{WorkingSet: 1e6, Memory: 9e6, Peak: 10e6}, {WorkingSet: 2e6, Memory: 9e6, Peak: 9e6}},
		Loads: []record.Loaded{
			{Load: "page", Requests: 1000, BodyBytes: 5e5, Latency: sent, Planned: due,
				Usage: []record.UsageDelta{
					{Container: "frontend", CPU: 10 * time.Millisecond, WorkingSet: 3e6, Peak: 11e6},
					{Container: "proxy", CPU: 15 * time.Millisecond, WorkingSet: 4e6, Peak: 9e6},
				},
				Throttling: &record.Throttling{Over: 2e9, Time: 3e8, Periods: 20, Throttled: 5}},
			{Load: "page-direct", WarmUp: 200, Requests: 800,
				Usage: []record.UsageDelta{
					{Container: "frontend", CPU: 7 * time.Millisecond}, {Container: "proxy", CPU: time.Millisecond},
				}},
			{Load: "api", Requests: 10,
				Usage: []record.UsageDelta{{Container: "app", CPU: time.Millisecond, WorkingSet: 1e6}}},
		},
	}
}

func TestMetrics(t *testing.T) {
	want := map[string]float64{
		"image-unpacked": 30e6, "image-compressed": 10e6, "image-own": 5e6, "image-layers": 4,
		"start-create": 1e6, "start-returned": 2e6, "start-first-byte": 3e6, "start-page": 4e6, "start-api": 5e6,
		"page-p50": 100e6, "page-p99": 198e6, "page-p99-all": 198e6,
		"page-p50-sent": 50e6, "page-p99-sent": 99e6, "page-body": 500,
		"page-cpu": 25_000, "page-cpu-frontend": 10_000, "page-cpu-direct": 7_000, "page-capacity": 40_000,
		"api-cpu": 100_000, "api-cpu-frontend": 100_000, "api-cpu-direct": 100_000, "api-capacity": 10_000,
		"memory-idle": 3e6, "memory-loaded": 7e6, "memory-peak": 20e6,
		"start-throttled": 0.2, "page-throttled": 0.15,
	}
	seen := map[string]bool{}
	for _, m := range Metrics() {
		if seen[m.Name] {
			t.Errorf("%s: there are two", m.Name)
		}
		seen[m.Name] = true
		if m.Better != Lower && m.Better != Higher || m.Unit.Per == 0 || m.Unit.Base == "" || m.Title == "" {
			t.Errorf("%s: something is not said: %+v", m.Name, m)
		}
		got, ok := m.Of(trial(t))
		expected, measured := want[m.Name]
		if ok != measured || ok && math.Abs(got-expected) > expected/1000 {
			t.Errorf("%s: got %v, %v, want %v, %v", m.Name, got, ok, expected, measured)
		}
		if got, ok := m.Of(record.Trial{}); ok {
			t.Errorf("%s: an empty trial has %v", m.Name, got)
		}
	}
	for name := range want {
		if !seen[name] {
			t.Errorf("%s: no such metric", name)
		}
	}
}

func TestTables(t *testing.T) {
	known := map[string]bool{}
	for _, m := range Metrics() {
		known[m.Name] = true
	}
	shown, names := map[string]bool{}, map[string]bool{}
	for _, table := range Tables() {
		if names[table.Name] || table.Title == "" || table.Doc == "" {
			t.Errorf("%s: not unique, or something is not said", table.Name)
		}
		names[table.Name] = true
		for _, m := range table.Metrics {
			if !known[m.Name] {
				t.Errorf("%s: %s is not among the metrics", table.Name, m.Name)
			}
			shown[m.Name] = true
		}
	}
	// The API is not the file server's work.
	delete(known, "api-cpu-frontend")
	delete(known, "api-cpu-direct")
	delete(known, "asset-cpu-direct") // not asked directly by any plan
	for name := range known {
		if !shown[name] {
			t.Errorf("%s: stands in no table", name)
		}
	}
}

func TestNumber(t *testing.T) {
	tests := map[float64]string{
		0: "0", 1: "1.00", 1.005: "1.00", 1.234: "1.23", 12.34: "12.3", 99.96: "100", 123.4: "123", 999.6: "1,000",
		1234: "1,230", 12345: "12,300", 1234567: "1,230,000",
		0.1234: "0.123", 0.01: "0.0100", 0.00012345: "0.000123", -12.34: "-12.3", -1234: "-1,230",
	}
	for in, want := range tests {
		if got := number(in); got != want {
			t.Errorf("number(%v) = %s, want %s", in, got, want)
		}
	}
}

func TestSpread(t *testing.T) {
	tests := []struct {
		lo, hi float64
		want   string
	}{
		{100, 100, "±0%"}, {99.99, 100, "±<0.1%"}, {99.7, 100.2, "±0.3%"}, {99.1, 100, "±0.9%"},
		{99, 100, "±1%"}, {80, 104, "±20%"}, {50, 300, "±200%"}, {50, 2000, "±>999%"},
	}
	for _, tt := range tests {
		if got := spread(stat.Interval{Centre: 100, Lo: tt.lo, Hi: tt.hi}); got != tt.want {
			t.Errorf("[%v, %v]: got %s, want %s", tt.lo, tt.hi, got, tt.want)
		}
	}
}

func TestDuration(t *testing.T) {
	tests := map[time.Duration]string{0: "0 s", 59400 * time.Millisecond: "59 s", 59600 * time.Millisecond: "1 min 0 " +
		"s", 750 * time.Second: "12 min 30 s", 3 * time.Hour: "3 h 0 min"}
	for in, want := range tests {
		if got := duration(in); got != want {
			t.Errorf("%v: got %s, want %s", in, got, want)
		}
	}
}
