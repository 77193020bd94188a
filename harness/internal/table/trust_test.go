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

// madeSeries is twenty made-up runs of nine rounds, each with noise of its own, of embedded-go twice, of arms made from
// it, and of the baseline.
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
		made("planted-cpu-5", func(a *arm) { a.cpu *= 1.05 }),
		made("planted-tail", func(a *arm) { a.latency *= 3 }),
		made("planted-size", func(a *arm) { a.megabytes++ }),
		made("planted-start", func(a *arm) { a.start += 50 }),
		baseline,
	}
	var all []record.Run
	for n := uint64(1); n <= 20; n++ {
		random := rand.New(rand.NewPCG(n, 5))
		began := time.Date(2026, 1, 2, 3, 4*int(n), 0, 0, time.UTC)
		run := record.Run{
			Schema: record.Schema, Started: began,
			End: &record.End{Ended: began.Add(4 * time.Minute), Took: 4 * time.Minute},
			Plan: record.Plan{
				Baseline: baseline.name, Control: from.name, Rounds: 9, Seed: n, Unchecked: true,
				Environ: map[string]string{"PLANT_CPU": "2410ns"}, Command: `make trust ARGS="--runs 19 --seed 1"`,
				Loads: madeLoads()[:1],
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
	for i := range all {
		all[i].Env = madeEnv()
		all[i].Trials = slices.Clone(all[i].Trials)
		for j := range all[i].Trials {
			all[i].Trials[j] = cloned(all[i].Trials[j])
			if change != nil {
				change(i+1, &all[i].Trials[j])
			}
		}
	}
	return all
}

// slowStart makes a start take half as long again.
func slowStart(tr *record.Trial) { tr.Start.Page = tr.Start.Page * 3 / 2 }

func score(t *testing.T, runs []record.Run) Trust {
	t.Helper()
	s, err := Score(runs)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// broken are the bounds that do not hold, in words.
func broken(t Trust) (says []string) {
	for _, b := range t.Bounds() {
		if !b.Holds {
			says = append(says, b.Says)
		}
	}
	return says
}

// Every planted regression is found, where it is, and its size is right; what is the same is called so.
func TestScore(t *testing.T) {
	s := score(t, series(t, 20, nil))
	if !s.Holds() {
		t.Errorf("%q", broken(s))
	}
	// In each of 3 metrics: 2 pairs of twins in each of 20 runs, and 7 arms in each of 19 pairs of runs.
	if all := s.different(); len(s.Same) != 3 || all.Of != 3*(2*20+7*19) {
		t.Errorf("%s of the same: %+v", all, s.Same)
	}
	factors := map[string]float64{"planted-cpu": 1.1, "planted-cpu-5": 1.05, "planted-tail": 3,
		"planted-size": 13.34 / 12.34, "planted-start": 281. / 231}
	if len(s.Planted) != len(factors) {
		t.Fatalf("%+v", s.Planted)
	}
	for _, p := range s.Planted {
		small := p.Arm == "planted-cpu-5"
		if p.Within != (Share{20, 20}) || p.Across.Of != 19 || !small && p.Across.N != 19 || p.Elsewhere.Of != 19 {
			t.Errorf("%+v", p)
		}
		for _, f := range []stat.Interval{p.Factor, p.Paired} {
			if math.Abs(f.Centre/factors[p.Arm]-1) > 0.03 {
				t.Errorf("%s: factor %v, want %v", p.Arm, f.Centre, factors[p.Arm])
			}
		}
	}
}

// Differences between the same are counted, each once: of a run's twins in that run, and of an arm in both pairs of
// runs that it takes part in.
func TestScoreCountsWhatIsTheSame(t *testing.T) {
	before := score(t, series(t, 6, nil))
	for _, tc := range []struct {
		name           string
		spoil          func(run int, tr *record.Trial) bool
		within, across int
	}{
		{"a control", func(run int, tr *record.Trial) bool { return run == 3 && tr.Variant == record.ControlArm },
			1, 2},
		{"a variant", func(run int, tr *record.Trial) bool { return run == 5 && tr.Variant == "embedded-go" }, 1, 2},
		{"the last", func(run int, tr *record.Trial) bool { return run == 6 && tr.Variant == "embedded-go" }, 1, 1},
		{"a twin", func(run int, tr *record.Trial) bool { return run == 1 && tr.Variant == "planted-cpu-5" }, 1, 1},
		{"one without a twin", func(run int, tr *record.Trial) bool { return run == 2 && tr.Variant == "planted-tail" },
			0, 2},
		{"always another", func(run int, tr *record.Trial) bool { return tr.Variant == "planted-size" }, 0, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			after := score(t, series(t, 6, func(run int, tr *record.Trial) {
				if tc.spoil(run, tr) {
					slowStart(tr)
				}
			}))
			was, is := before.Same[0], after.Same[0]
			within, across := is.Within.N-was.Within.N, is.Across.N-was.Across.N
			if is.Metric.Name != "start-page" || within != tc.within || across != tc.across {
				t.Errorf("%s: %+v, was %+v", is.Metric.Name, is, was)
			}
		})
	}
}

// What a series shows is judged by its measurements.
func TestScoreBreaks(t *testing.T) {
	for _, tc := range []struct {
		name   string
		change func(run int, tr *record.Trial)
		says   string // the only bound that is broken
	}{
		{"a regression that is none", func(_ int, tr *record.Trial) {
			if tr.Variant == "planted-start" {
				tr.Start.Page = time.Duration(float64(tr.Start.Page) * 231 / 281)
			}
		}, "planted-start is detected in "},
		{"found in 18 of 20", func(run int, tr *record.Trial) {
			if tr.Variant == "planted-tail" && run >= 19 {
				tr.Loads[0].Wrong = 1
			}
		}, "planted-tail is detected in 18 of 20 runs, 90% [68.3%, 98.8%]; at least 95% are required"},
		{"a noisy control", func(run int, tr *record.Trial) {
			if tr.Variant == record.ControlArm && run <= 4 {
				slowStart(tr)
				slow(&tr.Loads[0], 2)
			}
		}, "what is the same is called different in "},
	} {
		t.Run(tc.name, func(t *testing.T) {
			s := score(t, series(t, 20, tc.change))
			if says := broken(s); s.Holds() || len(says) != 1 || !strings.HasPrefix(says[0], tc.says) {
				t.Errorf("broken are %q", says)
			}
		})
	}
}

// Each bound breaks alone, by one more than it allows.
func TestBounds(t *testing.T) {
	runs := series(t, 20, nil)
	short := slices.Clone(runs)
	short[6].Trials = slices.DeleteFunc(slices.Clone(short[6].Trials),
		func(tr record.Trial) bool { return tr.Round == 9 })
	at := map[string]int{}
	whole := score(t, runs)
	for i, p := range whole.Planted {
		at[p.Arm] = i
	}
	within := func(arm string, n int) func(*Trust) {
		return func(s *Trust) { s.Planted[at[arm]].Within = Share{n, 20} }
	}
	across := func(arm string, n, of int) func(*Trust) {
		return func(s *Trust) { s.Planted[at[arm]].Across = Share{n, of} }
	}
	same := func(n, of int) func(*Trust) {
		return func(s *Trust) { s.Same = []Same{{Within: Share{n, of - 100}, Across: Share{0, 100}}} }
	}
	for _, tc := range []struct {
		change func(*Trust)
		says   string // "" where it holds
	}{
		{func(s *Trust) { s.runs = s.runs[:19] },
			"there are 19 runs of 9 rounds or more; at least 20 runs of 9 rounds are required"},
		{func(s *Trust) { s.runs = short }, "there are 20 runs of 8 rounds or more; "},
		{same(3, 300), ""},
		{same(4, 300),
			"what is the same is called different in 4 of 300 headline verdicts, 1.3% [0.4%, 3.4%]; at most 1% of "},
		{same(0, 299), "what is the same is called different in 0 of 299 headline verdicts, "},
		{within("planted-cpu", 19), ""}, {within("planted-cpu", 18), "planted-cpu is detected in 18 of 20 runs"},
		{within("planted-cpu-5", 16), ""}, {within("planted-cpu-5", 15), "planted-cpu-5 is detected in 15 of 20 runs"},
		{within("planted-tail", 19), ""}, {within("planted-tail", 18), "planted-tail is detected in 18 of 20 runs"},
		{within("planted-size", 19), ""}, {within("planted-size", 18), "planted-size is detected in 18 of 20 runs"},
		{within("planted-start", 19), ""}, {within("planted-start", 18), "planted-start is detected in 18 of 20 runs"},
		{across("planted-cpu", 18, 20), ""},
		{across("planted-cpu", 17, 19), "planted-cpu is detected in 17 of 19 pairs of consecutive runs, "},
		{across("planted-tail", 0, 19), ""},
		{func(s *Trust) { s.Planted = slices.Delete(s.Planted, 1, 2) }, "planted-cpu-5 was not measured"},
	} {
		s := whole
		s.Planted = slices.Clone(whole.Planted)
		tc.change(&s)
		switch says := broken(s); {
		case tc.says == "" && !s.Holds():
			t.Errorf("broken are %q", says)
		case tc.says != "" && (s.Holds() || len(says) != 1 || !strings.HasPrefix(says[0], tc.says)):
			t.Errorf("broken are %q, want %q", says, tc.says)
		}
	}
}

// Too little to say something holds no bound, and a series from before the slices says what it lacks.
func TestScoreOfFew(t *testing.T) {
	few := score(t, series(t, 3, nil))
	says := broken(few)
	if len(says) != 2 || !strings.HasPrefix(says[0], "there are 3 runs") || !strings.HasPrefix(says[1], "what is") {
		t.Errorf("%q", says)
	}
	old := series(t, 11, nil)
	for i := range old {
		old[i].Schema = 3
		arms := slices.Clone(old[i].Plan.Variants)
		old[i].Plan.Variants = slices.DeleteFunc(arms, func(arm string) bool { return arm == "planted-cpu-5" })
	}
	s := score(t, old)
	if says := broken(s); s.Current() || len(says) != 3 || says[2] != "planted-cpu-5 was not measured" {
		t.Errorf("%q", says)
	}
	index, err := Index(nil, nil, []PublishedTrust{{"2026-01-02-trust", s}}, nil, nil, "")
	want := "README.md): 11 runs on Test Data 9000, 2 CPUs; measured in an older way\n"
	if err != nil || !strings.Contains(index, want) {
		t.Errorf("%v\n%s", err, index)
	}
}

// A worse metric beside the planted one is told, and changes nothing of what was found.
func TestScoreElsewhere(t *testing.T) {
	s := score(t, series(t, 20, func(run int, tr *record.Trial) {
		if tr.Variant == "planted-size" && run > 18 {
			slowStart(tr)
		}
	}))
	p := s.Planted[3]
	starts := 0
	for _, name := range p.Others {
		if name == "start-page" {
			starts++
		}
	}
	if p.Arm != "planted-size" || p.Across.N != 19 || p.Elsewhere.N < 2 || starts < 2 {
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
	s := score(t, series(t, 20, func(run int, tr *record.Trial) {
		if tr.Variant == "planted-start" && run > 18 {
			tr.Start.Page = tr.Start.Page * 4 / 5
			slow(&tr.Loads[0], 2)
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
	if err != nil || !strings.Contains(index, "](2026-01-02-trust/README.md): 20 runs on ") {
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
