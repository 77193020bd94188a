package bench

import (
	"slices"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/variants"
)

// TestFitted holds when a load gets a lower rate, and which: it leaves headroom to the slowest arm, and is the same for
// loads that differ only in the container that they ask.
func TestFitted(t *testing.T) {
	all := loads(turns{page: 15, request: 4, visit: 2, once: 1})
	page := all[0]
	for _, tc := range []struct {
		name      string
		given     bool
		sustained []record.Sustained
		rate      int
	}{
		{"all keep up", false, []record.Sustained{{Variant: "a", Rate: 2000}, {Variant: "b", Rate: 2000}}, 1000},
		{"one does not", false, []record.Sustained{{Variant: "a", Rate: 2000}, {Variant: "b", Rate: 417}}, 200},
		{"a little short", false, []record.Sustained{{Variant: "b", Rate: 1999}}, 990},
		{"very slow", false, []record.Sustained{{Variant: "b", Rate: 1}}, 1},
		{"one keeps up with nothing", false, []record.Sustained{{Variant: "a"}, {Variant: "b", Rate: 500}}, 250},
		{"nobody knows", false, []record.Sustained{{Variant: "a", Err: "it exited"}}, 1000},
		{"as the user says", true, []record.Sustained{{Variant: "b", Rate: 417}}, 1000},
	} {
		l := page
		l.Given = tc.given
		rates := fitted(all, l, tc.sustained, headroom*page.Rate)
		if rates[0].Load.Rate != tc.rate || rates[0].Planned != page.Rate {
			t.Errorf("%s: %+v, want %d/s", tc.name, rates, tc.rate)
		}
		if tc.rate == page.Rate {
			if len(rates) != 1 || rates[0].Load != l {
				t.Errorf("%s: %+v", tc.name, rates)
			}
			continue
		}
		if len(rates) != 2 || rates[1].Load.Name != "page-direct" || alike(rates[0].Load) != alike(rates[1].Load) {
			t.Errorf("%s: %+v, want the same of page-direct", tc.name, rates)
		}
	}
	run := record.Run{Plan: record.Plan{Loads: all}, Survey: &record.Survey{
		Rates: fitted(all, page, []record.Sustained{{Variant: "b", Rate: 417}}, 2000),
	}}
	for i, l := range run.Loads() {
		changed := l.Name == "page" || l.Name == "page-direct"
		if changed != (l != all[i]) || changed && l.Rate != 200 {
			t.Errorf("%+v was %+v", l, all[i])
		}
	}
}

// TestAtRate holds that a load at a lower rate still has enough requests in its slices, lead-ins and warm-up, and does
// not last longer than it must.
func TestAtRate(t *testing.T) {
	for _, planned := range loads(turns{page: 15, request: 4, visit: 2, once: 1}) {
		for rate := 1; rate <= planned.Rate; rate = rate*4/3 + 1 {
			l := atRate(planned, rate)
			requests := func(d time.Duration) float64 { return d.Seconds() * float64(l.Rate) }
			if l.Rate != rate || requests(l.Slice) < leastInTurn || requests(l.LeadIn) < 1 || requests(l.Warmup) < 1 {
				t.Errorf("%s at %d/s: %g requests in a slice, %g in a lead-in, %g in the warm-up", l.Name, rate,
					requests(l.Slice), requests(l.LeadIn), requests(l.Warmup))
			}
			if l.Duration/l.Slice != planned.Duration/planned.Slice || l.Duration%l.Slice != 0 {
				t.Errorf("%s at %d/s: %s in slices of %s", l.Name, rate, l.Duration, l.Slice)
			}
			longest := mostStretch*planned.Slice + 10*time.Millisecond
			if l.Slice > longest && requests(l.Slice) > leastInTurn+1 {
				t.Errorf("%s at %d/s: slices of %s", l.Name, rate, l.Slice)
			}
		}
		if l := atRate(planned, 2*planned.Rate); l.Rate != 2*planned.Rate || l.Slice != planned.Slice {
			t.Errorf("at twice the rate: %+v", l)
		}
	}
	whole := Limit(Plan{Loads: loads(turns{page: 15})}, Limits{CPUs: 0.5}).Loads[0]
	if l := atRate(whole, whole.Rate/2); l.Slice != 0 || l.Duration != 2*whole.Duration {
		t.Errorf("without slices: %+v, then %+v", whole, l)
	}
}

// TestGive holds that what the user says of a load is what is made, and that all else stays.
func TestGive(t *testing.T) {
	before := DefaultPlan(variants.Measured(), 1)
	p := Give(before, []Given{
		{Name: "page", Rate: 500, Path: "/shop", Connections: 4}, {Name: "asset", Duration: 250 * time.Millisecond},
		{Name: "visit", Path: "/shop"}, {Name: "unplanned", Rate: 1},
	})
	for i, l := range p.Loads {
		want := before.Loads[i]
		switch l.Name {
		case "page", "page-direct":
			want = atRate(want, 500)
			want.Given, want.Theirs, want.MaxConnections, want.Connections = true, "/shop", 4, 4
		case "asset":
			want.Duration = 300 * time.Millisecond
		case "visit":
			want.Theirs = "/shop"
		}
		if l != want {
			t.Errorf("%+v\nwant %+v", l, want)
		}
	}
	if slices.ContainsFunc(before.Loads, func(l record.Load) bool { return l.Given }) {
		t.Error("Give changed the plan that it was given")
	}
	limited := Limit(before, Limits{CPUs: 0.5})
	if l := Give(limited, []Given{{Name: "page", Duration: time.Second}}).Loads[0]; l.Duration != time.Second {
		t.Errorf("%+v", l)
	}
}

// TestOverwhelms holds who does not get a load: who was found to keep up with no rate, also as the A/A control.
func TestOverwhelms(t *testing.T) {
	page := loads(turns{page: 1})[0]
	b := &benchRun{plan: Plan{Control: "slow"}}
	if b.overwhelms(page, variants.Variant{Name: "slow"}) {
		t.Error("nothing is known before the survey")
	}
	b.measured.Survey = &record.Survey{Rates: []record.Rate{{Load: page, Sustained: []record.Sustained{
		{Variant: "slow"}, {Variant: "quick", Rate: 10}, {Variant: "gone", Err: "it exited"},
	}}}}
	for name, want := range map[string]bool{"slow": true, record.ControlArm: true, "quick": false, "gone": false} {
		if b.overwhelms(page, variants.Variant{Name: name}) != want {
			t.Errorf("%s: overwhelmed %t", name, !want)
		}
	}
	if b.overwhelms(record.Load{Name: "asset"}, variants.Variant{Name: "slow"}) {
		t.Error("another load")
	}
}

// TestHighestRate holds that a rate is tried with the headroom, as far as the generator is trusted.
func TestHighestRate(t *testing.T) {
	page := loads(turns{page: 1})[0]
	for sustained, want := range map[int]int{0: 1000, 1000: 1000, 1500: 1200, 9000: 2000} {
		b := &benchRun{ceilings: map[string]record.Calibration{
			"page": {Ceiling: 9999, Sustained: record.Schedule{Rate: sustained}},
		}}
		if got := b.highestRate(page); got != want {
			t.Errorf("sustained %d: %d, want %d", sustained, got, want)
		}
	}
	if got := (&benchRun{}).highestRate(page); got != 2000 {
		t.Errorf("not calibrated: %d", got)
	}
}
