package main

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// compareFlags say which runs may be compared, and what is shown.
type compareFlags struct {
	all, force   bool
	gateFile, as string
}

func compareCommand() *cobra.Command {
	var f compareFlags
	c := &cobra.Command{
		Use:   "compare A B",
		Short: "Compare two recorded runs: what became better or worse from A to B",
		Long: `Compare two recorded runs, each given as its run.jsonl or the folder that contains it. For every metric
that both of them measured, show the factor from A to B with its confidence interval, and a verdict: better, worse, ~
if the interval includes 1, or ? if there were too few rounds to tell. The values of each run are divided by the
baseline's in the same round, so that it does not matter if the machine was slower during one of the runs.

Runs that were not measured in the same way (another machine, engine or base image, other loads) are refused, and the
differences are listed. Base images that were made locally from Debian packages are the same if their packages are.
The commit may differ, since that is what most comparisons are about.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return errors.New("compare: give two runs, A and B, each its run.jsonl or the folder that contains it")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			return f.run(cmd.OutOrStdout(), cmd.ErrOrStderr(), args[0], args[1])
		},
	}
	c.Flags().BoolVar(&f.all, "all", false, "show every metric, even without a difference")
	c.Flags().StringVar(&f.as, "as", "",
		"compare a variant of B with another one of A, as if they were the same; "+
			"`variants` is B's=A's, such as planted-cpu=embedded-go")
	c.Flags().StringVar(&f.gateFile, "gate", "",
		"hold run B to the budgets in this `file`; exit code 1 if one is missed")
	c.Flags().BoolVar(&f.force, "force", false, "compare the runs even if they were not measured in the same way")
	return c
}

func (f *compareFlags) run(stdout, stderr io.Writer, fileA, fileB string) error {
	budgets, err := readGate(f.gateFile)
	if err != nil {
		return err
	}
	a, err := readRun(fileA)
	if err != nil {
		return err
	}
	b, err := readRun(fileB)
	if err != nil {
		return err
	}
	if f.as != "" {
		if a, b, err = renamed(a, b, f.as); err != nil {
			return fmt.Errorf("--as %s: %w", f.as, err)
		}
	}
	if differences := table.Differences(a, b); len(differences) > 0 {
		lines := []string{"the runs were not measured in the same way:"}
		for _, d := range differences {
			lines = append(lines, "  "+d.String())
		}
		text := strings.Join(lines, "\n")
		if !f.force {
			return fmt.Errorf("compare: %s\n%s", text,
				"These may be the cause of any difference in the results. To compare the runs anyway, add --force.")
		}
		_, _ = fmt.Fprintln(stderr, text)
	}
	if err := table.Compare(stdout, a, b, f.all); err != nil {
		return err
	}
	return holdTo(stdout, b, budgets)
}

// renamed reduces run A to the variant that the text names last, and run B to the one that it names first, which takes
// the other's name.
func renamed(a, b record.Run, text string) (record.Run, record.Run, error) {
	of, as, ok := strings.Cut(text, "=")
	if !ok || of == "" || as == "" {
		return a, b, errors.New(
			"give the variant of B and the one of A to compare it with, such as planted-cpu=embedded-go")
	}
	if !slices.Contains(a.Plan.Variants, as) {
		return a, b, fmt.Errorf("run A has no variant %s; it has %s", as, strings.Join(a.Plan.Variants, ", "))
	}
	if !slices.Contains(b.Plan.Variants, of) {
		return a, b, fmt.Errorf("run B has no variant %s; it has %s", of, strings.Join(b.Plan.Variants, ", "))
	}
	return table.Alone(a, as, as), table.Alone(b, of, as), nil
}
