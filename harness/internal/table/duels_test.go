package table

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"spabench/harness/internal/record"
)

// dueled is a series of twenty duels, in whose runs the CPU time of some arms is changed.
func dueled(t *testing.T, change map[string]float64) Duels {
	t.Helper()
	d, err := ScoreDuels(series(t, 21, func(run int, tr *record.Trial) {
		if factor, ok := change[fmt.Sprint(tr.Variant, " ", run)]; ok {
			slow(&tr.Loads[0], factor)
		}
	}))
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestScoreDuels holds that the planted CPU time counts as found only if the next set of rounds confirms it, and that
// the same server counts as different if it is worse in two sets, or better in one.
func TestScoreDuels(t *testing.T) {
	for _, tc := range []struct {
		name             string
		change           map[string]float64
		found, different int
		broken           string
	}{
		{"as planted", nil, 20, 0, ""},
		{"not worse in the last set", map[string]float64{"planted-cpu 21": 1 / 1.1}, 19, 0, ""},
		{"not worse in one set", map[string]float64{"planted-cpu 3": 1 / 1.1}, 18, 0,
			"the planted CPU time is found in 18 of 20 duels, 90% [68.3%, 98.8%]; at least 95% are required"},
		{"the same is worse once", map[string]float64{record.ControlArm + " 5": 1.3}, 20, 0, ""},
		{"the same is worse twice", map[string]float64{record.ControlArm + " 5": 1.3, record.ControlArm + " 6": 1.3},
			20, 1, ""},
		{"the same is better twice", map[string]float64{record.ControlArm + " 5": 0.7, record.ControlArm + " 9": 0.7},
			20, 2, "the same server is called different in 2 of 20 duels, 10% [1.2%, 31.7%]; at most 5% are allowed"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			d := dueled(t, tc.change)
			if d.Found != (Share{tc.found, 20}) || d.Different != (Share{tc.different, 20}) {
				t.Errorf("found in %s, different in %s", d.Found, d.Different)
			}
			var broken []string
			for _, b := range d.Bounds() {
				if !b.Holds {
					broken = append(broken, b.Says)
				}
			}
			if strings.Join(broken, "\n") != tc.broken || d.Holds() != (tc.broken == "") {
				t.Errorf("broken are %q", broken)
			}
		})
	}
	if d, err := ScoreDuels(series(t, 20, nil)); err != nil || d.Holds() {
		t.Errorf("nineteen duels are enough: %v", err)
	}
}

func TestScoreDuelsRefuses(t *testing.T) {
	alone := series(t, 2, nil)
	for i := range alone {
		alone[i].Plan.Variants = []string{"embedded-go", "null"}
	}
	for want, runs := range map[string][]record.Run{
		"no run is complete":         nil,
		"a second has to confirm it": series(t, 1, nil),
		"nothing meets embedded-go":  alone,
	} {
		if _, err := ScoreDuels(runs); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("want %q: %v", want, err)
		}
	}
}

func TestDuelsGolden(t *testing.T) {
	d := dueled(t, map[string]float64{"planted-cpu 3": 1 / 1.1, record.ControlArm + " 9": 0.7})
	var b bytes.Buffer
	if err := d.Text(&b); err != nil {
		t.Fatal(err)
	}
	golden(t, "duels.txt", b.String())
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(strings.TrimRight(line, "\n")); n > width {
			t.Errorf("%d characters: %s", n, line)
		}
	}
	page, err := d.Page("2026-01-02-duels")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "duels.md", page)
	index, err := Index(nil, nil, nil, []PublishedDuels{{"2026-01-02-duels", d}}, nil, nil, "")
	if err != nil || !slices.Contains(strings.Split(index, "\n"),
		"- [2026-01-02](2026-01-02-duels/README.md): 20 duels on Test Data 9000, 2 CPUs; found in 18 of 20, "+
			"called different in 1 of 20") {
		t.Errorf("%v\n%s", err, index)
	}
}
