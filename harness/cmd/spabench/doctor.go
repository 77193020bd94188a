package main

import (
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"spabench/harness/internal/doctor"
)

func doctorCommand() *cobra.Command {
	var asJSON bool
	var spin time.Duration
	c := &cobra.Command{
		Use:   "doctor",
		Short: "Say whether this machine can measure, and what to do if not",
		Long: `Look at the container engine, the base images, the CPUs, the disk and the browser, measure for ten
seconds how evenly the CPUs run, and say what that means for a run, and what you can do about it. Nothing is installed,
started or changed.

Exit code 1 if a run is not possible.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if spin < 0 {
				return fmt.Errorf("--spin %s: give a duration that is not negative", spin)
			}
			root, _, _ := sources() // that there is none is a finding
			findings, err := doctor.Examine(cmd.Context(), root, spin)
			if err != nil {
				return err
			}
			if err := writeFindings(cmd.OutOrStdout(), findings, asJSON); err != nil {
				return err
			}
			if !doctor.CanMeasure(findings) {
				return errNonconforming
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, "print the findings as JSON")
	c.Flags().DurationVar(&spin, "spin", 10*time.Second, "measure the noise for this `time`")
	return c
}

// writeFindings writes what was found, and in the end what it means.
func writeFindings(w io.Writer, findings []doctor.Finding, asJSON bool) error {
	if asJSON {
		return list(w, true, findings, nil)
	}
	const column = 20 // state and subject come before it
	notes, problems := 0, 0
	for _, f := range findings {
		switch f.State {
		case doctor.Limited:
			notes++
		case doctor.Blocked:
			problems++
		}
		_, _ = fmt.Fprintf(w, "%-4s  %-12s  %s\n", f.State, f.Subject, wrap(column, f.Says))
		if f.Do != "" {
			_, _ = fmt.Fprintf(w, "%*s%s\n", column, "", wrap(column, "→ "+f.Do))
		}
	}
	verdict := "This machine can run the benchmark."
	switch {
	case problems > 0:
		verdict = "This machine cannot run the benchmark: see what fails."
	case notes > 0:
		verdict = "This machine can run the benchmark: see the notes for what limits it."
	}
	_, err := fmt.Fprintf(w, "\n%s\n", verdict)
	return err
}
