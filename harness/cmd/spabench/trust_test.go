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

	"github.com/spf13/cobra"

	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
	"spabench/variants"
)

// Every planted regression of the catalogue is looked for in the metric that it is in.
func TestEveryPlantIsScored(t *testing.T) {
	dir := t.TempDir()
	if err := writeSeries(dir, runSeries); err != nil {
		t.Fatal(err)
	}
	score, err := scoreSeries(dir)
	if err != nil {
		t.Fatal(err)
	}
	var scored []string
	for _, p := range score.(table.Trust).Planted {
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
		os.MkdirAll(run, 0o755), writeRun(filepath.Join(run, "run.jsonl")), writeSeries(series, runSeries),
	); err != nil {
		t.Fatal(err)
	}
	page := filepath.Join("results", "2026-01-01-trust", "README.md")
	pages := func() map[string]string {
		p, err := readPublished(root)
		if err != nil {
			t.Fatal(err)
		}
		pages, err := p.resultPages()
		if err != nil {
			t.Fatal(err)
		}
		return pages
	}
	if pages()[page] == "" {
		t.Error("a current series has no page")
	}
	for n := 1; n <= 2; n++ {
		file := runSeries.runFile(series, n)
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		text = bytes.Replace(text, fmt.Appendf(nil, `"schema":%d`, record.Schema), []byte(`"schema":3`), 1)
		if err := os.WriteFile(file, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	older := pages()
	if _, again := older[page]; again {
		t.Error("the page of an older series was rendered again")
	}
	index := older[filepath.Join("results", "README.md")]
	if !strings.Contains(index, "](2026-01-01-trust/README.md)") {
		t.Errorf("the index does not have it:\n%s", index)
	}
}

// madeSeries is a series of test data, its first run, and the command that would go on with it.
func madeSeries(t *testing.T) (*cobra.Command, *resultsFolder, record.Run) {
	t.Helper()
	dir := t.TempDir()
	if err := writeSeries(dir, runSeries); err != nil {
		t.Fatal(err)
	}
	run, err := record.Read(runSeries.runFile(dir, 1))
	if err != nil {
		t.Fatal(err)
	}
	cmd := trustCommand()
	cmd.SetErr(io.Discard)
	cmd.SetContext(t.Context())
	return cmd, &resultsFolder{root: dir, path: dir, record: filepath.Join(pilotName, "run.jsonl")}, run
}

// A series adopts no run of another plan, and tells which one it is and how it differs.
func TestTrustAdoptsNoOtherRun(t *testing.T) {
	cmd, series, run := madeSeries(t)
	own := seriesRun{name: "01", title: "run 1 of 2", plan: run.Plan}
	if kept, err := makeRun(cmd, series, own); err != nil || kept.End == nil {
		t.Errorf("its own run is not kept: %v", err)
	}
	other := own
	other.plan.Seed++
	_, err := makeRun(cmd, series, other)
	if err == nil || !strings.Contains(err.Error(), filepath.Join(series.path, "01")) ||
		!strings.Contains(err.Error(), "\n  seed: 2, then 1") {
		t.Errorf("a run with another seed: %v", err)
	}
	other.settled = []string{"seed"}
	if _, err := makeRun(cmd, series, other); err != nil {
		t.Errorf("the record settles the seed: %v", err)
	}
}

// A run that was measured on another machine than the pilot run is refused before anything is measured: neither the
// complete one nor the rest of one that was cut off becomes part of the series.
func TestTrustStaysOnOneMachine(t *testing.T) {
	t.Setenv("DOCKER_HOST", "tcp://127.0.0.1:1") // nothing can be measured
	cmd, series, run := madeSeries(t)
	series.root = checkout(t)
	pilot := run.Env
	pilot.CPU = "Another Processor"
	elsewhere := seriesRun{name: "01", title: "run 1 of 2", plan: run.Plan, accepts: func(env record.Env) error {
		return asPilot(series, "01", pilot, env)
	}}
	want := "run 01 in " + series.path + " is not measured where and as the pilot run was; " +
		"measure the whole series again, into another folder:\n  cpu: Another Processor, then Test Data Processor"
	if _, err := makeRun(cmd, series, elsewhere); err == nil || err.Error() != want {
		t.Errorf("a complete run: %v, want %s", err, want)
	}
	text, err := os.ReadFile(runSeries.runFile(series.path, 1))
	if err != nil {
		t.Fatal(err)
	}
	end := bytes.LastIndexByte(bytes.TrimSuffix(text, []byte("\n")), '\n') + 1
	if err := os.WriteFile(runSeries.runFile(series.path, 1), text[:end], 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := makeRun(cmd, series, elsewhere); err == nil || err.Error() != want {
		t.Errorf("a run without its end: %v, want %s", err, want)
	}
	pilot = run.Env
	if _, err := makeRun(cmd, series, elsewhere); err == nil || !strings.Contains(err.Error(), "no container engine") {
		t.Errorf("on the same machine it is continued: %v", err)
	}
}
