package page

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"spabench/harness/internal/table"
)

// pair are two published runs of one machine.
var pair = []string{"2026-11-26-amd-epyc-2-cpus", "2026-11-26-amd-epyc-2-cpus-2"}

func namedPair(t *testing.T) []Named {
	t.Helper()
	var runs []Named
	for _, name := range pair {
		runs = append(runs, Named{Name: name, File: name + ".html", Run: published(t, name)})
	}
	return runs
}

// The page of two runs has the factors of compare, and is as whole as that of one.
func TestComparison(t *testing.T) {
	runs := namedPair(t)
	var b bytes.Buffer
	if err := WriteComparison(&b, runs); err != nil {
		t.Fatal(err)
	}
	whole(t, b.Bytes(), runs[0].File, runs[1].File)
	text := b.String()
	all := table.Changes(runs[0].Run, runs[1].Run)
	if len(all) == 0 {
		t.Fatal("these runs have nothing in common")
	}
	for _, c := range all {
		if !strings.Contains(text, ">"+table.ShowInterval(c.Factor, table.Factor)+"<") {
			t.Errorf("the page has no factor %s of %s in %s",
				table.ShowInterval(c.Factor, table.Factor), c.Metric.Name, c.Arm)
		}
	}
}

// The headline comes first in the table of each variant, then what differs.
func TestChangeSheetOrder(t *testing.T) {
	runs := namedPair(t)
	s := changeSheet("fastapi", table.Changes(runs[0].Run, runs[1].Run), 1)
	headline := []string{"image-unpacked", "page-cpu", "page-p99", "start-page"}
	var verdicts []string
	for i, r := range s.Rows {
		switch {
		case !slices.Contains(headline, r[0].Text):
			verdicts = append(verdicts, r[4].Text)
		case len(verdicts) > 0:
			t.Errorf("%s is of the headline, and comes as row %d", r[0].Text, i+1)
		}
	}
	if len(verdicts) == len(s.Rows) || len(verdicts) == 0 {
		t.Errorf("%d of %d rows are not of the headline", len(verdicts), len(s.Rows))
	}
	same := slices.IndexFunc(verdicts, func(v string) bool { return v != "better" && v != "worse" })
	if same >= 0 && slices.ContainsFunc(verdicts[same:], func(v string) bool { return v == "better" || v == "worse" }) {
		t.Errorf("what differs does not come first: %q", verdicts)
	}
}

func TestComparisonSaysWhatDiffers(t *testing.T) {
	runs := namedPair(t)
	runs[1].Run.Env.Kernel = "another"
	var b bytes.Buffer
	if err := WriteComparison(&b, runs); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(b.String(), "not measured in the same way") || !strings.Contains(b.String(), "then another") {
		t.Error("the page does not say that the kernels differ")
	}
}
