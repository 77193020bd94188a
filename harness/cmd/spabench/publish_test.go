package main

import (
	"bytes"
	"fmt"
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

// TestPublishedRunsRender holds that records are readable for good: whatever is published, however old, has its tables
// in every format, and its page in the index.
func TestPublishedRunsRender(t *testing.T) {
	root := checkout(t)
	runs, err := recorded(root, "run.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	index, err := os.ReadFile(filepath.Join(root, "results", "README.md"))
	if err != nil && len(runs) > 0 {
		t.Fatal(err)
	}
	for _, r := range runs {
		for _, format := range []string{"text", "markdown", "csv", "json", "benchfmt"} {
			var b bytes.Buffer
			f := tableFlags{format: format}
			if err := f.run(&b, filepath.Join(root, "results", r.Name)); err != nil || b.Len() < 1000 {
				t.Errorf("%s as %s: %d bytes, %v", r.Name, format, b.Len(), err)
			}
		}
		if !strings.Contains(string(index), "]("+r.Name+"/README.md)") {
			t.Errorf("the index does not have %s", r.Name)
		}
	}
}

// What was published from a run that was measured in an older way stays as it is; the index lists it without its costs.
func TestPublishLeavesOldPages(t *testing.T) {
	root := t.TempDir()
	for _, name := range []string{"2026-01-01-old", "2026-01-02-test"} {
		dir := filepath.Join(root, "results", name)
		if err := os.MkdirAll(dir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := writeRun(filepath.Join(dir, "run.jsonl")); err != nil {
			t.Fatal(err)
		}
	}
	file := filepath.Join(root, "results", "2026-01-01-old", "run.jsonl")
	page := filepath.Join(filepath.Dir(file), "README.md")
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	b = bytes.Replace(b, fmt.Appendf(nil, `"schema":%d`, record.Schema), []byte(`"schema":3`), 1)
	readme := "<!-- headline 2026-01-01-old -->\nas it was\n<!-- /headline -->\n"
	for name, text := range map[string]string{
		file: string(b), page: "as it was\n", filepath.Join(root, "README.md"): readme,
	} {
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if err := publish(root); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{page: "as it was\n", filepath.Join(root, "README.md"): readme} {
		if got, err := os.ReadFile(name); err != nil || string(got) != want {
			t.Errorf("%s: %v\n%s", name, err, got)
		}
	}
	if !exists(root, "results", "2026-01-02-test", "README.md") {
		t.Error("the current run has no page")
	}
	index, err := os.ReadFile(filepath.Join(root, "results", "README.md"))
	if err != nil || !strings.Contains(string(index), "](2026-01-01-old/README.md)") ||
		!strings.Contains(string(index), "measured in an older way") {
		t.Errorf("%v\n%s", err, index)
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
