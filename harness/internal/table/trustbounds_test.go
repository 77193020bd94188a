package table

import (
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// broken are the bounds that do not hold, in words.
func broken(t Trust) (says []string) {
	for _, b := range t.Bounds() {
		if !b.Holds {
			says = append(says, b.Says)
		}
	}
	return says
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
		}, "there are false positives in "},
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
			"there are false positives in 4 of 300 headline verdicts, 1.3% [0.4%, 3.4%]; at most 1% of "},
		{same(0, 299), "there are false positives in 0 of 299 headline verdicts, "},
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
	if len(says) != 2 || !strings.HasPrefix(says[0], "there are 3 runs") ||
		!strings.HasPrefix(says[1], "there are false") {
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
	index, err := Index(nil, nil, []PublishedTrust{{"2026-01-02-trust", s}}, nil, nil, nil, "")
	want := "README.md): 11 runs on Test Data 9000, 2 CPUs; measured in an older way\n"
	if err != nil || !strings.Contains(index, want) {
		t.Errorf("%v\n%s", err, index)
	}
}
