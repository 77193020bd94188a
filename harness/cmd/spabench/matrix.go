package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spabench/harness/internal/bench"
	"spabench/harness/internal/nearest"
	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
	"spabench/variants"
)

// explanations is the page, beside the folders of the runs, that matrices link to.
const explanations = "checks.md"

func matrixCommand() *cobra.Command {
	var only []string
	var out string
	c := &cobra.Command{
		Use:   "matrix",
		Short: "Check the variants and the recipes, and write the matrix",
		Long: `Build every variant and every recipe from its Dockerfiles, run every check of the suite against its containers, and
write the reports, unmodified, and a matrix of servers by checks into a new folder. Nothing is measured. Recipes are the
short forms that documentation prints; what they fail is the finding, and no failure of the run.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			root, err := projectRoot()
			if err != nil {
				return err
			}
			servers, err := selectServers(only)
			if err != nil {
				return err
			}
			plan := bench.MatrixPlan(servers)
			plan.Command = "make matrix"
			if len(only) > 0 {
				plan.Command += fmt.Sprintf(" ARGS=%q", "--only "+strings.Join(only, ","))
			}
			if out == "" {
				out = freeName(filepath.Join(root, "results", time.Now().Format(time.DateOnly)+"-conformance"))
			}
			return matrix(cmd, root, out, plan)
		},
	}
	f := c.Flags()
	f.StringSliceVar(&only, "only", nil, "check these variants and recipes alone, comma-separated (spabench list variants)")
	f.StringVar(&out, "out", "", "folder to write into, which must not hold a run yet (default results/<date>-conformance)")
	return c
}

// matrix makes the run and writes its page, also when Ctrl-C ended it.
func matrix(cmd *cobra.Command, root, out string, plan bench.Plan) error {
	file := filepath.Join(out, table.ReportsFile)
	if _, err := os.Lstat(file); err == nil {
		return fmt.Errorf("--out %s: a run is there already, and runs are never overwritten; choose another folder or move it away", out)
	}
	removeEmpty, err := makeFolder(out)
	if err != nil {
		return fmt.Errorf("make the results folder: %w", err)
	}
	p := newProgress(cmd.ErrOrStderr())
	benchErr := bench.Run(cmd.Context(), bench.Options{Root: root, Record: file, Plan: plan, Progress: p})
	p.finish()
	if info, err := os.Stat(file); err != nil || info.Size() == 0 { // nothing was recorded: leave nothing behind
		_ = os.Remove(file)
		removeEmpty()
		return benchErr
	}
	run, err := record.Read(file)
	if cut := new(record.TruncatedError); err != nil && !errors.As(err, &cut) {
		return errors.Join(benchErr, err)
	}
	if err := table.Text(cmd.OutOrStdout(), run, "conformance"); err != nil {
		return errors.Join(benchErr, err)
	}
	page, err := table.Matrix(run, filepath.Base(out), "../"+explanations)
	if err != nil {
		return errors.Join(benchErr, err)
	}
	if err := os.WriteFile(filepath.Join(out, "README.md"), []byte(page), 0o644); err != nil {
		return errors.Join(benchErr, fmt.Errorf("write the matrix: %w", err))
	}
	if abs, err := filepath.Abs(out); err == nil && filepath.Dir(abs) == filepath.Join(root, "results") {
		benchErr = errors.Join(benchErr, writeResults(root))
	}
	_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "\nwritten to %s: %s, README.md (the matrix)\n", out, table.ReportsFile)
	return benchErr
}

// selectServers returns the named variants and recipes in the catalogue's order; all, when none is named. The floor is
// no subject of conformance.
func selectServers(only []string) ([]variants.Variant, error) {
	return named("variant or recipe", append(strategies(), variants.Recipes()...), only)
}

// strategies are the variants that serve the application: all but the baseline.
func strategies() []variants.Variant { return variants.OfKind(variants.Strategy, variants.Optional) }

// named returns those of the names, in the order of all; all, when nothing is named. What they are is for the error.
func named(what string, all []variants.Variant, names []string) ([]variants.Variant, error) {
	known := variants.Names(all)
	for _, name := range names {
		if !slices.Contains(known, name) {
			return nil, fmt.Errorf("unknown %s %q; did you mean %q? (spabench list variants)", what, name, nearest.Name(name, known))
		}
	}
	if len(names) == 0 {
		return all, nil
	}
	return slices.DeleteFunc(all, func(v variants.Variant) bool { return !slices.Contains(names, v.Name) }), nil
}
