package table

import (
	"bytes"
	"math"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// madeSeries is eleven made-up runs of seven rounds, each with noise of its own, of embedded-go twice, of arms made
// from it, and of the baseline.
var madeSeries = sync.OnceValue(func() []record.Run {
	from, baseline := arms[0], arms[len(arms)-1]
	made := func(name string, worse func(*arm)) arm {
		a := from
		a.name = name
		worse(&a)
		return a
	}
	measured := []arm{from,
		made("planted-cpu", func(a *arm) { a.cpu *= 1.1 }),
		made("planted-tail", func(a *arm) { a.latency *= 3 }),
		made("planted-size", func(a *arm) { a.megabytes++ }),
		made("planted-start", func(a *arm) { a.start += 50 }),
		baseline,
	}
	var all []record.Run
	for n := uint64(1); n <= 11; n++ {
		random := rand.New(rand.NewPCG(n, 5))
		began := time.Date(2026, 1, 2, 3, 3*int(n), 0, 0, time.UTC)
		run := record.Run{
			Schema: record.Schema, Started: began, End: &record.End{Ended: began.Add(2 * time.Minute), Took: 2 * time.Minute},
			Plan: record.Plan{
				Baseline: baseline.name, Control: from.name, Rounds: 7, Seed: n, Unchecked: true,
				Environ: map[string]string{"PLANT_CPU": "2410ns"}, Command: `make trust ARGS="--runs 10 --seed 1"`,
				Loads: []record.Load{{Name: "page", Path: "/", Coding: "gzip", Rate: 500, Warmup: time.Second, Duration: 10 * time.Second, Connections: 16}},
			},
		}
		for _, a := range measured {
			run.Plan.Variants = append(run.Plan.Variants, a.name)
		}
		for round := 1; round <= run.Plan.Rounds; round++ {
			drift := math.Exp(0.1 * random.NormFloat64())
			for _, a := range append(slices.Clone(measured), made(record.ControlArm, func(*arm) {})) {
				tr := a.started(random, drift)
				tr.Loads = []record.Loaded{a.loaded(random, drift, run.Plan.Loads[0])}
				tr.Round = round
				run.Trials = append(run.Trials, tr)
			}
		}
		all = append(all, run)
	}
	return all
})

// series is the first runs of the made series, each trial of them changed, whose run is numbered from 1.
func series(t *testing.T, runs int, change func(run int, tr *record.Trial)) []record.Run {
	t.Helper()
	all := slices.Clone(madeSeries()[:runs])
	env := fixture(t, 1).Env
	for i := range all {
		all[i].Env = env
		all[i].Trials = slices.Clone(all[i].Trials)
		for j := range all[i].Trials {
			tr := &all[i].Trials[j]
			start := *tr.Start
			tr.Start, tr.Loads = &start, slices.Clone(tr.Loads)
			tr.Loads[0].Usage = slices.Clone(tr.Loads[0].Usage)
			if change != nil {
				change(i+1, tr)
			}
		}
	}
	return all
}

func score(t *testing.T, runs []record.Run) Trust {
	t.Helper()
	s, err := Score(runs)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Every planted regression is found, where it is, and its size is right; what is the same is called so.
func TestScore(t *testing.T) {
	s := score(t, series(t, 11, nil))
	if !s.Holds() || s.comparisons != 21 {
		t.Errorf("%d comparisons, %+v", s.comparisons, s.Bounds())
	}
	if len(s.Same) != 3 || s.different().Of != 63 {
		t.Errorf("the same: %+v", s.Same)
	}
	factors := map[string]float64{"planted-cpu": 1.1, "planted-tail": 3, "planted-size": 13.34 / 12.34, "planted-start": 281. / 231}
	if len(s.Planted) != len(factors) {
		t.Fatalf("%+v", s.Planted)
	}
	for _, p := range s.Planted {
		if p.Across != (Share{10, 10}) || p.Within != (Share{11, 11}) || p.Elsewhere.Of != 10 {
			t.Errorf("%+v", p)
		}
		for _, f := range []stat.Interval{p.Factor, p.Paired} {
			if math.Abs(f.Centre/factors[p.Arm]-1) > 0.03 {
				t.Errorf("%s: factor %v, want %v", p.Arm, f.Centre, factors[p.Arm])
			}
		}
	}
}

// Differences between the same are counted, each once: of a run's control in that run, of a run's variant in that run
// and in both comparisons that it takes part in.
func TestScoreCountsWhatIsTheSame(t *testing.T) {
	before := score(t, series(t, 6, nil))
	for _, tc := range []struct {
		name           string
		spoil          func(run int, tr *record.Trial) bool
		within, across int
	}{
		{"a control", func(run int, tr *record.Trial) bool { return run == 3 && tr.Variant == record.ControlArm }, 1, 0},
		{"a variant", func(run int, tr *record.Trial) bool { return run == 5 && tr.Variant == "embedded-go" }, 1, 2},
		{"the last", func(run int, tr *record.Trial) bool { return run == 6 && tr.Variant == "embedded-go" }, 1, 1},
		{"a planted one", func(run int, tr *record.Trial) bool { return tr.Variant == "planted-cpu" }, 0, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			after := score(t, series(t, 6, func(run int, tr *record.Trial) {
				if tc.spoil(run, tr) {
					tr.Start.Page = tr.Start.Page * 3 / 2
				}
			}))
			was, is := before.Same[0], after.Same[0]
			if is.Metric.Name != "start-page" || is.Within.N != was.Within.N+tc.within || is.Across.N != was.Across.N+tc.across {
				t.Errorf("%s: %+v, was %+v", is.Metric.Name, is, was)
			}
		})
	}
}

func TestScoreBreaks(t *testing.T) {
	for _, tc := range []struct {
		name   string
		runs   int
		change func(run int, tr *record.Trial)
		says   string // the only bound that is broken
	}{
		{"a regression that is none", 11, func(_ int, tr *record.Trial) {
			if tr.Variant == "planted-start" {
				tr.Start.Page = time.Duration(float64(tr.Start.Page) * 231 / 281)
			}
		}, "planted-start is detected in "},
		{"found in 9 of 11", 11, func(run int, tr *record.Trial) {
			if tr.Variant == "planted-tail" && run >= 10 {
				tr.Loads[0].Wrong = 1
			}
		}, "planted-tail is detected in 9 of 11 runs; at least 10"},
		{"a noisy control", 11, func(run int, tr *record.Trial) {
			if tr.Variant == record.ControlArm && run <= 4 {
				tr.Start.Page = tr.Start.Page * 3 / 2
				tr.Loads[0].Usage[0].CPU *= 2
			}
		}, "the A/A comparisons report a difference in "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := score(t, series(t, tc.runs, tc.change))
			var broken []string
			for _, b := range s.Bounds() {
				if !b.Holds {
					broken = append(broken, b.Says)
				}
			}
			if s.Holds() || len(broken) != 1 || !strings.HasPrefix(broken[0], tc.says) {
				t.Errorf("broken are %q", broken)
			}
		})
	}
}

