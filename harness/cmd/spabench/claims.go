package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"spabench/harness/internal/claims"
	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

func claimsCommand() *cobra.Command {
	var only []string
	var list bool
	results := resultsFlags{
		record: record.ClaimsFile, howToResume: "--resume --out %s", settled: []string{"only"},
	}
	c := &cobra.Command{
		Use:   "claims",
		Short: "Test the claims of the article behind this project",
		Long: `Test each claim of the article about baking a single-page app into its back end, on real containers, and
write the verdicts with their evidence into a new folder: ` + record.ClaimsFile + ` and README.md. The verdicts
are saved after each claim, so that an interrupted run keeps them, and --resume continues it.

Exit code 1 if the test of a claim could not be completed. A refuted claim is a finding, not a failure of the run.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if list {
				return listClaims(cmd.OutOrStdout())
			}
			root, err := projectRoot()
			if err != nil {
				return err
			}
			folder, err := results.folder(cmd.Flags(), root, "claims")
			if err != nil {
				return err
			}
			command := "make claims"
			if len(only) > 0 {
				command += fmt.Sprintf(" ARGS=%q", "--only "+strings.Join(only, ","))
			}
			o := claims.Options{
				Root: root, File: folder.file(), Only: only, Resume: results.resume, Command: command,
			}
			return runClaims(cmd, folder, o)
		},
	}
	f := c.Flags()
	f.StringSliceVar(&only, "only", nil,
		"test only the claims with these `names`, comma-separated (see spabench claims --list)")
	results.registerOut(f, "claims")
	f.BoolVar(&list, "list", false, "list the claims and how each is tested, and test none")
	f.BoolVar(&results.resume, "resume", false,
		"resume the interrupted run in the folder that --out names: the verdicts it has are kept")
	complete(c, "only", claims.IDs)
	return c
}

// runClaims makes the run and writes its page, also when Ctrl-C ended it.
func runClaims(cmd *cobra.Command, folder *resultsFolder, o claims.Options) error {
	if err := folder.make(); err != nil {
		return err
	}
	defer folder.removeEmpty() // after it is unlocked
	unlock, err := record.LockClaims(folder.path)
	if err != nil {
		return err // what is in the folder is another run's
	}
	defer unlock()
	if !o.Resume && folder.isRecorded() {
		return fmt.Errorf("--out %s: another run has begun in this folder meanwhile; choose another folder",
			folder.path)
	}
	p := newProgress(cmd.ErrOrStderr())
	o.Progress = p
	run, claimsErr := claims.Judge(cmd.Context(), o)
	p.finish()
	if errors.Is(claimsErr, record.ErrChanged) {
		return claimsErr // the run was not resumed: its page stays as it is
	}
	if len(run.Claims) == 0 { // nothing was judged: leave nothing behind
		if !o.Resume {
			folder.discard()
		}
		return claimsErr
	}
	if err := table.ClaimsText(cmd.OutOrStdout(), run); err != nil {
		return errors.Join(claimsErr, err)
	}
	page, err := table.ClaimsPage(run, folder.name())
	contents := record.ClaimsFile + " and README.md (the table of claims)"
	return errors.Join(claimsErr, folder.publish(cmd.ErrOrStderr(), contents, page, err))
}

func listClaims(w io.Writer) error {
	for i, c := range claims.All() {
		words, test := wrap(4, "“"+c.Words+"”"), wrap(4, c.Test)
		if _, err := fmt.Fprintf(w, "%2d  %s\n    %s\n    %s\n\n", i+1, c.ID, words, test); err != nil {
			return err
		}
	}
	return nil
}
