package table

import (
	"bytes"
	"math"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// disturbedRun is a run of rounds with ten turns. Bursts fall on whole turns, and one slice of each arm is hit alone.
func disturbedRun(t *testing.T, rounds int) record.Run {
	t.Helper()
	random := rand.New(rand.NewPCG(7, 1))
	run := record.Run{Schema: record.Schema, Plan: record.Plan{Control: "embedded-go", Baseline: "null",
		Variants: []string{"embedded-go", "planted-cpu-5", "null"}, Loads: madeLoads()[:1], Rounds: rounds}}
	factors := map[string]float64{"embedded-go": 1, record.ControlArm: 1, "planted-cpu-5": 1.05}
	for round := 1; round <= rounds; round++ {
		var bursts [10]float64
		for i := range bursts {
			bursts[i] = math.Exp(0.3 * math.Abs(random.NormFloat64()))
		}
		for _, arm := range []string{"embedded-go", record.ControlArm, "planted-cpu-5"} {
			alone := random.IntN(len(bursts))
			var slices []record.Slice
			for i, burst := range bursts {
				us := 100 * factors[arm] * burst * math.Exp(0.01*random.NormFloat64())
				if i == alone {
					us *= 1.5 + random.Float64()
				}
				s := turn(i+1, 100, time.Duration(us*float64(time.Microsecond)))
				s.Late = i == 3
				s.Planned = histogramOf(t, time.Duration(10*us*float64(time.Microsecond)))
				slices = append(slices, s)
			}
			run.Trials = append(run.Trials, underLoad(arm, round, page, []string{"app"}, slices...))
		}
		run.Rounds = append(run.Rounds, record.Round{Round: round, Sentinel: &record.Sentinel{
			Before: record.Look{Spin: 1, Wake: 1}, After: record.Look{Spin: 1, Wake: 1},
		}})
	}
	return run
}

// ruleOf is the rule of that name for a metric.
func ruleOf(t *testing.T, metric, name string) rule {
	t.Helper()
	for _, r := range ablationRules() {
		if r.metric.Name == metric && strings.HasPrefix(r.name, name) {
			return r
		}
	}
	t.Fatalf("no rule %q for %s", name, metric)
	return rule{}
}

// The ablation shows what pairs and cut ends are worth on a disturbed machine.
func TestAblation(t *testing.T) {
	run := disturbedRun(t, 9)
	trust := Trust{runs: []record.Run{run}}
	reachOf := func(metric, name string) float64 {
		w := trust.worth(ruleOf(t, metric, name))
		if len(w.reaches) != 1 || w.falseAlarms.Of != 1 {
			t.Fatalf("%s, %s: %+v", metric, name, w)
		}
		return w.reaches[0]
	}
	for _, metric := range []string{"page-cpu", "page-p99"} {
		inForce := reachOf(metric, "in force")
		if other := reachOf(metric, "unpaired"); inForce > other/2 {
			t.Errorf("%s: ±%v in pairs, ±%v unpaired", metric, inForce, other)
		}
	}
	inForce := reachOf("page-cpu", "in force")
	for _, worse := range []string{"no turn left out", "lower quartile"} {
		if other := reachOf("page-cpu", worse); inForce > other/2 {
			t.Errorf("±%v in force, ±%v with %q", inForce, other, worse)
		}
	}
	if w := trust.worth(ruleOf(t, "page-cpu", "in force")); w.found != (Share{1, 1}) || w.used != (Share{9, 9}) {
		t.Errorf("in force: %+v", w)
	}
	var b bytes.Buffer
	if err := trust.ablation(&b, textStyle{}); err != nil || !strings.Contains(b.String(), "9 of 9") {
		t.Errorf("%v\n%s", err, b.String())
	}
}

// Rules that leave out rounds leave out the disturbed ones.
func TestAblationOfRounds(t *testing.T) {
	const rounds = 9
	t.Run("the sentinel's bounds", func(t *testing.T) {
		run := disturbedRun(t, rounds)
		run.Rounds[1].Sentinel.After.Spin = 1.3
		run.Rounds[2].Sentinel.Before.Wake = 2.1
		run.Rounds[3].Sentinel.Steal = 0.03
		run.Rounds[4].Sentinel = nil // of a machine that could not be watched
		w := Trust{runs: []record.Run{run}}.worth(ruleOf(t, "page-cpu", "no disturbed rounds"))
		if w.used != (Share{rounds - 3, rounds}) {
			t.Errorf("%+v", w)
		}
	})
	t.Run("1.15 times the lowest", func(t *testing.T) {
		run := disturbedRun(t, rounds)
		lowest := map[string]float64{}
		want := 0
		for _, pass := range []bool{false, true} {
			for round := 1; round <= rounds; round++ {
				kept := true
				for _, tr := range run.Trials {
					if tr.Round != round || tr.Variant == "planted-cpu-5" {
						continue
					}
					v, _ := quartiles().Of(tr)
					if low := lowest[tr.Variant]; !pass && (low == 0 || v < low) {
						lowest[tr.Variant] = v
					}
					kept = kept && v <= 1.15*lowest[tr.Variant]
				}
				if pass && kept {
					want++
				}
			}
		}
		w := Trust{runs: []record.Run{run}}.worth(ruleOf(t, "page-cpu", "no rounds above"))
		if w.used != (Share{want, rounds}) || want == 0 {
			t.Errorf("%+v, want %d rounds", w, want)
		}
	})
}

// The rule that keeps late turns compares them, too, and leaves the record as it is.
func TestAblationOfLateTurns(t *testing.T) {
	run := disturbedRun(t, 1)
	m := ruleOf(t, "page-p99", "with late turns").metric
	with, without := len(m.Turns(run.Trials[0])), len(metric("page-p99").Turns(run.Trials[0]))
	if with != 10 || without != 9 {
		t.Errorf("%d turns with late ones, %d without", with, without)
	}
	if !run.Trials[0].Loads[0].Slices[3].Late {
		t.Error("the record was changed")
	}
}
