package page

import (
	"bytes"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

func trendsOf(t *testing.T, runs []Named) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := WriteTrends(&b, runs, ""); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// namedRuns are all published runs.
func namedRuns(t *testing.T) []Named {
	t.Helper()
	var all []Named
	for _, name := range publishedNames(t) {
		all = append(all, Named{Name: name, File: RunFile(name), Run: published(t, name)})
	}
	return all
}

// The page of the published runs has each machine's, and its numbers lead to the values of their runs.
func TestTrends(t *testing.T) {
	runs := namedRuns(t)
	text := trendsOf(t, runs)
	t.Logf("%d runs: %d bytes", len(runs), len(text))
	var outside []string
	for _, m := range regexp.MustCompile(`<a href="([^#"][^"]*)"`).FindAllSubmatch(text, -1) {
		outside = append(outside, string(m[1]))
	}
	checked := 0
	for _, r := range runs {
		i := slices.IndexFunc(outside, func(to string) bool { return strings.HasPrefix(to, r.File+"#") })
		if i < 0 {
			continue // it is the only run of its machine
		}
		_, anchor, _ := strings.Cut(outside[i], "#")
		if checked++; newLinks(r.Run).values[anchor] == nil {
			t.Errorf("%s leads to nothing", outside[i])
		}
	}
	if checked < 5 {
		t.Errorf("the numbers lead to %d runs, want at least 5", checked)
	}
	whole(t, text, outside...)
	for _, want := range []string{"AMD EPYC, 2 CPUs: ", "Intel(R) Xeon(R), 2 CPUs: 3 runs", "CPU per page of null itself", "by an older method"} {
		if !bytes.Contains(text, []byte(want)) {
			t.Errorf("the page does not say %q", want)
		}
	}
}

// series are copies of a run as of the given days, of which those from the tenth on have a server that needs more.
func series(t *testing.T, days int) []Named {
	t.Helper()
	run := published(t, newest)
	var all []Named
	for day := 1; day <= days; day++ {
		copied := run
		copied.Started = time.Date(2026, 1, day, 0, 0, 0, 0, time.UTC)
		copied.Trials = slices.Clone(run.Trials)
		for i, trial := range copied.Trials {
			if trial.Variant == "fastapi" && day >= 10 {
				trial.Image = record.Image{Images: trial.Image.Images, Unpacked: 2 * trial.Image.Unpacked}
				copied.Trials[i] = trial
			}
		}
		all = append(all, Named{Name: fmt.Sprintf("day-%d", day), File: fmt.Sprintf("day-%d.html", day), Run: copied})
	}
	return all
}

// A change is told: of which metric and variant, from which run, and how large it is. It is the only one.
func TestTrendsShowChange(t *testing.T) {
	runs := series(t, 14)
	text := string(trendsOf(t, runs))
	if !strings.Contains(text, "1 change point in 20 series") {
		t.Error("the page does not say that there is one change point")
	}
	for _, want := range []string{`<a href="day-10.html">10, day-10</a>`, "worse: ×2.00"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page does not have %s", want)
		}
	}
	same := string(trendsOf(t, runs[:9]))
	if !strings.Contains(same, "No change point in") || strings.Contains(same, "Change points<") {
		t.Error("the page of runs without a change does not say so")
	}
}

// What cannot have a trend is counted.
func TestTrendsOfOneRun(t *testing.T) {
	text := string(trendsOf(t, series(t, 1)))
	if !strings.Contains(text, "0 of 1 run,") || !strings.Contains(text, "One run is left out") {
		t.Error("the page does not say why it is empty")
	}
	other := series(t, 3)
	other[1].Run.Env.CPU = "another"
	if text := string(trendsOf(t, other)); !strings.Contains(text, "2 of 3 runs") ||
		strings.Contains(text, "day-2") {
		t.Error("a run of another machine is in the trend")
	}
}

// What differs from the run before is named.
func TestTrendsSayWhatDiffers(t *testing.T) {
	runs := series(t, 2)
	runs[1].Run.Env.Engine = "Docker 30"
	if !strings.Contains(string(trendsOf(t, runs)), ">engine</td>") {
		t.Error("the page does not say that the engines differ")
	}
	if found := namesOf(table.Differences(runs[0].Run, runs[1].Run)); !slices.Equal(found, []string{"engine"}) {
		t.Errorf("%q", found)
	}
}
