package table

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// witnessRun has two variants. Of null, h2load's CPU time is the same as ours and its latencies are 30 µs shorter; of
// nginx-three-container, its CPU time is the given multiple of ours and its latencies are 30 µs shorter, too. Ours
// grow from round to round, and each ratio varies from turn to turn by a thousandth.
func witnessRun(t *testing.T, cpu float64) record.Witness {
	t.Helper()
	began := time.Date(2026, 11, 29, 8, 0, 0, 0, time.UTC)
	ended := began.Add(8 * time.Minute)
	run := record.Witness{
		Schema: record.WitnessSchema, Started: began, Ended: &ended, Command: `make witness ARGS="--seed 1"`,
		Client: "h2load nghttp2/1.64.0", Invocation: []string{"h2load", "--h1", "--header=Accept: */*"},
		Variants: []string{"nginx-three-container", "null"}, Baseline: "null", Rounds: 3, Turns: 2,
		Load: record.Load{Name: "page", Path: "/", Rate: 1000, Coding: "gzip", Duration: time.Second, Connections: 16},
	}
	for round := 1; round <= run.Rounds; round++ {
		for turn := run.Turns; turn >= 1; turn-- { // the order in the record does not matter
			grown := 1 + 0.2*float64(round)
			little := 1 + 0.001*float64(turn)
			latency := time.Duration(grown * 200e3)
			for _, variant := range run.Variants {
				times := cpu
				if variant == "null" {
					times = 1
				}
				run.Slices = append(run.Slices,
					witnessSlice(t, variant, record.Theirs, round, turn,
						times*grown*little, latency-30*time.Microsecond),
					witnessSlice(t, variant, record.Ours, round, turn, grown, latency))
			}
		}
	}
	return run
}

// witnessSlice has a thousand requests in a second, all of one latency. CPU is a multiple of 40 µs per request, read
// over half of the slice.
func witnessSlice(
	t *testing.T, variant, generator string, round, turn int, cpu float64, latency time.Duration,
) record.Witnessed {
	t.Helper()
	h := stat.New()
	for range 1000 {
		stat.Record(h, latency)
	}
	encoded, err := stat.Encode(h)
	if err != nil {
		t.Fatal(err)
	}
	return record.Witnessed{
		Variant: variant, Generator: generator, Round: round, Turn: turn, Over: time.Second, Requests: 1000,
		Latency: record.Histogram(encoded), LagP99: 250 * time.Microsecond,
		CPU: time.Duration(cpu * float64(20*time.Millisecond)), CPUOver: 500 * time.Millisecond,
	}
}

// The CPU time of a slice is divided by the requests of the part in which it was read, and the generators agree or
// differ as the planted ratio says.
func TestTestimonies(t *testing.T) {
	for _, tc := range []struct {
		cpu  float64
		want Agreement
	}{
		{1, Agrees}, {1.05, Agrees}, {0.95, Agrees}, {1.2, Differs}, {0.8, Differs},
	} {
		all, err := Testimonies(witnessRun(t, tc.cpu))
		if err != nil {
			t.Fatal(err)
		}
		got := all[0]
		if got.Quantity != "CPU" || got.Variant != "nginx-three-container" || got.Agreement != tc.want {
			t.Errorf("×%g: %s of %s %s, want %s: %+v",
				tc.cpu, got.Quantity, got.Variant, got.Agreement, tc.want, got.Ratio)
		}
		if low, high := tc.cpu, tc.cpu*1.003; got.Ratio.Centre < low || got.Ratio.Centre > high {
			t.Errorf("×%g: the ratio is %g", tc.cpu, got.Ratio.Centre)
		}
		// The geometric mean of the rounds, 40 µs × 1.2, 1.4 and 1.6.
		if got.Ours.Centre < 55.5e3 || got.Ours.Centre > 55.8e3 {
			t.Errorf("×%g: %g ns of CPU time per page, want 55.6 µs", tc.cpu, got.Ours.Centre)
		}
	}
}

func TestAgreement(t *testing.T) {
	interval := func(lo, hi float64) stat.Interval {
		return stat.Interval{Centre: (lo + hi) / 2, Lo: lo, Hi: hi, Confidence: stat.Confidence, N: 6}
	}
	short := interval(0.99, 1.01)
	short.N, short.Confidence, short.Warning = 1, 0, "only 1 round"
	for _, tc := range []struct {
		ratio stat.Interval
		want  Agreement
	}{
		{interval(0.9, 1.1), Agrees}, {interval(0.89, 1.0), Unclear}, {interval(1.0, 1.11), Unclear},
		{interval(0.7, 0.89), Differs}, {interval(1.11, 3), Differs}, {interval(0.5, 2), Unclear}, {short, Unclear},
		{stat.Interval{Warning: "no values"}, Unclear},
	} {
		if got := agreement(tc.ratio); got != tc.want {
			t.Errorf("%g to %g with %d rounds: %s, want %s", tc.ratio.Lo, tc.ratio.Hi, tc.ratio.N, got, tc.want)
		}
	}
}

