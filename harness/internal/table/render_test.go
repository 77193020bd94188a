package table

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"spabench/harness/internal/record"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with a file in testdata, made from test data: nothing in it was measured.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run go test with -update)", err)
	}
	if got == string(want) {
		return
	}
	gotLines, wantLines := strings.Split(got, "\n"), strings.Split(string(want), "\n")
	for i := range min(len(gotLines), len(wantLines)) {
		if gotLines[i] != wantLines[i] {
			t.Fatalf("%s:%d differs (-update writes it anew)\ngot  %s\nwant %s", path, i+1, gotLines[i], wantLines[i])
		}
	}
	t.Fatalf("%s: %d lines, want %d", path, len(gotLines), len(wantLines))
}

// text is what Text writes; no line of it may be wider than the terminal.
func text(t *testing.T, run record.Run, names ...string) string {
	t.Helper()
	var b bytes.Buffer
	if err := Text(&b, run, names...); err != nil {
		t.Fatal(err)
	}
	for i, line := range strings.Split(b.String(), "\n") {
		if n := utf8.RuneCountInString(line); n > width {
			t.Fatalf("line %d is %d characters wide: %s", i+1, n, line)
		}
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	runs := map[string]record.Run{
		"whole":       fixture(t, 10),
		"one-round":   fixture(t, 1),
		"troubled":    troubled(t),
		"interrupted": interrupted(t),
	}
	// What a reader must be told, whatever the layout, even if the golden files are updated.
	must := map[string][]string{
		"whole": {"a stand-in built on Debian packages", "random seed 42", "95% confidence interval",
			"all 12 have simultaneous 95% confidence", "in slices of 500ms", "16 connections kept alive",
			"completed", "commit 0123456789abcdef"},
		"one-round": {"±?", "×1.16?", "One round cannot say whether it differs from 1."},
		"troubled": {
			"fastapi: build fastapi: pip install: exit status 1 nginx", // its first line only
			"nginx-three-container: 1 of 7 rounds failed (round 3: start",
			"✗ disk-go does not conform",
			"! disk-go: 12 of 35,000 answers under the load",
			"embedded-go p99 of deep-link by 2.60 ms",
			"MUST routing-deep-link (fail)",
			"waives api-405-allow: this stack cannot",
			"with uncommitted changes",
		},
		"interrupted": {"INTERRUPTED after 10 of 50 trials", "The run was interrupted after 10 of 50 trials."},
	}
	for name, run := range runs {
		t.Run(name, func(t *testing.T) {
			shown := text(t, run)
			golden(t, name+".txt", shown)
			for _, want := range must[name] {
				if !strings.Contains(strings.Join(strings.Fields(shown), " "), want) {
					t.Errorf("does not say %q", want)
				}
			}
			page, err := Page(run, name)
			if err != nil {
				t.Fatal(err)
			}
			golden(t, name+".md", page)
		})
	}
	t.Run("csv", func(t *testing.T) {
		var b bytes.Buffer
		if err := CSV(&b, runs["troubled"], "headline", "capacity"); err != nil {
			t.Fatal(err)
		}
		golden(t, "troubled.csv", b.String())
	})
	t.Run("markdown", func(t *testing.T) {
		var b bytes.Buffer
		if err := Markdown(&b, runs["whole"], "memory"); err != nil {
			t.Fatal(err)
		}
		golden(t, "memory.md", b.String())
	})
	t.Run("headline", func(t *testing.T) {
		headline, err := Headline(runs["whole"], "whole")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "headline.md", headline)
	})
	t.Run("index", func(t *testing.T) {
		later := runs["one-round"]
		later.Started = later.Started.AddDate(0, 1, 0)
		all := []Published{{"whole", runs["whole"]}, {"one-round", later}, {"interrupted", runs["interrupted"]}}
		index, err := Index(all, nil, nil, nil, nil, nil, "")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "index.md", index)
	})
}

func TestNothingMeasured(t *testing.T) {
	run := fixture(t, 1)
	run.Builds, run.Conformance, run.Rounds, run.Trials, run.End = nil, nil, nil, nil, nil
	if got := text(t, run); !strings.Contains(got, "interrupted before its first round") {
		t.Errorf("does not say why there is nothing:\n%s", got)
	}
	if _, err := Page(run, "empty"); err != nil {
		t.Error(err)
	}
	if _, err := Page(record.Run{}, "blank"); err != nil {
		t.Error(err)
	}
}

