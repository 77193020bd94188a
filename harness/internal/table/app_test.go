package table

import (
	"bytes"
	"strings"
	"testing"

	"spabench/harness/internal/record"
	"spabench/harness/spatest"
)

// theirs is the made-up run with somebody's own build, on which every variant fails one check, and one of them two.
func theirs(t *testing.T) record.Run {
	t.Helper()
	run := fixture(t, 6)
	run.Plan.App = &record.App{
		Given: "./dist", Digest: "0123456789abcdef", Files: 12, Bytes: 3_456_789, Assets: 4,
		Notes: []string{"left out: hidden files and folders, which must not be served (1)"},
	}
	for i := range run.Conformance {
		report := &run.Conformance[i].Report
		report.Outcomes = append(report.Outcomes,
			spatest.Outcome{Check: "caching-hashed-immutable", Verdict: spatest.Failed, Level: spatest.Should},
			spatest.Outcome{Check: "assets-type-map", Verdict: spatest.Passed, Level: spatest.Should})
		if run.Conformance[i].Variant == "disk-go" {
			report.Outcomes[len(report.Outcomes)-1].Verdict = spatest.Failed
		}
	}
	return run
}

// A page and the terminal say whose app it is, and whose API; and what all variants fail alike does not rule them out.
func TestTheirs(t *testing.T) {
	run := theirs(t)
	page, err := Page(run, "run")
	if err != nil {
		t.Fatal(err)
	}
	var text bytes.Buffer
	if err := Text(&text, run, "headline", "conformance"); err != nil {
		t.Fatal(err)
	}
	terminal := strings.Join(strings.Fields(text.String()), " ")
	for where, said := range map[string]string{"page": page, "terminal": terminal} {
		for _, want := range []string{
			"the variants serve the build in ./dist (12 files, 3.46 MB, digest 0123456789ab) in our strategies; " +
				"the API is ours.",
			"Browsers may keep what is in assets/ for a year (4 of the files), and ask again for everything else.",
			"left out: hidden files and folders, which must not be served (1).",
			"caching-hashed-immutable. All variants fail them alike: that is because of this build",
			"✗ disk-go does not conform",
		} {
			if !strings.Contains(said, want) {
				t.Errorf("%s does not say %q:\n%s", where, want, said)
			}
		}
		if strings.Contains(said, "✗ embedded-go") {
			t.Errorf("%s: a variant is marked for what all fail", where)
		}
	}
	if !strings.Contains(page, "serving somebody's own build") {
		t.Error("the title does not say what is served")
	}
	ranked := stand(run, metric("image-compressed")).String()
	if strings.Contains(ranked, "disk-go") || !strings.Contains(ranked, "embedded-go") {
		t.Errorf("ranked: %s", ranked)
	}
	for _, f := range verdict(run) {
		if f.label == "not compared" && f.text != "disk-go, because of failed checks or failed starts: see below." {
			t.Errorf("%+v", f)
		}
	}
	if applies(Table{Name: "visit-parts", Metrics: partMetrics()}, run) {
		t.Error("a table about the requests of our app's home page")
	}
	run.Plan.App = nil
	if ranked := stand(run, metric("image-compressed")); ranked.settled() {
		t.Errorf("with our app, what all fail counts: %s", ranked)
	}
}

// Runs with another build, or with our app, are not comparable; the same files by another path are.
func TestDifferencesOfTheirs(t *testing.T) {
	a, b := theirs(t), theirs(t)
	b.Plan.App.Given, b.Plan.App.Notes = "../shop/dist", nil
	if d := Differences(a, b); len(d) != 0 {
		t.Errorf("the same build: %v", d)
	}
	b.Plan.App.Digest = "fedcba"
	if d := Differences(a, b); len(d) != 1 || d[0].Name != "app.digest" {
		t.Errorf("another build: %v", d)
	}
	b.Plan.App = nil
	if len(Differences(a, b)) == 0 {
		t.Error("our app: no difference")
	}
}
