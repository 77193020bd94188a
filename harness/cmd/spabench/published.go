package main

import (
	"errors"
	"fmt"
	"path/filepath"

	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// published is what was recorded in the folders of the results: runs, matrices of conformance, series that test the
// benchmark itself, claims, and runs with two load generators.
type published struct {
	runs, matrices []table.Published
	series         []table.PublishedTrust
	duels          []table.PublishedDuels
	claims         []table.PublishedClaims
	witnesses      []table.PublishedWitness
}

// readPublished reads all of it.
func readPublished(root string) (p published, err error) {
	if p.runs, err = recorded(root, "run.jsonl", readShown); err != nil {
		return p, err
	}
	if len(p.runs) == 0 {
		return p, fmt.Errorf("render published runs: no run in %s; make one with spabench bench",
			filepath.Join(root, "results"))
	}
	if p.matrices, err = recorded(root, table.ReportsFile, readShown); err != nil {
		return p, err
	}
	p.series, err = recordedSeries(root, runSeries, func(name string, runs []record.Run) (table.PublishedTrust, error) {
		score, err := table.Score(runs)
		return table.PublishedTrust{Name: name, Trust: score}, err
	})
	if err != nil {
		return p, err
	}
	p.duels, err = recordedSeries(root, duelSeries, func(name string, runs []record.Run) (table.PublishedDuels, error) {
		score, err := table.ScoreDuels(runs)
		return table.PublishedDuels{Name: name, Duels: score}, err
	})
	if err != nil {
		return p, err
	}
	if p.claims, err = recordedClaims(root); err != nil {
		return p, err
	}
	p.witnesses, err = recorded(root, record.WitnessFile, func(name, file string) (table.PublishedWitness, error) {
		witness, err := record.ReadWitness(file)
		return table.PublishedWitness{Name: name, Witness: witness}, err
	})
	return p, err
}

func recordedClaims(root string) ([]table.PublishedClaims, error) {
	return recorded(root, record.ClaimsFile, func(name, file string) (table.PublishedClaims, error) {
		claims, err := record.ReadClaims(file)
		return table.PublishedClaims{Name: name, Claims: claims}, err
	})
}

// recorded reads the records of that name in the folders of the results. The name of the folder is that of the run.
func recorded[T any](root, name string, read func(name, file string) (T, error)) ([]T, error) {
	files, err := filepath.Glob(filepath.Join(root, "results", "*", name))
	if err != nil {
		return nil, err
	}
	var all []T
	for _, f := range files {
		one, err := read(filepath.Base(filepath.Dir(f)), f)
		if err != nil {
			return nil, err
		}
		all = append(all, one)
	}
	return all, nil
}

// readShown reads a run. A truncated one is shown as far as it goes, and called interrupted.
func readShown(name, file string) (table.Published, error) {
	run, err := record.Read(file)
	if cut := new(record.TruncatedError); errors.As(err, &cut) {
		err = nil
	}
	return table.Published{Name: name, Run: run}, err
}
