package table

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// turn is a slice of so many requests, with the CPU time per request of each container.
func turn(number int, requests uint64, each ...time.Duration) record.Slice {
	s := record.Slice{Turn: number, Requests: requests}
	for _, d := range each {
		s.CPU = append(s.CPU, d*time.Duration(requests))
	}
	return s
}

// underLoad is a trial of one load, whose containers used a second each.
func underLoad(arm string, round int, load string, containers []string, slices ...record.Slice) record.Trial {
	l := record.Loaded{Load: load, WarmUp: 1000, Requests: 1000, Slices: slices}
	for _, c := range containers {
		l.Usage = append(l.Usage, record.UsageDelta{Container: c, CPU: time.Second})
	}
	return record.Trial{Variant: arm, Round: round, Loads: []record.Loaded{l}}
}

func TestCPUPerRequest(t *testing.T) {
	const µs = time.Microsecond
	app, three := []string{"app"}, []string{"backend", "frontend", "proxy"}
	late := turn(4, 100, 40*µs)
	late.Late = true
	unknown := turn(1, 100, 30*µs)
	unknown.CPU = nil
	for _, test := range []struct {
		name       string
		metric     Metric
		containers []string
		slices     []record.Slice
		want       time.Duration
	}{
		{"the middle half of the slices", cpuMetric(page), app,
			[]record.Slice{turn(1, 100, 90*µs), turn(2, 100, 30*µs), turn(3, 100, 40*µs), turn(4, 100, 10*µs)},
			35 * µs},
		{"each slice by its own requests", cpuMetric(page), app,
			[]record.Slice{turn(1, 50, 30*µs), turn(2, 500, 40*µs)}, 35 * µs},
		{"a late turn costs what it costs", cpuMetric(page), app, []record.Slice{turn(3, 100, 30*µs), late}, 35 * µs},
		{"a slice without requests", cpuMetric(page), app, []record.Slice{turn(1, 100, 30*µs), turn(2, 0, 0)}, 30 * µs},
		{"all containers", cpuMetric(page), three, []record.Slice{turn(1, 100, 30*µs, 20*µs, 1*µs)}, 51 * µs},
		{"the one with the files", frontendCPUMetric(page), three,
			[]record.Slice{turn(1, 100, 30*µs, 20*µs, 1*µs)}, 20 * µs},
		{"the only one", frontendCPUMetric(page), app, []record.Slice{turn(1, 100, 30*µs)}, 30 * µs},
		{"no CPU time in the slices: the mean", cpuMetric(page), app, []record.Slice{unknown}, 500 * µs},
		{"no slices: the mean", cpuMetric(page), three, nil, 1500 * µs},
		{"no slices: the mean of the one with the files", frontendCPUMetric(page), three, nil, 500 * µs},
	} {
		got, ok := test.metric.Of(underLoad("a", 1, page, test.containers, test.slices...))
		if !ok || math.Abs(got-float64(test.want)) > 1e-6 {
			t.Errorf("%s: %v %v, want %v", test.name, time.Duration(got), ok, test.want)
		}
	}
}

