package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"

	"github.com/spf13/cobra"

	"spabench/harness/internal/nearest"
	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

func tableCommand() *cobra.Command {
	var format string
	var only []string
	var publishAll bool
	c := &cobra.Command{
		Use:   "table RUN",
		Short: "Render the tables of a recorded run again",
		Long: `Render the tables of a recorded run again, from its run.jsonl or the folder that has it. Every table is derived
from the record. A record that was cut off is rendered as far as it goes; the exit code then is 2.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if publishAll {
				return cobra.NoArgs(cmd, args)
			}
			return oneArg("one run: its run.jsonl, or the folder that has it")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if publishAll {
				root, err := projectRoot()
				if err != nil {
					return err
				}
				return publish(root)
			}
			for _, name := range only {
				if !slices.Contains(table.Names(), name) {
					return fmt.Errorf("unknown table %q; did you mean %q?", name, nearest.Name(name, table.Names()))
				}
			}
			run, readErr := readRun(args[0])
			var cut *record.TruncatedError
			if readErr != nil && !errors.As(readErr, &cut) {
				return readErr
			}
			var err error
			switch w := cmd.OutOrStdout(); format {
			case "text":
				err = table.Text(w, run, only...)
			case "markdown":
				err = table.Markdown(w, run, only...)
			case "csv":
				err = table.CSV(w, run, only...)
			case "json":
				err = table.JSON(w, run, only...)
			case "benchfmt":
				if len(only) > 0 {
					return fmt.Errorf("--format benchfmt has every metric: leave out --only, and choose with benchstat -filter")
				}
				err = table.Benchfmt(w, run)
			default:
				err = fmt.Errorf("--format %q: give text, markdown, csv, json or benchfmt", format)
			}
			return errors.Join(err, readErr)
		},
	}
	c.Flags().StringVar(&format, "format", "text", "text, markdown, csv, json (spabench schema table), or benchfmt (Go's benchmark format, for benchstat)")
	c.Flags().StringSliceVar(&only, "only", nil, "these tables alone, comma-separated")
	c.Flags().BoolVar(&publishAll, "publish", false, "write the pages and the index of all runs in results/, and the README's headline, again")
	return c
}

// readRun reads a record by its file or the folder it stands in.
func readRun(path string) (record.Run, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, "run.jsonl")
	}
	return record.Read(path)
}
