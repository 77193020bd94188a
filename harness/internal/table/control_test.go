package table

import (
	"bytes"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// twice is the fixture with a control: embedded-go's trials again, with noise of their own and times the factors.
func twice(t *testing.T, rounds int, start, cpu float64) record.Run {
	t.Helper()
	run := fixture(t, rounds)
	run.Plan.Control = "embedded-go"
	random := rand.New(rand.NewPCG(8, 8))
	noisy := func(d time.Duration, factor float64) time.Duration {
		return time.Duration(float64(d) * factor * math.Exp(0.02*random.NormFloat64()))
	}
	for _, tr := range run.Trials {
		if tr.Variant != run.Plan.Control {
			continue
		}
		s := *tr.Start
		s.Page = noisy(s.Page, start)
		tr.Variant, tr.Start = record.ControlArm, &s
		var loads []record.Loaded
		for _, l := range tr.Loads {
			l.Usage = slices.Clone(l.Usage)
			slow(&l, cpu*math.Exp(0.02*random.NormFloat64()))
			loads = append(loads, l)
		}
		tr.Loads = loads
		run.Trials = append(run.Trials, tr)
	}
	return run
}

// A control that is the same shows how much could not have been seen; one that differs says so on the page, and in
// every table that has the metric.
func TestControl(t *testing.T) {
	same, err := Page(twice(t, 9, 1, 1), "same")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "control.md", same)
	for _, want := range []string{
		"embedded-go, measured twice: no difference was detected in cold start (the interval reaches to ±",
		"## A/A test",
		"within each round",
	} {
		if !strings.Contains(same, want) {
			t.Errorf("does not say %q", want)
		}
	}
	if strings.Contains(same, "Noisy") || strings.Contains(same, "differs from itself in") {
		t.Error("a quiet control is called noisy")
	}

	run := twice(t, 9, 1, 1.2)
	var b bytes.Buffer
	if err := Text(&b, run, "headline", "cost", "coldstart", "control"); err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(b.String()), " ")
	for _, want := range []string{
		"The A/A test differs in CPU per page by a factor of 1.2", // the headline's heading
		"The A/A test differs in page by a factor of 1.2",         // the cost table's
		"page-cpu 30.",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("does not say %q:\n%s", want, b.String())
		}
	}
	page, err := Page(run, "differs")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(page, "**A/A test**: embedded-go, measured twice, differs from itself in CPU per page") {
		t.Errorf("the page does not say that its control differs:\n%.1500s", page)
	}
}

// A run whose control is known less well than is aimed at is called noisy, with the number.
func TestNoisy(t *testing.T) {
	run := twice(t, 9, 1, 1)
	if facts := noisyFacts(run); len(facts) != 0 {
		t.Fatalf("a quiet run: %+v", facts)
	}
	random := rand.New(rand.NewPCG(9, 8))
	for i := range run.Trials {
		if tr := &run.Trials[i]; tr.Variant == record.ControlArm {
			factor := []float64{1.2, 1 / 1.2}[tr.Round%2]
			slow(&tr.Loads[0], factor)
			tr.Loads[0].Planned = arms[0].histogram(random, arms[0].latency*factor*factor, 0.4)
		}
	}
	want := regexp.MustCompile(`^CPU per page is known only to within ±\d+\.\d% \(the aim is ±3%\); ` +
		`the page's p50 is known only to within ±\d+\.\d% \(the aim is ±5%\); ` +
		`the page's p99 .* \(the aim is ±15%\)\.$`)
	if facts := noisyFacts(run); len(facts) != 1 || facts[0].label != "noisy" || !want.MatchString(facts[0].text) {
		t.Errorf("%+v", facts)
	}
	page, err := Page(run, "noisy")
	if err != nil || !strings.Contains(page, "- **Noisy**: CPU per page is known only to within ±") {
		t.Errorf("the page does not say so: %v", err)
	}
}

func TestControlOfOneRound(t *testing.T) {
	run := twice(t, 1, 1, 3)
	if facts := controlFacts(run); len(facts) != 0 {
		t.Errorf("one round shows nothing: %+v", facts)
	}
	for _, row := range controlSheet(run).rows {
		if row[4] != "?" {
			t.Errorf("%q", row)
		}
	}
	if n := plannedTrials(run.Plan); n != 6 {
		t.Errorf("%d trials", n)
	}
}
