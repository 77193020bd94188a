package table

import (
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// constrained is a made-up run under limits, in which one variant was killed for want of memory.
func constrained(t *testing.T) record.Run {
	run := fixture(t, 7)
	run.Plan.Limits = &record.Limits{CPUs: 0.25, Memory: 128 << 20}
	for i := range run.Trials {
		trial := &run.Trials[i]
		if trial.Variant == "fastapi" && trial.Round == 2 {
			trial.Start, trial.Idle, trial.Loads = nil, nil, nil
			trial.Err = "container app was killed for want of memory (exit code 137)\nnot ready within 30s"
			continue
		}
		trial.Start.Throttling = &record.Throttling{Over: trial.Start.API, Time: trial.Start.API / 2}
		for j := range trial.Loads {
			l := &trial.Loads[j]
			l.Throttling = &record.Throttling{Over: 10 * time.Second, Periods: 100}
			if trial.Variant == "nginx-three-container" {
				l.Throttling.Time, l.Throttling.Throttled = time.Duration(trial.Round)*time.Second/4, 9
			}
		}
	}
	run.Trials[0].Loads[0].Usage[0].OOMKills = 2
	return run
}

func TestLimits(t *testing.T) {
	run := constrained(t)
	shown := strings.Join(strings.Fields(text(t, run, "headline", "coldstart", limits)), " ")
	for _, want := range []string{
		"AT A GLANCE, LIMITED TO 0.25 CPUS AND 128 MIB",
		"UNDER THE LIMITS", "polled every 5 ms",
		"fastapi: 1 of 7 rounds failed (round 2: container app was killed for want of memory (exit code 137))",
		run.Trials[0].Variant + ": the kernel killed 2 of its processes for lack of memory",
		"0.25 CPUs (25.0 ms of CPU time per 100 ms); 128 MiB of memory",
	} {
		if !strings.Contains(shown, want) {
			t.Errorf("does not say %q:\n%s", want, shown)
		}
	}
	page, err := Page(run, "constrained")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "limits.md", page)
	for _, want := range []string{"2 CPUs, limited to 0.25 CPUs and 128 MiB\n", "- **Limits**: each variant was " +
		"limited to 0.25 CPUs and 128 MiB (all its containers together)"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	index, err := Index([]Published{{"constrained", run}}, nil, nil, nil, nil, nil, "")
	if err != nil || !strings.Contains(index, "limited to 0.25 CPUs") {
		t.Errorf("the index does not say that the run had limits: %v\n%s", err, index)
	}
}

// Limits on memory alone throttle nobody, and the table says nothing of that.
func TestLimitsOnMemory(t *testing.T) {
	run := fixture(t, 2)
	run.Plan.Limits = &record.Limits{Memory: 64 << 20}
	if chosen, err := choose(fixture(t, 2), []string{limits}); err != nil || len(chosen) != 0 {
		t.Errorf("without limits: %+v, %v", chosen, err)
	}
	chosen, err := choose(run, []string{limits})
	if err != nil || len(chosen) != 1 || len(chosen[0].Metrics) != 1 {
		t.Errorf("chosen %+v, %v", chosen, err)
	}
	if got := under(run.Plan); got != ", limited to 64 MiB" {
		t.Errorf("under() = %q", got)
	}
}

// Two runs under different limits were not measured alike.
func TestDifferencesInLimits(t *testing.T) {
	a, b := fixture(t, 1), constrained(t)
	var names []string
	for _, d := range Differences(a, b) {
		names = append(names, d.Name)
	}
	if got := strings.Join(names, " "); got != "limits.cpus limits.memory_bytes" {
		t.Errorf("differ in %q", got)
	}
}
