package bench

import (
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/variants"
)

// TestPlans holds that loads are whole numbers of slices with enough requests, that a load asked of one container lasts
// as long as the one that it is compared with, and that the plans are possible.
func TestPlans(t *testing.T) {
	for name, p := range map[string]Plan{
		"default": DefaultPlan(variants.Measured(), 1),
		"quick":   QuickPlan(variants.Measured(), 1),
		"capped":  Connect(DefaultPlan(variants.Measured(), 1), 4),
	} {
		if err := checkPlan(p); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		named := map[string]record.Load{}
		for _, l := range p.Loads {
			named[l.Name] = l
			if l.Slice <= 0 || l.Duration < l.Slice || l.Duration%l.Slice != 0 {
				t.Errorf("%s: %s lasts %s, in slices of %s", name, l.Name, l.Duration, l.Slice)
			}
			requests := func(d time.Duration) float64 { return d.Seconds() * float64(l.Rate) }
			if requests(l.Slice) < 5 || requests(l.LeadIn) < 1 || requests(l.Warmup) < 1 {
				t.Errorf("%s: %s has %g requests in a slice, %g in a lead-in, %g in the warm-up", name, l.Name,
					requests(l.Slice), requests(l.LeadIn), requests(l.Warmup))
			}
			if asked, found := strings.CutSuffix(l.Name, "-direct"); found {
				l.Name, l.Container, l.Doc = asked, "", named[asked].Doc
				if l != named[asked] {
					t.Errorf("%s: %+v, and asked directly %+v", name, named[asked], l)
				}
			}
		}
	}
}

// TestGroups holds that loads which differ only in whom they ask take turns with each other, where the CPU time of
// their slices is known, and that no others do.
func TestGroups(t *testing.T) {
	p := DefaultPlan(variants.Measured(), 1)
	const others = "visit|visit-identity|visit-gzip|visit-br|revisit|absent|api-write"
	const apart = "page|deep-link|asset|api|page-direct|deep-link-direct|" + others
	const together = "page page-direct|deep-link deep-link-direct|asset|api|" + others
	for _, tc := range []struct {
		name    string
		plan    Plan
		counted bool
		want    string
	}{
		{"default", p, true, together},
		{"without the CPU time of slices", p, false, apart},
		{"without slices", Limit(p, Limits{CPUs: 0.5}), true, apart},
		{"with a limit on memory alone", Limit(p, Limits{Memory: MinMemory}), true, together},
	} {
		var got []string
		for _, g := range groups(tc.plan.Loads, tc.counted) {
			var names []string
			for _, l := range g {
				names = append(names, l.Name)
			}
			got = append(got, strings.Join(names, " "))
		}
		if s := strings.Join(got, "|"); s != tc.want {
			t.Errorf("%s: %s, want %s", tc.name, s, tc.want)
		}
	}
}

// TestConnect holds that the cap is on single requests alone, and that no more connections are kept alive than may be
// open.
func TestConnect(t *testing.T) {
	before := DefaultPlan(variants.Measured(), 1)
	for _, n := range []int{1, 16, 100} {
		for i, l := range Connect(before, n).Loads {
			want := before.Loads[i]
			if l.Visit == "" {
				want.MaxConnections, want.Connections = n, min(n, 16)
			}
			if l != want {
				t.Errorf("%d connections: %+v, want %+v", n, l, want)
			}
		}
	}
	if slices.ContainsFunc(before.Loads, func(l record.Load) bool { return l.MaxConnections > 0 }) {
		t.Error("Connect changed the plan that it was given")
	}
}

// TestDefaultPlanTime holds that the loads of the default plan leave enough of its eight minutes for warm builds, the
// checks, calibration, and the starts and stops of 54 arms.
func TestDefaultPlanTime(t *testing.T) {
	p := DefaultPlan(variants.Measured(), 1)
	b := &benchRun{plan: p}
	var all time.Duration
	for _, l := range p.Loads {
		for _, v := range b.armsOfRound() {
			if takes(v, l) {
				all += time.Duration(p.Rounds) * (l.Warmup + l.Duration + l.Duration/l.Slice*l.LeadIn)
			}
		}
	}
	const most = 4*time.Minute + 30*time.Second
	if t.Logf("the loads take %s", all); all > most {
		t.Errorf("the loads take %s, want %s at most", all, most)
	}
}
