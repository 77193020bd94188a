package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"spabench/harness/internal/record"
)

// pilotName is the folder, in that of a series, of the run before all others.
const pilotName = "pilot"

// runName is the folder, in that of a series, of the run with this number, from 1.
func runName(n int) string { return fmt.Sprintf("%02d", n) }

func (k trustKind) pilotFile(dir string) string { return filepath.Join(dir, pilotName, k.record) }

func (k trustKind) runFile(dir string, n int) string { return filepath.Join(dir, runName(n), k.record) }

// readSeries reads the complete runs of a series, up to the first that was cut off.
func (k trustKind) readSeries(dir string) ([]record.Run, error) {
	var series []record.Run
	for n := 1; ; n++ {
		run, err := record.Read(k.runFile(dir, n))
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
func scoreSeries(dir string) (trustScore, error) {
	k := kindIn(dir)
	series, err := k.readSeries(dir)
	if err != nil {
		return nil, err
	}
	return k.score(series)
}

// recordedSeries reads every series of this kind in the results folder that has a complete run.
func recordedSeries[S any](
	root string, k trustKind, read func(name string, runs []record.Run) (S, error),
) ([]S, error) {
	first, err := filepath.Glob(k.runFile(filepath.Join(root, "results", "*"), 1))
	if err != nil {
		return nil, err
	}
	var all []S
	for _, file := range first {
		dir := filepath.Dir(filepath.Dir(file))
		series, err := k.readSeries(dir)
		if err != nil {
			return nil, err
		}
		if len(series) == 0 { // the first run was cut off
			continue
		}
		one, err := read(filepath.Base(dir), series)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}
