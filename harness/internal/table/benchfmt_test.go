package table

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"golang.org/x/perf/benchfmt"
)

// What is written is what benchstat's own reader reads: every trial, with values as recorded.
func TestBenchfmt(t *testing.T) {
	run := fixture(t, 2)
	var b bytes.Buffer
	if err := Benchfmt(&b, run); err != nil {
		t.Fatal(err)
	}
	r := benchfmt.NewReader(&b, "run")
	trials := 0
	for r.Scan() {
		rec, ok := r.Result().(*benchfmt.Result)
		if !ok {
			if err, bad := r.Result().(*benchfmt.SyntaxError); bad {
				t.Fatal(err)
			}
			continue
		}
		tr := run.Trials[trials]
		trials++
		_, parts := rec.Name.Parts()
		if want := "/variant=" + tr.Variant; len(parts) != 1 || string(parts[0]) != want {
			t.Errorf("trial %d is called %s, want %s", trials, rec.Name, want)
		}
		if got, ok := rec.Value("start-page-sec"); !ok || math.Abs(got-tr.Start.Page.Seconds()) > 1e-9 {
			t.Errorf("start-page-sec %v, want %v", got, tr.Start.Page.Seconds())
		}
		if got, ok := rec.Value("image-unpacked-B"); !ok || got != float64(tr.Image.Unpacked) {
			t.Errorf("image-unpacked-B %v, want %d", got, tr.Image.Unpacked)
		}
		if got := rec.GetConfig("cpu"); got != run.Env.CPU {
			t.Errorf("cpu: %q", got)
		}
	}
	if err := r.Err(); err != nil || trials != len(run.Trials) {
		t.Errorf("%d trials read, want %d: %v", trials, len(run.Trials), err)
	}
	units := r.Units()
	if got := units.Get("page-capacity-req/s", "better"); got == nil || got.Value != "higher" {
		t.Errorf("better of page-capacity-req/s: %+v", got)
	}
	if got := units.Get("image-unpacked-B", "assume"); got == nil || got.Value != "exact" {
		t.Errorf("assume of image-unpacked-B: %+v", got)
	}
}

// A number that comes from wrong answers is not exported.
func TestBenchfmtLeavesWrongOut(t *testing.T) {
	run := fixture(t, 1)
	for i := range run.Trials {
		if run.Trials[i].Variant == "disk-go" {
			run.Trials[i].Loads[0].Wrong = 1
		}
	}
	var b bytes.Buffer
	if err := Benchfmt(&b, run); err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(b.String()) {
		if strings.Contains(line, "variant=disk-go") &&
			(strings.Contains(line, " page-") || !strings.Contains(line, " api-cpu-sec")) {
			t.Errorf("%s", line)
		}
	}
}
