package main

import (
	"path/filepath"
	"testing"

	"spabench/harness/internal/record"
)

// TestPublishedMemory holds what the harness itself takes in real runs: a benchmark that fills the machine's memory
// would measure that. It is held on published runs, since a test binary and the race detector take memory of their own.
func TestPublishedMemory(t *testing.T) {
	runs, err := filepath.Glob(filepath.Join(checkout(t), "results", "*", "run.jsonl"))
	if err != nil || len(runs) == 0 {
		t.Skip("nothing is published yet")
	}
	for _, file := range runs {
		run, err := record.Read(file)
		if err != nil {
			t.Fatal(err)
		}
		if run.End != nil && run.End.PeakMemory > 200e6 {
			t.Errorf("%s: the harness took %d bytes, want at most 200 MB", file, run.End.PeakMemory)
		}
	}
}
