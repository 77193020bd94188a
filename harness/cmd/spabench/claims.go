package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"spabench/harness/internal/claims"
	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

func claimsCommand() *cobra.Command {
	var only []string
	var out string
	var list, resume bool
	c := &cobra.Command{
		Use:   "claims",
		Short: "Test what the article behind this project claims",
		Long: `Test, on real containers, each claim of the article about baking a single-page app into its back end, and write the
verdicts with their evidence into a new folder: ` + record.ClaimsFile + ` and README.md. It is written after each claim, so that what was
judged is kept when the run is cut off, and --resume goes on with it.

Exit code 1 if the test of a claim broke off. That a claim is refuted is a finding, and no failure of the run.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if list {
				return listClaims(cmd.OutOrStdout())
			}
			root, err := projectRoot()
			if err != nil {
				return err
			}
			switch {
			case resume && out == "":
				return errors.New("--resume goes on with the run in a folder: name it with --out")
			case resume && cmd.Flags().Changed("only"):
				return errors.New("--resume goes on with the claims of the run that is there: leave out --only")
			case out == "":
				out = freeName(filepath.Join(root, "results", time.Now().Format(time.DateOnly)+"-claims"))
			}
			file := filepath.Join(out, record.ClaimsFile)
			if _, err := os.Lstat(file); err == nil && !resume {
				return fmt.Errorf("--out %s: a run is there already, and runs are never overwritten; choose another folder or move it away, or go on with it: --resume --out %s", out, out)
			}
			command := "make claims"
			if len(only) > 0 {
				command += fmt.Sprintf(" ARGS=%q", "--only "+strings.Join(only, ","))
			}
			return runClaims(cmd, out, claims.Options{Root: root, File: file, Only: only, Resume: resume, Command: command})
		},
	}
	f := c.Flags()
	f.StringSliceVar(&only, "only", nil, "test these claims alone, comma-separated (spabench claims --list)")
	f.StringVar(&out, "out", "", "folder to write into, which must not hold a run yet (default results/<date>-claims)")
	f.BoolVar(&list, "list", false, "list the claims and how each is tested; test none")
	f.BoolVar(&resume, "resume", false, "go on with the run in the folder of --out: claims that it has judged are kept")
	complete(c, "only", claims.IDs)
	return c
}

// claims makes the run and writes its page, also when Ctrl-C ended it.
func runClaims(cmd *cobra.Command, out string, o claims.Options) error {
	removeEmpty, err := makeFolder(out)
	if err != nil {
		return fmt.Errorf("make the results folder: %w", err)
	}
	p := newProgress(cmd.ErrOrStderr())
	o.Progress = p
	run, claimsErr := claims.Judge(cmd.Context(), o)
	p.finish()
	if len(run.Claims) == 0 { // nothing was judged: leave nothing behind
		if !o.Resume {
			_ = os.Remove(o.File)
			removeEmpty()
		}
		return claimsErr
	}
	if err := table.ClaimsText(cmd.OutOrStdout(), run); err != nil {
		return errors.Join(claimsErr, err)
	}
	page, err := table.ClaimsPage(run, filepath.Base(out))
	if err != nil {
		return errors.Join(claimsErr, err)
	}
	if err := os.WriteFile(filepath.Join(out, "README.md"), []byte(page), 0o644); err != nil {
		return errors.Join(claimsErr, fmt.Errorf("write the claims table: %w", err))
	}
	if abs, err := filepath.Abs(out); err == nil && filepath.Dir(abs) == filepath.Join(o.Root, "results") {
		claimsErr = errors.Join(claimsErr, writeResults(o.Root))
	}
	_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "\nwritten to %s: %s, README.md (the claims table)\n", out, record.ClaimsFile)
	return claimsErr
}

func listClaims(w io.Writer) error {
	for i, c := range claims.All() {
		if _, err := fmt.Fprintf(w, "%2d  %s\n    %s\n    %s\n\n", i+1, c.ID, wrap(4, "“"+c.Words+"”"), wrap(4, c.Test)); err != nil {
			return err
		}
	}
	return nil
}

// recordedClaims reads every run in the results folder that tested claims, by the names of their folders.
func recordedClaims(root string) ([]table.PublishedClaims, error) {
	files, err := filepath.Glob(filepath.Join(root, "results", "*", record.ClaimsFile))
	if err != nil {
		return nil, err
	}
	var all []table.PublishedClaims
	for _, f := range files {
		run, err := record.ReadClaims(f)
		if err != nil {
			return nil, err
		}
		all = append(all, table.PublishedClaims{Name: filepath.Base(filepath.Dir(f)), Claims: run})
	}
	return all, nil
}
