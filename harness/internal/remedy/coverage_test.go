package remedy

import (
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spabench/harness/internal/cause"
	"spabench/harness/internal/record"
	"spabench/harness/spatest"
)

// none are MUST checks that a server of a published matrix fails and that nothing is known to mend there: what no
// setting changes, or what was not seen to help.
var none = map[string][]string{
	"caddy": {"lifecycle-replace-coherent"}, // for a moment: of two pages of one length and time
	"fiber": {"assets-bytes-exact"},
	"serve": {"lifecycle-replace-coherent"}, // it reads the length before it opens the file
}

// TestFailedMustsHaveRemedies: each MUST check that a server of a published matrix fails has a remedy for that server,
// by its own name or by its cause's, or is in the list above; what is in the list has none.
func TestFailedMustsHaveRemedies(t *testing.T) {
	files, err := filepath.Glob("../../../results/*/reports.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatalf("no recorded reports (%v)", err)
	}
	without := map[string]map[string]bool{}
	for _, file := range files {
		run, err := record.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range run.Conformance {
			s, err := Find(softwareOf(c.Variant))
			if err != nil {
				t.Errorf("%s: which software is it? %v", c.Variant, err)
				continue
			}
			for _, check := range unmended(s, c.Report.Outcomes) {
				if without[s.Name] == nil {
					without[s.Name] = map[string]bool{}
				}
				without[s.Name][check] = true
			}
		}
	}
	for _, s := range Servers() {
		if got := slices.Sorted(maps.Keys(without[s.Name])); !slices.Equal(got, none[s.Name]) {
			t.Errorf("%s: no remedy for %q, want %q", s.Name, got, none[s.Name])
		}
	}
}

// softwareOf is what a server of the published matrices runs.
func softwareOf(variant string) string {
	for _, part := range []struct{ of, software string }{
		{"nginx", "nginx"}, {"caddy", "caddy"}, {"fastapi", "fastapi"}, {"django", "django"}, {"express", "express"},
		{"sirv", "sirv"}, {"serve-single", "serve"},
		{"fiber", "fiber"}, {"embedded-go", "fiber"}, {"disk-go", "fiber"}, {"go", "go"},
	} {
		if strings.Contains(variant, part.of) {
			return part.software
		}
	}
	return ""
}

// unmended are the MUST checks that fail and have no remedy, neither by name nor by cause.
func unmended(s Server, outcomes []spatest.Outcome) []string {
	var checks []string
	for _, g := range cause.Of(outcomes) {
		for _, o := range g.Failed {
			if o.Level == spatest.Must && s.Remedy(o.Check) == "" && s.Remedy(g.Name) == "" {
				checks = append(checks, o.Check)
			}
		}
	}
	return checks
}
