package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"spabench/harness/internal/record"
	"spabench/variants"
)

// Every planted regression of the catalogue is looked for in the metric that it is in.
func TestEveryPlantIsScored(t *testing.T) {
	dir := t.TempDir()
	if err := writeSeries(dir); err != nil {
		t.Fatal(err)
	}
	score, err := scoreSeries(dir)
	if err != nil {
		t.Fatal(err)
	}
	var scored []string
	for _, p := range score.Planted {
		scored = append(scored, p.Arm)
	}
	if want := variants.Names(variants.Regressions()); !slices.Equal(scored, want) {
		t.Errorf("scored are %q, planted are %q", scored, want)
	}
}

// The page of a series that was measured in an older way stays as it was published.
func TestPublishLeavesOldSeries(t *testing.T) {
	root := t.TempDir()
	run, series := filepath.Join(root, "results", "2026-01-02-test"), filepath.Join(root, "results", "2026-01-01-trust")
	if err := errors.Join(
		os.MkdirAll(run, 0o755), writeRun(filepath.Join(run, "run.jsonl")), writeSeries(series),
	); err != nil {
		t.Fatal(err)
	}
	page := filepath.Join("results", "2026-01-01-trust", "README.md")
	runs, err := published(root)
	if err != nil {
		t.Fatal(err)
	}
	if pages, err := runPages(root, runs); err != nil || pages[page] == "" {
		t.Errorf("a current series has no page: %v", err)
	}
	for n := 1; n <= 2; n++ {
		file := runFile(series, n)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text = bytes.Replace(text, fmt.Appendf(nil, `"schema":%d`, record.Schema), []byte(`"schema":3`), 1)
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	pages, err := runPages(root, runs)
	if _, again := pages[page]; err != nil || again {
		t.Errorf("the page of an older series was rendered again, or %v", err)
	}
	index := pages[filepath.Join("results", "README.md")]
	if !strings.Contains(index, "](2026-01-01-trust/README.md)") {
		t.Errorf("the index does not have it:\n%s", index)
	}
}

// A series adopts no run of another plan, and tells which one it is and how it differs.
func TestTrustAdoptsNoOtherRun(t *testing.T) {
	dir := t.TempDir()
	if err := writeSeries(dir); err != nil {
		t.Fatal(err)
	}
	run, err := record.Read(runFile(dir, 1))
	if err != nil {
		t.Fatal(err)
	}
	cmd := trustCommand()
	cmd.SetErr(io.Discard)
	series := &resultsFolder{root: dir, path: dir}
	if kept, err := makeRun(cmd, series, "01", "run 1 of 2", run.Plan); err != nil || kept.End == nil {
		t.Errorf("its own run is not kept: %v", err)
	}
	other := run.Plan
	other.Seed++
	if _, err := makeRun(cmd, series, "01", "run 1 of 2", other, "seed"); err != nil {
		t.Errorf("the record settles the seed: %v", err)
	}
	_, err = makeRun(cmd, series, "01", "run 1 of 2", other)
	if err == nil || !strings.Contains(err.Error(), filepath.Join(dir, "01")) || !strings.Contains(err.Error(), "\n  seed: 2, then 1") {
		t.Errorf("a run with another seed: %v", err)
	}
}
