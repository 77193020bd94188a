package main

import (
	"fmt"
	"io"
	"os"

	"spabench/harness/internal/gate"
	"spabench/harness/internal/record"
)

// readBudgets reads the budgets of a file, and refuses those that no run by the plan can be held to, before it takes
// minutes to make one. No file, no budgets.
func readBudgets(path string, plan record.Plan) ([]gate.Budget, error) {
	budgets, err := readGate(path)
	if err != nil {
		return nil, err
	}
	if _, err := gate.Hold(record.Run{Plan: plan}, budgets); err != nil {
		return nil, fmt.Errorf("--gate %s: %w", path, err)
	}
	return budgets, nil
}

// readGate reads the budgets of a file; none where none is named.
func readGate(path string) ([]gate.Budget, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("--gate: %w", err)
	}
	defer func() { _ = f.Close() }()
	budgets, err := gate.Read(f)
	if err != nil {
		return nil, fmt.Errorf("--gate %s: %w", path, err)
	}
	return budgets, nil
}

// holdTo holds the run to the budgets, and says what became of each. A missed one is errNonconforming.
func holdTo(w io.Writer, run record.Run, budgets []gate.Budget) error {
	if len(budgets) == 0 {
		return nil
	}
	results, err := gate.Hold(run, budgets)
	if err != nil {
		return fmt.Errorf("hold the run to its budgets: %w", err)
	}
	missed := 0
	_, _ = fmt.Fprintln(w, "\nGATE")
	for _, r := range results {
		verdict := "met   "
		if r.Broken {
			verdict = "MISSED"
			missed++
		}
		_, _ = fmt.Fprintf(w, "  %s  line %d: %s\n          %s: %s\n",
			verdict, r.Budget.Line, r.Budget.Text, r.Arm, r.Says)
	}
	if missed > 0 {
		_, _ = fmt.Fprintf(w, "%d of %d budgets missed\n", missed, len(results))
		return errNonconforming
	}
	return nil
}
