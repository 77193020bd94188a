package table

import (
	"strings"
	"testing"
	"time"

	"spabench/harness/internal/record"
)

// rebuilt is what is observed when each edit installs again what it should.
func rebuilt() record.RebuildObserved {
	build := func(variant string) record.Rebuild {
		return record.Rebuild{Variant: variant, Steps: 9, Took: time.Second, Installed: map[record.AppEnd][]string{},
			Installs: map[record.AppEnd][]string{record.FrontEnd: {"npm ci"}, record.BackEnd: {"pip install"}}}
	}
	edit := func(name string, bases bool, expected ...record.AppEnd) record.RebuildEdit {
		e := record.RebuildEdit{Name: name, What: "a file", Expected: expected, Bases: bases}
		for _, v := range []string{"one", "two"} {
			b := build(v)
			b.StepsRun, b.StepsTook = 4, time.Second
			b.Pull = record.LayerPull{Layers: 2, Of: 3, Compressed: 1_234_567}
			for _, end := range expected {
				b.Installed[end] = b.Installs[end]
			}
			e.Builds = append(e.Builds, b)
		}
		return e
	}
	return record.RebuildObserved{
		Controls: []record.Rebuild{build("one"), build("two")},
		Edits: []record.RebuildEdit{
			edit("front-end edit", false), edit("back-end dependency", false, record.BackEnd),
			edit("base update", true, record.FrontEnd, record.BackEnd),
		},
	}
}

func TestRebuildText(t *testing.T) {
	for words, change := range map[string]func(*record.RebuildObserved){
		"2 of 2 builds after an edit of a source file reinstalled nothing; 2 of 2 after an edit of a manifest": func(
			*record.RebuildObserved) {
		},
		"1 of 2 builds after an edit of a source file reinstalled nothing; 2 of 2": func(o *record.RebuildObserved) {
			o.Edits[0].Builds[1].Installed[record.FrontEnd] = []string{"npm ci"}
		},
		"the front-end edit reinstalled npm ci, pip install in two": func(o *record.RebuildObserved) {
			o.Edits[0].Builds[1].Installed = o.Edits[0].Builds[1].Installs
		},
		"the back-end dependency reinstalled nothing in one": func(o *record.RebuildObserved) {
			clear(o.Edits[1].Builds[0].Installed)
		},
		"two ran 1 of 9 steps":                  func(o *record.RebuildObserved) { o.Controls[1].StepsRun = 1 },
		"both ends of one":                      func(o *record.RebuildObserved) { clear(o.Controls[0].Installs) },
		"the front-end edit did not reach one:": func(o *record.RebuildObserved) { o.Edits[0].Builds[0].StepsRun = 0 },
	} {
		o := rebuilt()
		change(&o)
		text := rebuildText(record.Observed{Rebuild: &o})
		saysOfClaim(t, words, text, words)
		if len(text.sheets) != 2 || len(text.sheets[0].rows) != 6 || len(text.sheets[1].rows) != 2 {
			t.Errorf("%s: sheets %+v", words, text.sheets)
		}
	}
}

func TestRebuildEvidence(t *testing.T) {
	o := rebuilt()
	o.Edits[0].Builds[1].StepsTook = 3 * time.Second
	o.Edits[2].Builds[1].Pull = record.LayerPull{Of: 3}
	text := rebuildText(record.Observed{Rebuild: &o})
	said := strings.Join(text.evidence, "\n")
	for _, words := range []string{
		"Front-end edit (a file): rebuilt in 1.0 s (one) to 3.0 s (two); to pull, 1.235 MB (one) to 1.235 MB (",
		"to pull, 0 MB (two) to 1.235 MB (one)",
		"After the base update there is nothing to pull for two:",
		"took 1.0 to 1.0 s",
	} {
		if !strings.Contains(said, words) {
			t.Errorf("%s\ndoes not say “%s”", said, words)
		}
	}
}
