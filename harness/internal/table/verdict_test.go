package table

import (
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
	"spabench/harness/spatest"
)

// starts is a run of arms that conform, with their cold starts in milliseconds by round; 0 is a round that failed.
func starts(names []string, values ...[]int) record.Run {
	run := record.Run{
		Plan: record.Plan{Variants: names, Baseline: names[len(names)-1], Rounds: len(values[0])},
		End:  &record.End{},
	}
	for i, name := range names {
		run.Conformance = append(run.Conformance, record.Conformance{Variant: name, Report: passing()})
		for round, ms := range values[i] {
			trial := record.Trial{Variant: name, Round: round + 1}
			if ms > 0 {
				trial.Start = &record.Start{Page: time.Duration(ms) * time.Millisecond}
			}
			run.Trials = append(run.Trials, trial)
		}
	}
	return run
}

func TestVerdict(t *testing.T) {
	names := []string{"a", "b", "c"}
	tests := []struct {
		name string
		run  record.Run
		want string // of the cold start; "" for none
	}{
		{
			"one leads",
			starts(names,
				[]int{10, 11, 12, 13, 14, 15}, []int{20, 22, 24, 26, 28, 30}, []int{40, 44, 48, 52, 56, 60}),
			"a is lowest, at 12.4 ms; b needs 2.00 times as much; c, 4.00 times.",
		},
		{
			"two cannot be told apart",
			starts(names,
				[]int{10, 11, 12, 13, 14, 15}, []int{11, 10, 13, 12, 15, 15}, []int{40, 44, 48, 52, 56, 60}),
			"a is lowest, at 12.4 ms; no difference from it was detected for b (12.5 ms); " +
				"c needs 4.00 times as much.",
		},
		{
			"none can",
			starts(names,
				[]int{10, 20, 30, 10, 20, 30}, []int{20, 10, 30, 20, 10, 30}, []int{30, 20, 10, 30, 20, 10}),
			"no difference was detected between a, b and c, at about 18.2 ms.",
		},
		{
			"a drift of the whole machine hides nothing",
			starts([]string{"a", "b"}, []int{10, 20, 40, 80, 160, 320}, []int{11, 22, 44, 88, 176, 352}),
			"a is lowest, at 56.6 ms; b needs 1.10 times as much.",
		},
		{"one round", starts(names, []int{10}, []int{20}, []int{30}), ""},
		{"one round in common", starts([]string{"a", "b"}, []int{10, 10, 0}, []int{20, 0, 20}), ""},
		{
			"two rounds", starts([]string{"a", "b"}, []int{10, 10}, []int{20, 20}),
			"a is lowest, at 10.0 ms; b needs 2.00 times as much.",
		},
		{
			"two rounds of noise", starts([]string{"a", "b"}, []int{10, 10}, []int{20, 30}),
			"no difference was detected between a and b, at about 10.0 ms.",
		},
		{"nobody to compare with", starts([]string{"a"}, []int{10, 10, 10, 10, 10, 10}), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := ""
			for _, f := range verdict(tt.run) {
				if f.label == "cold start" {
					got = f.text
				}
			}
			if got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestVerdictLeavesOutWhoDoesNotConform(t *testing.T) {
	run := starts([]string{"a", "b", "c"},
		[]int{10, 10, 10, 10, 10, 10}, []int{20, 20, 20, 20, 20, 20}, []int{30, 30, 30, 30, 30, 30})
	run.Conformance[0].Report.Outcomes[0].Verdict = spatest.Failed
	got := strings.Builder{}
	for _, f := range verdict(run) {
		got.WriteString(f.label + ": " + f.text + "\n")
	}
	want := "cold start: b is lowest, at 20.0 ms; c needs 1.50 times as much.\nconfidence: headline verdicts have " +
		"simultaneous 95% confidence (Bonferroni over 2 comparisons: each interval has 97.5%).\nnot compared: a, " +
		"because of failed checks or failed starts: see below.\n"
	if got.String() != want {
		t.Errorf("got  %swant %s", got.String(), want)
	}
}

// An added server is not ranked among variants of another app, but among others that were added.
func TestVerdictOfAdded(t *testing.T) {
	ten, twenty := []int{10, 10, 10, 10, 10, 10}, []int{20, 20, 20, 20, 20, 20}
	run := starts([]string{"shop", "b", "next", "null"}, ten, twenty, twenty, ten)
	run.Conformance = run.Conformance[:3] // the baseline is not checked
	run.Plan.Added = []record.Added{
		{Name: "shop", Server: "the image shop:1"}, {Name: "next", Server: "the image shop:2"},
	}
	says := func() string {
		var got strings.Builder
		for _, f := range verdict(run) {
			got.WriteString(f.label + ": " + f.text + "\n")
		}
		return got.String()
	}
	const unranked = "added: shop is the image shop:1; it serves another app than the variants, " +
		"and is not ranked among them.\n"
	if got := says(); strings.Contains(got, "lowest") || !strings.Contains(got, unranked) {
		t.Errorf("beside a variant:\n%s", got)
	}
	run.Plan.Variants = []string{"shop", "next", "null"}
	want := "shop is lowest, at 10.0 ms; next needs 2.00 times as much"
	if got := says(); !strings.Contains(got, want) || !strings.Contains(got, "added: next is the image shop:2.\n") {
		t.Errorf("among themselves:\n%s", got)
	}
}

// Where the baseline has no value, an added server is compared with none of our variants, nor they with it; those that
// were added alone are compared with each other.
func TestReferenceOfAnotherApp(t *testing.T) {
	ten, twenty := []int{10, 10, 10, 10, 10, 10}, []int{20, 20, 20, 20, 20, 20}
	run := starts([]string{"shop", "next", "b", "c", "null"}, ten, twenty, twenty, ten, nil)
	run.Plan.Added = []record.Added{{Name: "shop"}, {Name: "next"}}
	run.Plan.Baseline = "null"
	compared := func() string {
		column, cells := fill(run, metric("start-page"), stat.Confidence)
		said := column.reference + ":"
		for i, arm := range run.Plan.Variants {
			if cells[i].ratio.N > 0 {
				said += " " + arm
			}
		}
		return said
	}
	if got := compared(); got != "b: b c" {
		t.Errorf("compared are %s", got)
	}
	g := arrange(run, Table{Metrics: []Metric{metric("start-page")}})
	want := "shop in page is not compared with b, which serves another app."
	if got := otherApps(run, g); len(got) != 2 || got[0] != want {
		t.Errorf("%q, want %q for one of them", got, want)
	}
	run.Plan.Variants = []string{"shop", "next", "null"}
	if got := compared(); got != "shop: shop next" {
		t.Errorf("alone, compared are %s", got)
	}
}

func TestConforms(t *testing.T) {
	outcome := func(v spatest.Verdict, waived string) record.Conformance {
		outcomes := []spatest.Outcome{{Check: "c", Verdict: v, Waived: waived}}
		return record.Conformance{Variant: "a", Report: spatest.Report{Outcomes: outcomes}}
	}
	tests := []struct {
		name string
		in   record.Conformance
		ok   bool
		text string
	}{
		{"pass", outcome(spatest.Passed, ""), true, "1/1"},
		{"fail", outcome(spatest.Failed, ""), false, "0/1"},
		{"waived", outcome(spatest.Failed, "cannot"), true, "0/1"},
		{"blocked", outcome(spatest.Blocked, ""), false, "0/1"},
		{"error", outcome(spatest.Errored, ""), false, "0/1"},
		{"skip", outcome(spatest.Skipped, ""), true, "none"},
		{"could not run", record.Conformance{Variant: "a", Err: "connection refused"}, false, "none"},
		{"no outcomes", record.Conformance{Variant: "a"}, false, "none"},
	}
	for _, tt := range tests {
		got, _ := conformanceOf(record.Run{Conformance: []record.Conformance{tt.in}}, "a")
		if got.ok() != tt.ok || got.String() != tt.text {
			t.Errorf("%s: %v, %s, want %v, %s", tt.name, got.ok(), got, tt.ok, tt.text)
		}
	}
}
