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
	if err := writeSeries(filepath.Join(root, "results", "2026-01-03-trust"), runSeries); err != nil {
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
	p, err := readPublished(root)
	if err != nil {
		t.Fatal(err)
	}
	again, err := p.pages(root)
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
