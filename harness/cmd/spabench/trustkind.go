package main

import (
	"io"
	"os"
	"time"

	"spabench/harness/internal/bench"
	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// trustKind is what a series of runs tests: regressions in runs, or duels.
type trustKind struct {
	name, flags string // of its results folder, and of its command
	record      string // the file of each run, which tells the kind of a series
	pairs       int    // of consecutive runs, by default
	plan        func(seed uint64, page time.Duration) bench.Plan
	score       func([]record.Run) (trustScore, error)
}

// trustScore is what a series shows.
type trustScore interface {
	Text(w io.Writer) error
	Page(name string) (string, error)
	Holds() bool
}

var (
	runSeries = trustKind{
		name: "trust", record: "run.jsonl", pairs: 19, plan: bench.TrustPlan,
		score: func(runs []record.Run) (trustScore, error) { return table.Score(runs) },
	}
	duelSeries = trustKind{
		name: "duels", flags: "--duels ", record: duelRecord, pairs: 20, plan: bench.TrustDuelPlan,
		score: func(runs []record.Run) (trustScore, error) { return table.ScoreDuels(runs) },
	}
)

// kindIn is the kind of the series in a folder.
func kindIn(dir string) trustKind {
	for _, file := range []string{duelSeries.pilotFile(dir), duelSeries.runFile(dir, 1)} {
		if _, err := os.Stat(file); err == nil {
			return duelSeries
		}
	}
	return runSeries
}