// Something else on the core makes all arms of a turn slower alike, each turn by another factor. Turns are compared
// with turns of the same number, so that it cancels out exactly, even where an arm misses turns or has them in another
// order.
func TestTurnsAreComparedInPairs(t *testing.T) {
	const rounds, turns = 3, 12
	burst := func(round, n int) float64 { return math.Exp(math.Sin(float64(100*round + 7*n))) }
	trialOf := func(arm, load string, containers []string, round int, cost float64, numbers ...int) record.Trial {
		var all []record.Slice
		for _, n := range numbers {
			each := time.Duration(cost * burst(round, n))
			all = append(all, turn(n, 100, slices.Repeat([]time.Duration{each}, len(containers))...))
		}
		return underLoad(arm, round, load, containers, all...)
	}
	var every []int
	for n := range turns {
		every = append(every, n+1)
	}
	backwards := slices.Clone(every)
	slices.Reverse(backwards)
	run := record.Run{Plan: record.Plan{Variants: []string{"a", "some", "proxied", "other"}, Baseline: "a"}}
	for round := range rounds {
		asked := trialOf("proxied", page, []string{"frontend", "proxy"}, round+1, 9e6, every...)
		direct := trialOf("proxied", "page-direct", []string{"frontend", "proxy"}, round+1, 3e6, backwards...)
		asked.Loads = append(asked.Loads, direct.Loads...)
		api := trialOf("other", api, []string{"app"}, round+1, 5e6, every[:4]...)
		run.Trials = append(run.Trials, trialOf("a", page, []string{"app"}, round+1, 1e6, every...),
			trialOf("some", page, []string{"app"}, round+1, 1.1e6, backwards[3:8]...), asked, api)
	}
	for _, test := range []struct {
		arm, metric string
		want        float64
	}{
		{"some", "page-cpu", 1.1}, {"some", "page-cpu-frontend", 1.1}, {"some", "page-capacity", 1 / 1.1},
		{"proxied", "page-cpu", 18}, {"proxied", "page-cpu-direct", 3},
	} {
		m := metric(test.metric)
		ratios := measured(run, test.arm, m).over(measured(run, "a", m))
		for _, r := range ratios {
			if math.Abs(r/test.want-1) > 1e-4 {
				t.Errorf("%s of %s: %v, want %v in each round", m.Name, test.arm, ratios, test.want)
			}
		}
		if i := Ratio(run, test.arm, m, "a", m); i.N != rounds || i.Hi/i.Lo > 1.001 ||
			math.Abs(i.Centre/test.want-1) > 1e-4 {
			t.Errorf("%s of %s: %+v, want %v", m.Name, test.arm, i, test.want)
		}
	}
	// Turns of the same number under different loads are not the same turns: rounds are compared.
	cpu, other := metric("page-cpu"), metric("api-cpu")
	for round, a := range measured(run, "a", cpu) {
		b := measured(run, "other", other)[round]
		got := measured(run, "other", other)[round].over(measuredWith(run, "a", cpu, other)[round])
		if want := b.value / a.value; math.Abs(got/want-1) > 1e-9 {
			t.Errorf("api to page in round %d: %v, want %v", round, got, want)
		}
	}
}

// The latencies of late turns are in the record, but in no number.
func TestLateTurnsAreLeftOut(t *testing.T) {
	run := fixture(t, 3)
	before := text(t, run, "headline", "latency")
	slow := stat.New()
	for range 1000 {
		stat.Record(slow, time.Second)
	}
	encoded, err := stat.Encode(slow)
	if err != nil {
		t.Fatal(err)
	}
	late, all := 0, 0
	seen := map[turnOf]bool{}
	for _, tr := range run.Trials {
		for _, l := range tr.Loads {
			for i := range l.Slices {
				if l.Slices[i].Late {
					l.Slices[i].Planned = record.Histogram(encoded)
				}
				of := turnOf{tr.Round, l.Slices[i].Turn, l.Load}
				if !seen[of] {
					seen[of] = true
					all++
					if l.Slices[i].Late {
						late++
					}
				}
			}
		}
	}
	if after := text(t, run, "headline", "latency"); after != before {
		t.Error("the latencies of late turns changed a table")
	}
	if late == 0 || late == all {
		t.Fatalf("%d of %d turns are late", late, all)
	}
	facts := lateFacts(run)
	want := fmt.Sprintf("%d of %d were left out", late, all)
	if len(facts) != 1 || !strings.HasPrefix(facts[0].text, want) {
		t.Errorf("want %s: %+v", want, facts)
	}
	punctual := underLoad("a", 1, page, []string{"app"}, turn(1, 10))
	facts = lateFacts(record.Run{Trials: []record.Trial{punctual}})
	if !strings.HasPrefix(facts[0].text, "none of 1:") {
		t.Errorf("of a run without late turns: %+v", facts)
	}
	if facts := lateFacts(record.Run{Trials: []record.Trial{underLoad("a", 1, page, []string{"app"})}}); facts != nil {
		t.Errorf("of a run without slices: %+v", facts)
	}
}

