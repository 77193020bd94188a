package main

import (
	"bytes"
	"fmt"
	"io"
	"os"

	"spabench/harness/internal/gate"
	"spabench/harness/internal/junit"
	"spabench/harness/internal/table"
)

// writeJUnit writes the verdicts of a duel, and whether its run meets the budgets, to the file that --junit names. A
// case is red exactly where the command fails for it.
func (f *duelFlags) writeJUnit(stdout io.Writer, command string, d table.Duel, budgets []gate.Budget) error {
	if f.junit == "" {
		return nil
	}
	results, err := gate.Hold(d.Run, budgets)
	if err != nil {
		return fmt.Errorf("hold the run to its budgets: %w", err)
	}
	held := junit.Suite{Name: "budgets", Began: d.Run.Started}
	for _, r := range results {
		one := junit.Case{Class: "spabench.duel", Name: r.Arm + ": " + r.Budget.Text}
		if r.Broken {
			one.Failure = &junit.Result{Message: r.Arm + ": " + r.Says, Type: "missed"}
		}
		held.Cases = append(held.Cases, one)
	}
	var b bytes.Buffer
	err = junit.Write(&b, command, d.Took(), append(d.Suites(f.failOn == "worse"), held))
	switch {
	case err != nil:
	case f.junit == "-":
		_, err = stdout.Write(b.Bytes())
	default:
		err = os.WriteFile(f.junit, b.Bytes(), 0o644)
	}
	if err != nil {
		return fmt.Errorf("--junit %s: %w", f.junit, err)
	}
	return nil
}
