package bench

import (
	"math"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/alone"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig/rigtest"
	"spabench/variants"
)

// TestLimit holds that the slowest variant, which takes half a millisecond for a page and 1.8 ms for an API call, has
// headroom under limits, and that every load has enough requests for its 99th percentile.
func TestLimit(t *testing.T) {
	before := DefaultPlan(variants.All(), 1)
	for _, cpus := range []float64{0.01, 0.05, 0.25, 1, 4} {
		p := Limit(before, Limits{CPUs: cpus})
		for i, l := range p.Loads {
			cost := 512 * time.Microsecond
			want := minRequests
			if l.Name == "api" || l.Name == "api-write" {
				cost = 1790 * time.Microsecond
			}
			if l.Once {
				want = minOnce
			}
			if l.Visit == record.FirstVisit {
				cost = 6 * time.Millisecond
			}
			if used := float64(l.Rate) * cost.Seconds(); used > 0.6*cpus {
				t.Errorf("%g CPUs: %s at %d/s uses %.3f CPUs", cpus, l.Name, l.Rate, used)
			}
			if n := float64(l.Rate) * l.Duration.Seconds(); n < float64(want) || l.Duration < before.Loads[i].Duration {
				t.Errorf("%g CPUs: %s has %.0f requests in %s", cpus, l.Name, n, l.Duration)
			}
			if l.Rate > before.Loads[i].Rate || l.Connections != before.Loads[i].Connections || l.Slice+l.LeadIn > 0 {
				t.Errorf("%g CPUs: %+v", cpus, l)
			}
		}
	}
	p := Limit(before, Limits{CPUs: 0.25, Memory: 128 << 20})
	if l := p.Loads[0]; l.Rate != 200 || l.Warmup != 100*time.Millisecond || l.Duration != 1500*time.Millisecond {
		t.Errorf("page at a quarter of a CPU: %+v", l)
	}
	if before.Limits != nil || before.Loads[0].Rate != 1000 {
		t.Error("Limit changed the plan that it was given")
	}
	// Without a limit on CPUs, there are slices as ever.
	p = Limit(before, Limits{Memory: 64 << 20})
	if d := record.Differences(before, p); len(d) != 1 || d[0].Name != "limits.memory_bytes" {
		t.Errorf("with a limit on memory alone: %v", d)
	}
}

func TestValidateLimits(t *testing.T) {
	for _, tc := range []struct {
		limits Limits
		cpus   string
		err    string
	}{
		{Limits{CPUs: 0.25, Memory: 128 << 20}, "0", ""},
		{Limits{CPUs: 2}, "0-1", ""},
		{Limits{Memory: MinMemory}, "0", ""},
		{Limits{CPUs: 2.5}, "0-1", "servers have only 2 here"},
		{Limits{CPUs: 1.5}, "0", "servers have only 1 here"},
		{Limits{CPUs: 0.001}, "0", "at least 0.01"},
		{Limits{CPUs: -1}, "0", "at least 0.01"},
		{Limits{CPUs: math.NaN()}, "0", "at least 0.01"},
		{Limits{Memory: 8 << 20}, "0", "at least 16 MiB"},
		{Limits{Memory: -1}, "0", "at least 16 MiB"},
		{Limits{}, "0", "give a number of CPUs"},
	} {
		err := validateLimits(tc.limits, tc.cpus)
		if (err == nil) != (tc.err == "") || err != nil && !strings.Contains(err.Error(), tc.err) {
			t.Errorf("%+v on CPUs %s: %v", tc.limits, tc.cpus, err)
		}
	}
}

// TestBenchLimited holds that a run under limits measures their effect, and that a variant which runs out of memory is
// recorded as such while the others go on.
func TestBenchLimited(t *testing.T) {
	alone.WithEngine(t)
	p := Limit(shortPlan("null", "fastapi"), Limits{CPUs: 0.25, Memory: MinMemory})
	p.Loads = p.Loads[:1]
	run, err := makeRun(t, t.Context(), Options{Root: root, Plan: p, Progress: &rigtest.Told{}})
	if err == nil || run.End == nil || len(run.Trials) != 2 {
		t.Fatalf("error %v, end %+v, %d trials", err, run.End, len(run.Trials))
	}
	for _, tr := range run.Trials {
		if tr.Variant != "null" {
			if !strings.Contains(tr.Err, "ran out of memory and was killed") {
				t.Errorf("%s in %d bytes: %q", tr.Variant, MinMemory, tr.Err)
			}
			continue
		}
		if tr.Err != "" || tr.Start == nil || tr.Start.Throttling == nil || len(tr.Loads) != 1 {
			t.Fatalf("%+v", tr)
		}
		l := tr.Loads[0]
		if th := l.Throttling; th == nil || th.Over < l.Elapsed || th.Throttled > th.Periods || th.Time < 0 {
			t.Errorf("throttling %+v", th)
		}
		if u := l.Usage[0]; u.Peak < u.Memory || u.Peak > MinMemory || l.Wrong > 0 {
			t.Errorf("usage %+v, %d wrong", u, l.Wrong)
		}
	}
}