// Quantiles of latency are compared turn by turn, where slices have enough requests for them, and without late turns.
func TestQuantilesByTurn(t *testing.T) {
	slices := func(factor float64, requests uint64) []record.Slice {
		var all []record.Slice
		for n := 1; n <= 8; n++ {
			s := turn(n, 10)
			s.Requests, s.Late = requests, n == 8
			ms := factor * float64(n) // a turn differs from the next by much more than the arms differ
			if n == 1 || s.Late {
				ms *= 50 // a stall of one arm's slice
			}
			s.Planned = histogramOf(t, time.Duration(ms*float64(time.Millisecond)))
			all = append(all, s)
		}
		return all
	}
	of := func(arm string, factor float64, requests uint64, round int) record.Trial {
		tr := underLoad(arm, round, page, []string{"app"}, slices(factor, requests)...)
		tr.Loads[0].Planned = histogramOf(t, time.Duration(7*factor*float64(time.Millisecond)))
		return tr
	}
	for _, test := range []struct {
		metric   string
		requests uint64
		value    float64 // of the slower arm, in ms
	}{
		{"page-p99", 100, 1.1 * (3 + 4 + 5 + 6 + 7) / 5}, // of 1*50, 2, 3, 4, 5, 6, 7 without the lowest and highest
		{"page-p99", 99, 1.1 * 7},                        // too few requests for a 99th percentile: that of the round
		{"page-p50", 99, 1.1 * (3 + 4 + 5 + 6 + 7) / 5},
		{"page-p99-all", 100, 1.1 * 7},
	} {
		m := metric(test.metric)
		a, b := of("a", 1, test.requests, 1), of("b", 1.1, test.requests, 1)
		got, ok := m.Of(b)
		if !ok || math.Abs(got/1e6/test.value-1) > 0.002 {
			t.Errorf("%s with %d requests in a slice: %v ms, want %v", m.Name, test.requests, got/1e6, test.value)
		}
		run := record.Run{Trials: []record.Trial{a, b}}
		if r := measured(run, "b", m).over(measured(run, "a", m)); len(r) != 1 || math.Abs(r[0]/1.1-1) > 0.002 {
			t.Errorf("%s: ratio %v, want 1.1", m.Name, r)
		}
	}
}

// histogramOf has one latency.
func histogramOf(t *testing.T, d time.Duration) record.Histogram {
	t.Helper()
	h := stat.New()
	stat.Record(h, d)
	encoded, err := stat.Encode(h)
	if err != nil {
		t.Fatal(err)
	}
	return record.Histogram(encoded)
}

// Turns of loads that are made together are counted once.
func TestLateTurnsOfOneGroup(t *testing.T) {
	late := turn(1, 10)
	late.Late = true
	tr := underLoad("a", 1, page, []string{"app"}, late, turn(2, 10))
	tr.Loads = append(tr.Loads, underLoad("a", 1, "page-direct", []string{"app"}, late, turn(2, 10)).Loads...)
	facts := lateFacts(record.Run{Trials: []record.Trial{tr}})
	if len(facts) != 1 || !strings.HasPrefix(facts[0].text, "1 of 2 were left out") {
		t.Errorf("%+v", facts)
	}
}

// A 0 has no logarithm: such values have a median.
func TestSummaryOfNothing(t *testing.T) {
	s := samples{1: {value: 0}, 2: {value: 3}, 3: {value: 1}}
	if i := s.summary(); i.Centre != 1 || i.N != 3 {
		t.Errorf("%+v", i)
	}
	s = samples{1: {value: 2}, 2: {value: 8}}
	if i := s.summary(); math.Abs(i.Centre-4) > 1e-9 || i.Confidence != stat.Confidence {
		t.Errorf("%+v", i)
	}
}
