package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// pilotName is the folder, in that of a series, of the run before all others.
const pilotName = "pilot"

// runName is the folder, in that of a series, of the run with this number, from 1.
func runName(n int) string { return fmt.Sprintf("%02d", n) }

func runFile(dir string, n int) string { return filepath.Join(dir, runName(n), "run.jsonl") }

// readSeries reads the complete runs of a series, up to the first that was cut off.
func readSeries(dir string) ([]record.Run, error) {
	var series []record.Run
	for n := 1; ; n++ {
		run, err := record.Read(runFile(dir, n))
		cut := new(record.TruncatedError)
		switch {
		case errors.Is(err, os.ErrNotExist) && n == 1:
			return nil, fmt.Errorf("read the series in %s: it contains no run: %w", dir, err)
		case errors.Is(err, os.ErrNotExist), err == nil && run.End == nil, errors.As(err, &cut):
			return series, nil
		case err != nil:
			return nil, err
		}
		series = append(series, run)
	}
}

// scoreSeries scores what readSeries reads.
func scoreSeries(dir string) (table.Trust, error) {
	series, err := readSeries(dir)
	if err != nil {
		return table.Trust{}, err
	}
	return table.Score(series)
}

// recordedSeries scores every series in the results folder that has a complete run.
func recordedSeries(root string) ([]table.PublishedTrust, error) {
	first, err := filepath.Glob(runFile(filepath.Join(root, "results", "*"), 1))
	if err != nil {
		return nil, err
	}
	var all []table.PublishedTrust
	for _, file := range first {
		dir := filepath.Dir(filepath.Dir(file))
		series, err := readSeries(dir)
		if err != nil {
			return nil, err
		}
		if len(series) == 0 { // the first run was cut off
			continue
		}
		score, err := table.Score(series)
		if err != nil {
			return nil, err
		}
		all = append(all, table.PublishedTrust{Name: filepath.Base(dir), Trust: score})
	}
	return all, nil
}
