package main

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

func compareCommand() *cobra.Command {
	var all, force bool
	var gateFile, as string
	c := &cobra.Command{
		Use:   "compare A B",
		Short: "Compare two recorded runs: what became better or worse from A to B",
		Long: `Compare two recorded runs, each its run.jsonl or the folder that has it. Of every metric that both measured: the
factor from A to B with its interval, and better, worse, or ~ where the interval includes 1. Both runs' values are
divided by the baseline's of the same round, so that a machine that was slower in one of them changes nothing.

Runs that were not measured alike (another machine, engine or base image, other loads) are refused, with what differs;
the commit may differ: it is what most comparisons are about.`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 2 {
				return fmt.Errorf("give two runs: spabench compare A B, each its run.jsonl or the folder that has it")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			budgets, err := readGate(gateFile)
			if err != nil {
				return err
			}
			a, err := readRun(args[0])
			if err != nil {
				return err
			}
			b, err := readRun(args[1])
			if err != nil {
				return err
			}
			if as != "" {
				if a, b, err = renamed(a, b, as); err != nil {
					return fmt.Errorf("--as %s: %w", as, err)
				}
			}
			if differ := table.Differences(a, b); len(differ) > 0 {
				var lines []string
				for _, d := range differ {
					lines = append(lines, "  "+d.String())
				}
				what := "the runs were not measured alike:\n" + strings.Join(lines, "\n")
				if !force {
					return fmt.Errorf("compare: %s\nA difference between them may be one of these; --force compares them all the same", what)
				}
				_, _ = fmt.Fprintln(cmd.ErrOrStderr(), what)
			}
			if err := table.Compare(cmd.OutOrStdout(), a, b, all); err != nil {
				return err
			}
			return hold(cmd.OutOrStdout(), b, budgets)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "every metric, without a difference too")
	c.Flags().StringVar(&as, "as", "", "compare one variant of A with another of B, as if they were builds of one: planted-cpu=embedded-go takes B's planted-cpu for embedded-go")
	c.Flags().StringVar(&gateFile, "gate", "", "hold run B against the budgets in this file; exit 1 if one is broken")
	c.Flags().BoolVar(&force, "force", false, "runs that were not measured alike too")
	return c
}

// renamed leaves of run A the variant that the text names last, of run B the one that it names first, under the other's
// name.
func renamed(a, b record.Run, text string) (record.Run, record.Run, error) {
	of, as, ok := strings.Cut(text, "=")
	if !ok || of == "" || as == "" {
		return a, b, errors.New("give the variant of B and the one of A that it is taken for: planted-cpu=embedded-go")
	}
	if !slices.Contains(a.Plan.Variants, as) {
		return a, b, fmt.Errorf("run A has no %s; it has %s", as, strings.Join(a.Plan.Variants, ", "))
	}
	if !slices.Contains(b.Plan.Variants, of) {
		return a, b, fmt.Errorf("run B has no %s; it has %s", of, strings.Join(b.Plan.Variants, ", "))
	}
	return table.Alone(a, as, as), table.Alone(b, of, as), nil
}
