package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"spabench/harness/internal/bench"
	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// explanations is the page, beside the folders of the runs, that matrices link to.
const explanations = "checks.md"

func matrixCommand() *cobra.Command {
	var only []string
	results := resultsFlags{record: table.ReportsFile}
	c := &cobra.Command{
		Use:   "matrix",
		Short: "Check the variants and the recipes, and write the matrix",
		Long: `Build every variant and every recipe from its Dockerfiles, run all checks of the suite against its
containers, and write the unmodified reports and a matrix of servers by checks into a new folder. Nothing is measured.
Recipes are the short configurations that documentation shows: a check that a recipe fails is a finding, not a failure
of the run.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			root, err := projectRoot()
			if err != nil {
				return err
			}
			servers, err := selectServers(only)
			if err != nil {
				return err
			}
			folder, err := results.folder(cmd.Flags(), root, "conformance")
			if err != nil {
				return err
			}
			plan := bench.MatrixPlan(servers)
			plan.Command = "make matrix"
			if len(only) > 0 {
				plan.Command += fmt.Sprintf(" ARGS=%q", "--only "+strings.Join(only, ","))
			}
			return runMatrix(cmd, folder, plan)
		},
	}
	f := c.Flags()
	f.StringSliceVar(&only, "only", nil,
		"check only the variants and recipes with these `names`, comma-separated (see spabench list variants)")
	results.registerOut(f, "conformance")
	return c
}

// runMatrix makes the run and writes its page, also when Ctrl-C ended it.
func runMatrix(cmd *cobra.Command, folder *resultsFolder, plan bench.Plan) error {
	if err := folder.make(); err != nil {
		return err
	}
	p := newProgress(cmd.ErrOrStderr())
	o := bench.Options{Root: folder.root, Record: folder.file(), Plan: plan, Progress: p}
	benchErr := bench.Run(cmd.Context(), o)
	p.finish()
	if !folder.isRecorded() {
		folder.discard()
		return benchErr
	}
	run, err := record.Read(folder.file())
	if cut := new(record.TruncatedError); err != nil && !errors.As(err, &cut) {
		return errors.Join(benchErr, err)
	}
	if err := table.Text(cmd.OutOrStdout(), run, "conformance"); err != nil {
		return errors.Join(benchErr, err)
	}
	page, err := table.Matrix(run, folder.name(), "../"+explanations)
	contents := table.ReportsFile + " and README.md (the matrix)"
	return errors.Join(benchErr, folder.publish(cmd.ErrOrStderr(), contents, page, err))
}
