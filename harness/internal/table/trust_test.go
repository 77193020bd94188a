package table

import (
	"bytes"
	"math"
	"strings"
	"testing"
	"unicode/utf8"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

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
	index, err := Index(nil, nil, []PublishedTrust{{"2026-01-02-trust", s}}, nil, nil, nil, "")
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
