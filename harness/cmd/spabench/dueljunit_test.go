package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/joshdk/go-junit"

	"spabench/harness/internal/gate"
	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
	"spabench/harness/spatest"
)

// largerImage is a duel of test data in which nothing has changed but the image, which is larger.
func largerImage(t *testing.T) table.Duel {
	t.Helper()
	file := filepath.Join(t.TempDir(), duelRecord)
	plan := record.Plan{Variants: []string{table.Before, table.After}, Control: table.Before, Unchecked: true}
	if err := writePlan(file, plan); err != nil {
		t.Fatal(err)
	}
	run, err := record.Read(file)
	if err != nil {
		t.Fatal(err)
	}
	for i := range run.Trials {
		if run.Trials[i].Variant == table.After {
			run.Trials[i].Image.Unpacked *= 2
		}
	}
	return table.Duel{Run: run}
}

func oneOutcome(v spatest.Verdict) spatest.Report {
	return spatest.Report{Outcomes: []spatest.Outcome{{Check: "routing-root", Verdict: v}}}
}

// TestDuelJUnit holds that a parser of JUnit that others wrote finds a failure exactly if the command fails, and that
// the failures are what it fails for.
func TestDuelJUnit(t *testing.T) {
	d := largerImage(t)
	read := func(text string) []gate.Budget {
		budgets, err := gate.Read(strings.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		return budgets
	}
	met := read("after.image.unpacked <= 100MB\n")
	lacksPage := d
	lacksPage.Run.Conformance = []record.Conformance{
		{Variant: table.Before, Report: oneOutcome(spatest.Passed)},
		{Variant: table.After, Report: oneOutcome(spatest.Failed)},
	}
	missed := read("after.image.unpacked <= 1.5 * before.image.unpacked\n")
	for name, c := range map[string]struct {
		duel    table.Duel
		failOn  string
		budgets []gate.Budget
		want    []string
	}{
		"nothing is to fail": {d, "", nil, nil},
		"a budget is met":    {d, "", met, nil},
		"worse":              {d, "worse", met, []string{"image-unpacked"}},
		"a budget is missed": {d, "", missed, []string{"after: " + missed[0].Text}},
		"a check fails":      {lacksPage, "worse", nil, []string{"image-unpacked", "routing-root"}},
		"nobody asks":        {lacksPage, "", nil, nil},
		"both":               {d, "worse", missed, []string{"image-unpacked", "after: " + missed[0].Text}},
	} {
		f := duelFlags{failOn: c.failOn, junit: filepath.Join(t.TempDir(), "duel.xml")}
		if err := f.writeJUnit(io.Discard, "spabench duel a b", c.duel, c.budgets); err != nil {
			t.Fatal(err)
		}
		text, err := os.ReadFile(f.junit)
		if err != nil {
			t.Fatal(err)
		}
		suites, err := junit.Ingest(text)
		if err != nil {
			t.Fatalf("%s: %v\n%s", name, err, text)
		}
		var failed []string
		for _, s := range suites {
			for _, test := range s.Tests {
				if test.Status == junit.StatusFailed || test.Status == junit.StatusError {
					failed = append(failed, test.Name)
				}
			}
		}
		if strings.Join(failed, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: failed are %q, want %q\n%s", name, failed, c.want, text)
		}
		var said strings.Builder
		err = f.judge(&said, c.duel, c.budgets)
		if worse := "worse: " + strings.Join(c.duel.Worse(), ", "); strings.Contains(said.String(), worse) !=
			(c.failOn != "") {
			t.Errorf("%s: %q says whether %q", name, said.String(), worse)
		}
		if fails := errors.Is(err, errNonconforming); fails != (len(failed) > 0) || !fails && err != nil {
			t.Errorf("%s: %v, with failures %q", name, err, failed)
		}
	}
}

// TestDuelJUnitFile holds where the XML goes, and that a file that cannot be written is named.
func TestDuelJUnitFile(t *testing.T) {
	d := largerImage(t)
	var b bytes.Buffer
	if err := new(duelFlags).writeJUnit(&b, "spabench duel a b", d, nil); err != nil || b.Len() > 0 {
		t.Errorf("without the flag: %v, %q", err, b.String())
	}
	f := duelFlags{junit: "-"}
	if err := f.writeJUnit(&b, "spabench duel a b", d, nil); err != nil ||
		!strings.Contains(b.String(), `<testsuites name="spabench duel a b" tests="`) ||
		!strings.Contains(b.String(), `<skipped message="worse: `) {
		t.Errorf("to standard output: %v, %q", err, b.String())
	}
	f.junit = filepath.Join(t.TempDir(), "absent", "duel.xml")
	err := f.writeJUnit(&b, "spabench duel a b", d, nil)
	if err == nil || !strings.Contains(err.Error(), "--junit "+f.junit) {
		t.Errorf("into no folder: %v", err)
	}
}