// Too little to say something holds no bound.
func TestScoreOfFew(t *testing.T) {
	few := score(t, series(t, 3, nil))
	short := series(t, 11, nil)
	for i := range short {
		short[i].Plan.Rounds = 2
		short[i].Trials = slices.DeleteFunc(short[i].Trials, func(tr record.Trial) bool { return tr.Round > 2 })
	}
	for name, s := range map[string]Trust{"few runs": few, "few rounds": score(t, short)} {
		if s.Holds() || !strings.Contains(s.Bounds()[0].Says, "but at least 20 are needed") {
			t.Errorf("%s: %+v", name, s.Bounds())
		}
	}
	if p := few.Planted[0]; p.Across != (Share{2, 2}) || few.Bounds()[1].Holds {
		t.Errorf("%+v", p)
	}
}

// A worse metric beside the planted one is told, and changes nothing of what was found.
func TestScoreElsewhere(t *testing.T) {
	s := score(t, series(t, 11, func(run int, tr *record.Trial) {
		if tr.Variant == "planted-size" && run > 9 {
			tr.Start.Page = tr.Start.Page * 3 / 2
		}
	}))
	p := s.Planted[2]
	starts := 0
	for _, name := range p.Others {
		if name == "start-page" {
			starts++
		}
	}
	if p.Across.N != 10 || p.Elsewhere.N < 2 || starts < 2 {
		t.Errorf("%+v", p)
	}
}

func TestScoreRefuses(t *testing.T) {
	unlike := series(t, 3, nil)
	unlike[2].Env.Kernel = "6.2.0"
	other := series(t, 2, nil)
	other[1].Plan.Environ = map[string]string{"PLANT_CPU": "9us"}
	plain := []record.Run{fixture(t, 1)}
	for want, runs := range map[string][]record.Run{
		"no run is complete":                             nil,
		"runs 2 and 3 were not measured in the same way": unlike,
		"PLANT_CPU":                  other,
		"run 1 has the control \"\"": plain,
	} {
		if _, err := Score(runs); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
}

func TestTrustGolden(t *testing.T) {
	s := score(t, series(t, 11, func(run int, tr *record.Trial) {
		if tr.Variant == "planted-start" && run > 9 {
			tr.Start.Page, tr.Loads[0].Usage[0].CPU = tr.Start.Page*4/5, tr.Loads[0].Usage[0].CPU*2
		}
	}))
	var b bytes.Buffer
	if err := s.Text(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "trust.txt", b.String())
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
			t.Errorf("%d characters: %s", n, line)
		}
	}
	page, err := s.Page("2026-01-02-trust")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "trust.md", page)
	index, err := Index(nil, nil, []PublishedTrust{{"2026-01-02-trust", s}}, nil, nil, "")
	if err != nil || !strings.Contains(index, "](2026-01-02-trust/README.md): 11 runs on ") {
		t.Errorf("%v\n%s", err, index)
	}
}

// Whatever is shown of a run without checks says so.
func TestUnchecked(t *testing.T) {
	run := series(t, 1, nil)[0]
	page, err := Page(run, "unchecked")
	if err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(page, "this plan skips conformance"); n != 4 { // verdict, headline, conformance, context
		t.Errorf("said %d times", n)
	}
}