// A slice without the other generator's is not compared, and neither is a pair of which one was late. A variant that
// has none left is unclear.
func TestWitnessPairs(t *testing.T) {
	run := witnessRun(t, 1)
	run.Slices = run.Slices[1:] // the first of nginx-three-container, by h2load
	for i, s := range run.Slices {
		if s.Variant == "nginx-three-container" && s.Round > 1 && s.Generator == record.Theirs {
			run.Slices[i].LagP99 = record.KeptLag + 1
			run.Slices[i].CPU *= 2
		}
	}
	all, err := Testimonies(run)
	if err != nil {
		t.Fatal(err)
	}
	if got := all[0]; got.Ratio.N != 1 || got.Ratio.Centre > 1.01 || got.Agreement != Unclear {
		t.Errorf("%s of %s: %s, %+v", got.Quantity, got.Variant, got.Agreement, got.Ratio)
	}
	if got := all[1]; got.Variant != "null" || got.Ratio.N != 3 || got.Agreement != Agrees {
		t.Errorf("%s of %s: %s, %+v", got.Quantity, got.Variant, got.Agreement, got.Ratio)
	}
	want := "Of 11 pairs of slices, 4 are not compared, because one of the two was more than 1ms late"
	if text := schedule(run); !strings.HasSuffix(text, want) {
		t.Errorf("%s\nwant %s", text, want)
	}
	for i := range run.Slices {
		run.Slices[i].LagP99 = time.Second
	}
	if all, err = Testimonies(run); err != nil || all[0].Ratio.N != 0 || all[0].Agreement != Unclear {
		t.Errorf("without any pair: %+v, %v", all[0], err)
	}
	page, err := WitnessPage(run, "run")
	if err != nil || !strings.Contains(page, "unclear on nginx-three-container (–) and null (–)") {
		t.Errorf("without any pair: %v\n%s", err, page)
	}
}

func TestTestimoniesOfDamagedHistogram(t *testing.T) {
	run := witnessRun(t, 1)
	run.Slices[0].Latency = "damaged"
	_, err := Testimonies(run)
	if err == nil || !strings.Contains(err.Error(), "p50 of nginx-three-container: round 1, turn 2: decode") {
		t.Errorf("error %v", err)
	}
}

func TestWitnessPage(t *testing.T) {
	run := witnessRun(t, 1.2)
	page, err := WitnessPage(run, "run")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := WitnessText(&text, run); err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{
		"3 rounds.",
		"agrees on null; differs on nginx-three-container (×1.20)",
		"on null, which does next to nothing, the median that spabench reports is 30.1 µs above h2load's, and on the " +
			"others 30.1 µs",
		"99% of the requests left within 250 µs of an even schedule from spabench",
		"**Sleep**: a server's answer has to wake its client",
		"completed after 8 min 0 s",
		"h2load --h1 --header=Accept: \\*/\\*",
		`make witness ARGS="--seed 1"`,
	} {
		if !strings.Contains(page, words) {
			t.Errorf("the page does not say %q:\n%s", words, page)
		}
	}
	if !strings.Contains(text.String(), "differs on nginx-three-container (×1.20)") {
		t.Errorf("the text does not say what differs:\n%s", text.String())
	}
	for _, line := range strings.Split(text.String(), "\n") {
		if n := len([]rune(line)); n > width {
			t.Errorf("a line of the text has %d characters: %s", n, line)
		}
	}
	if cheaper, err := WitnessPage(witnessRun(t, 0.8), "run"); err != nil || strings.Contains(cheaper, "**Sleep**") {
		t.Errorf("the page explains a cost that is not there: %v\n%s", err, cheaper)
	}
	index, err := Index(nil, nil, nil, nil, nil, []PublishedWitness{{"2026-11-29-witness", run}}, "")
	want := "- [2026-11-29](2026-11-29-witness/README.md): on unknown CPU, 0 CPUs, of 6 comparisons within ±10%, "
	if err != nil || !strings.Contains(index, want) {
		t.Errorf("the index does not link the run: %v\n%s", err, index)
	}
	run.Ended, run.Rounds = nil, 9
	page, err = WitnessPage(run, "run")
	if err != nil || !strings.Contains(page, "**This run was interrupted** after 3 of 9 rounds.") {
		t.Errorf("the page does not say that the run was interrupted: %v\n%s", err, page)
	}
}