// Extremes must not break the layout.
func TestWidth(t *testing.T) {
	run := fixture(t, 2)
	for i := range run.Trials {
		if start := run.Trials[i].Start; i%3 == 0 {
			start.Page *= 9000
			start.API *= 90000
		}
		for j := range run.Trials[i].Loads {
			slow(&run.Trials[i].Loads[j], 12345)
		}
	}
	for i, name := range run.Plan.Variants {
		long := name + "-traefik" // 29 characters at most
		run.Plan.Variants[i] = long
		for j := range run.Trials {
			if run.Trials[j].Variant == name {
				run.Trials[j].Variant = long
			}
		}
	}
	run.Plan.Baseline = run.Plan.Variants[4]
	text(t, run)
}

func TestRefuses(t *testing.T) {
	var b bytes.Buffer
	if err := Text(&b, fixture(t, 1), "headlines"); err == nil ||
		!strings.Contains(err.Error(), `"headlines"`) || !strings.Contains(err.Error(), "headline, ") {
		t.Errorf("unknown table: %v", err)
	}
	run := fixture(t, 1)
	run.Trials[0].Loads[0].Lag = "damaged"
	want := "read round 1 of " + run.Trials[0].Variant + " under load page: decode histogram"
	if err := Markdown(&b, run); err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("damaged histogram: %v", err)
	}
	if err := CSV(&b, run); err == nil {
		t.Error("damaged histogram: CSV writes it")
	}
	if _, err := Page(run, "damaged"); err == nil || !strings.Contains(err.Error(), "damaged") {
		t.Errorf("damaged histogram: %v", err)
	}
	if b.Len() > 0 {
		t.Errorf("wrote %q before it failed", b.String())
	}
}

func TestChoose(t *testing.T) {
	run := fixture(t, 1)
	tests := []struct {
		names []string
		want  string
	}{
		{[]string{"latency"}, "latency-page latency-deep-link latency-asset latency-api"},
		{[]string{"latency-api", "headline"}, "headline latency-api"},
		{[]string{"cost"}, "cost cost-frontend"},
		{[]string{"connections"}, "connections"},
		{[]string{"visit"}, ""},
		{nil, "headline conformance image coldstart latency-page latency-deep-link latency-asset latency-api " +
			"connections cost cost-frontend capacity memory"},
	}
	for _, tt := range tests {
		chosen, err := choose(run, tt.names)
		var got []string
		for _, table := range chosen {
			got = append(got, table.Name)
		}
		if err != nil || strings.Join(got, " ") != tt.want {
			t.Errorf("%v: got %v, %v, want %s", tt.names, got, err, tt.want)
		}
	}
	whole := trustworthy(t)
	whole.Plan.Control, whole.Plan.Limits = "embedded-go", &record.Limits{CPUs: 1}
	whole.Trials[0].Start.Throttling = &record.Throttling{Over: 1, Time: 1}
	chosen, err := choose(whole, nil)
	var got []string
	for _, table := range chosen {
		got = append(got, table.Name)
	}
	if want := without(Names(), "latency"); err != nil || !slices.Equal(got, want) {
		t.Errorf("of a run that has everything: got %v, %v, want %v", got, err, want)
	}
	run.Plan.Loads = run.Plan.Loads[:1] // only the page
	if chosen, err := choose(run, []string{"latency", "cost"}); err != nil || len(chosen) != 3 ||
		len(chosen[1].Metrics) != 1 {
		t.Errorf("loads that were not planned: got %+v, %v", chosen, err)
	}
}

func without(names []string, name string) []string {
	var left []string
	for _, n := range names {
		if n != name {
			left = append(left, n)
		}
	}
	return left
}

// The page of a run in the folder of somebody's own project says how to repeat it there.
func TestPageElsewhere(t *testing.T) {
	run := fixture(t, 2)
	run.Plan.Command = "spabench bench --seed 42 --add shop=./Dockerfile"
	page, err := Page(run, "x")
	for _, want := range []string{
		"# with spabench built from its commit 0123456", run.Plan.Command, "spabench table run.jsonl --format markdown",
	} {
		if err != nil || !strings.Contains(page, want) {
			t.Errorf("does not say %q, %v", want, err)
		}
	}
	if strings.Contains(page, "git checkout") || strings.Contains(page, "results/x") {
		t.Error("it speaks of a checkout")
	}
}
