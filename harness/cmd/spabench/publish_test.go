package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// TestPublished holds that what is published is what the records give today. After a change of a table: make tables.
func TestPublished(t *testing.T) {
	root := checkout(t)
	runs, err := filepath.Glob(filepath.Join(root, "results", "*", "run.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	readme, _ := os.ReadFile(filepath.Join(root, "README.md")) // without one there is no mark in it
	if len(runs) == 0 && !headline.Match(readme) && !exists(root, "results", "README.md") {
		t.Skip("nothing is published yet: results/ has no run, and README.md no headline")
	}
	fresh, err := pages(root)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range fresh {
		got, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			t.Error(err)
		} else if string(got) != want {
			t.Errorf("%s is not what its record gives, first in line %q; make tables renders it again",
				name, firstDifference(string(got), want))
		}
	}
}

func firstDifference(got, want string) string {
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range g {
		if i >= len(w) || g[i] != w[i] {
			return g[i]
		}
	}
	return w[len(g)]
}

// A checkout in which a bench has written a run: publish brings everything in step with it, and is then idempotent.
func TestPublish(t *testing.T) {
	root := t.TempDir()
	dir := filepath.Join(root, "results", "2026-01-02-test")
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := publish(root); err == nil || !strings.Contains(err.Error(), "no run in") {
		t.Errorf("without a run: %v", err)
	}
	if err := writeRun(filepath.Join(dir, "run.jsonl")); err != nil {
		t.Fatal(err)
	}
	if err := writeSeries(filepath.Join(root, "results", "2026-01-03-trust")); err != nil {
		t.Fatal(err)
	}
	witness := filepath.Join(root, "results", "2026-01-04-witness")
	if err := os.MkdirAll(witness, 0o755); err != nil {
		t.Fatal(err)
	}
	witnessed := record.Witness{Schema: record.WitnessSchema, Variants: []string{"null"}, Rounds: 1}
	if err := witnessed.Write(filepath.Join(witness, record.WitnessFile)); err != nil {
		t.Fatal(err)
	}
	readme := filepath.Join(root, "README.md")
	before := []byte("before\n<!-- headline 2026-01-02-test -->\nstale\n<!-- /headline -->\nafter\n")
	if err := os.WriteFile(readme, before, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := publish(root); err != nil {
		t.Fatal(err)
	}
	b, err := os.ReadFile(readme)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	if strings.Contains(text, "stale") || !strings.Contains(text, "embedded-go") ||
		!strings.HasPrefix(text, "before\n<!-- ") || !strings.HasSuffix(text, "-->\nafter\n") {
		t.Errorf("README.md:\n%s", text)
	}
	for _, file := range []string{
		"results/README.md", "results/2026-01-02-test/README.md", "results/2026-01-03-trust/README.md",
		"results/2026-01-04-witness/README.md",
	} {
		if !exists(root, file) {
			t.Errorf("no %s", file)
		}
	}
	again, err := pages(root)
	index := again[filepath.Join("results", "README.md")]
	if !strings.Contains(index, "](2026-01-03-trust/README.md)") {
		t.Errorf("the index does not name the series:\n%s", index)
	}
	if !strings.Contains(index, "](2026-01-04-witness/README.md)") {
		t.Errorf("the index does not name the run with two generators:\n%s", index)
	}
	if err != nil || again["README.md"] != text {
		t.Errorf("a second rendering is another one, %v", err)
	}
}

func TestWithHeadlineErrors(t *testing.T) {
	runs := []table.Published{{Name: "known", Run: record.Run{}}}
	for _, tc := range []struct{ name, readme, want string }{
		{"no mark", "# spabench\n", "no <!-- headline RUN --> mark"},
		{"no end", "<!-- headline known -->\n", "no <!-- headline RUN --> mark"},
		{"no such run", "<!-- headline unknown -->\n<!-- /headline -->", "names run unknown, which is not in results/"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			text, err := withHeadline(tc.readme, runs)
			if err == nil || !strings.Contains(err.Error(), tc.want) || text != "" {
				t.Errorf("%q, %v", text, err)
			}
		})
	}
}
