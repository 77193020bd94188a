package main

import (
	"fmt"
	"io"
	"os"

	"spabench/harness/internal/gate"
	"spabench/harness/internal/record"
)

// readGate reads the budgets of a file; none where none is named.
func readGate(path string) ([]gate.Budget, error) {
	if path == "" {
		return nil, nil
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the gate: %w", err)
	}
	defer func() { _ = f.Close() }()
	budgets, err := gate.Read(f)
	if err != nil {
		return nil, fmt.Errorf("read the gate: %s: %w", path, err)
	}
	return budgets, nil
}

// hold holds the run against the budgets and says what became of each. A broken one is errNonconforming.
func hold(w io.Writer, run record.Run, budgets []gate.Budget) error {
	if len(budgets) == 0 {
		return nil
	}
	results, err := gate.Hold(run, budgets)
	if err != nil {
		return fmt.Errorf("hold the gate: %w", err)
	}
	broken := 0
	_, _ = fmt.Fprintln(w, "\nGATE")
	for _, r := range results {
		verdict := "holds "
		if r.Broken {
			verdict = "BROKEN"
			broken++
		}
		_, _ = fmt.Fprintf(w, "  %s  line %d: %s\n          %s: %s\n", verdict, r.Budget.Line, r.Budget.Text, r.Arm, r.Says)
	}
	if broken > 0 {
		_, _ = fmt.Fprintf(w, "%d of %d broken\n", broken, len(results))
		return errNonconforming
	}
	return nil
}
