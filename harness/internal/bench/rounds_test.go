package bench

import (
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig/rigtest"
	"spabench/harness/spatest"
	"spabench/variants"
)

// TestAnotherRound holds that the plan's rounds are made in any case, and others until the intervals are narrow enough
// or the time is up.
func TestAnotherRound(t *testing.T) {
	for _, tc := range []struct {
		name    string
		within  float64
		settled bool
		budget  time.Duration
		round   int
		want    bool
		reason  string
	}{
		{"planned", 0, false, 0, 6, true, ""},
		{"no bound", 0, false, time.Hour, 7, false, ""},
		{"planned, though narrow", 0.05, true, 0, 6, true, ""},
		{"wide, and time left", 0.05, false, time.Hour, 7, true, ""},
		{"narrow", 0.05, true, time.Hour, 7, false, "every headline interval is within ±5%"},
		{"no time", 0.05, false, time.Second, 7, false, "the budget of 1s was used up"},
		{"time for less than one", 0.05, false, 9 * time.Second, 7, false, "the budget of 9s was used up"},
		{"time for one more", 0.05, false, 11 * time.Second, 7, true, ""},
	} {
		budget := record.Budget{Time: tc.budget, Within: tc.within}
		b := &benchRun{
			plan:  Plan{Rounds: 6, Variants: []string{"null"}, Budget: budget},
			began: time.Now(), roundsBegan: time.Now().Add(-time.Minute), roundsMade: tc.round - 1,
		}
		b.settled = func(record.Run, float64) bool { return tc.settled }
		got := b.anotherRound(tc.round)
		if got != tc.want || !strings.HasPrefix(b.stopReason, tc.reason) || (tc.reason == "") != (b.stopReason == "") {
			t.Errorf("%s: %v, because %q", tc.name, got, b.stopReason)
		}
	}
}

// TestOrder holds that a round has the same order whichever rounds were made before it, as when a run is resumed, and
// that the order varies between rounds and between seeds.
func TestOrder(t *testing.T) {
	orderOf := func(seed uint64, round int) string {
		arms := variants.Measured()
		return strings.Join(variants.Names(order(arms, randomOf(seed, round))), " ")
	}
	seen := map[string]bool{}
	for round := 1; round <= 9; round++ {
		got := orderOf(7, round)
		if again := orderOf(7, round); again != got {
			t.Errorf("round %d: %s, then %s", round, got, again)
		}
		if orderOf(8, round) != got {
			seen["other seed"] = true
		}
		seen[got] = true
	}
	if len(seen) < 4 || !seen["other seed"] {
		t.Errorf("nine rounds of two seeds are in these orders alone: %v", seen)
	}
}

// TestNothingLeft holds that the baseline is not measured alone, unless it is all that was asked for.
func TestNothingLeft(t *testing.T) {
	for _, c := range []struct {
		arms, built, failed string
		want                bool
	}{
		{"shop null", "", "", false}, // nothing has been built yet
		{"shop null", "shop null", "", false},
		{"shop null", "null", "shop", true},
		{"shop next null", "null", "shop next", true},
		{"shop next null", "next null", "shop", false},
		{"shop null", "shop null", "shop", false}, // it only fails checks
		{"null", "null", "", false},
		{"shop", "", "shop", true},
	} {
		told := &rigtest.Told{}
		b := &benchRun{
			plan: Plan{Variants: strings.Fields(c.arms), Rounds: 1}, known: map[string]variants.Variant{},
			progress: told, images: map[string]lab.Image{}, failed: map[string]bool{},
		}
		for _, name := range []string{"shop", "next"} {
			b.known[name] = variants.Variant{Name: name, Kind: variants.Added}
		}
		for _, name := range strings.Fields(c.built) {
			b.images[name] = lab.Image{}
		}
		for _, name := range strings.Fields(c.failed) {
			b.failed[name] = true
		}
		if got := b.nothingLeft(); got != c.want || len(told.Lines) > 0 != c.want {
			t.Errorf("%+v: %t, told %q", c, got, told.Lines)
		}
	}
}

// TestJudge holds that what our variants fail is wrong with them, and that what a server of somebody's own fails is a
// result.
func TestJudge(t *testing.T) {
	b := &benchRun{
		plan: Plan{Variants: []string{"disk-go", "shop"}}, reports: map[string]record.Conformance{},
		known:  map[string]variants.Variant{"shop": {Name: "shop", Kind: variants.Added}},
		failed: map[string]bool{}, progress: &rigtest.Told{},
	}
	for _, name := range b.plan.Variants {
		b.reports[name] = record.Conformance{Variant: name, Report: spatest.Report{
			Outcomes: []spatest.Outcome{{Check: "routing-root", Verdict: spatest.Failed}},
		}}
	}
	if b.judge(); !b.failed["disk-go"] || b.failed["shop"] {
		t.Errorf("failed are %v", b.failed)
	}
}

// TestFail holds that the end of a variant's output is shown with what is wrong with it, once.
func TestFail(t *testing.T) {
	told := &rigtest.Told{}
	b := &benchRun{failed: map[string]bool{}, progress: told}
	shop := variants.Variant{Name: "shop"}
	b.fail(shop, "not ready\nmore", "app:\r\nno database\n\n")
	b.fail(shop, "not ready", "app:\nno database\n")
	b.fail(variants.Variant{Name: "other"}, "wrong responses", "")
	want := []string{"shop: not ready", "  app:", "  no database", "shop: not ready", "other: wrong responses"}
	if !slices.Equal(told.Lines, want) || len(b.failed) != 2 {
		t.Errorf("%q, failed %v", told.Lines, b.failed)
	}
}
