package main

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// tableFlags say which tables of a run are rendered, and how.
type tableFlags struct {
	format  string
	only    []string
	publish bool
}

func tableCommand() *cobra.Command {
	var f tableFlags
	c := &cobra.Command{
		Use:   "table RUN",
		Short: "Render the tables of a recorded run again",
		Long: `Render the tables of a recorded run again, from its run.jsonl or the folder that contains it. Every table
is derived from the record. In the names of the tables, knee stands for the SLO capacity, cost for the CPU time, and
control for the A/A test. A truncated record is rendered as far as it goes, and the exit code is then 2.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if f.publish {
				return noArgs(cmd, args)
			}
			return oneArg("one run, its run.jsonl or the folder that contains it")(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if f.publish {
				root, err := projectRoot()
				if err != nil {
					return err
				}
				return publish(root)
			}
			return f.run(cmd.OutOrStdout(), args[0])
		},
	}
	c.Flags().StringVar(&f.format, "format", "text", "output `format`: text, markdown, csv, "+
		"json (see spabench schema table) or benchfmt (Go's benchmark format, for benchstat)")
	c.Flags().StringSliceVar(&f.only, "only", nil,
		"render only the tables with these `names`, comma-separated: "+strings.Join(table.Names(), ", "))
	c.Flags().BoolVar(&f.publish, "publish", false,
		"instead of one run, render the pages in results/, their index, and the headline table in README.md again; "+
			"pages of runs that were measured in an older way stay as they are")
	complete(c, "only", table.Names)
	return c
}

func (f *tableFlags) run(w io.Writer, path string) error {
	for _, name := range f.only {
		if !slices.Contains(table.Names(), name) {
			return unknownName("table", name, table.Names(), "spabench table --help")
		}
	}
	if err := knownFormat(f.format, "text", "markdown", "csv", "json", "benchfmt"); err != nil {
		return err
	}
	if f.format == "benchfmt" && len(f.only) > 0 {
		return errors.New(
			"--format benchfmt always has every metric: leave out --only, and select with benchstat -filter")
	}
	run, readErr := readRun(path)
	if cut := new(record.TruncatedError); readErr != nil && !errors.As(readErr, &cut) {
		return readErr
	}
	return errors.Join(f.render(w, run), readErr)
}

func (f *tableFlags) render(w io.Writer, run record.Run) error {
	switch f.format {
	case "markdown":
		return table.Markdown(w, run, f.only...)
	case "csv":
		return table.CSV(w, run, f.only...)
	case "json":
		return table.JSON(w, run, f.only...)
	case "benchfmt":
		return table.Benchfmt(w, run)
	}
	return table.Text(w, run, f.only...)
}

// readRun reads a record by its file or the folder that contains it.
func readRun(path string) (record.Run, error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		path = filepath.Join(path, "run.jsonl")
	}
	return record.Read(path)
}
