package main

import (
	"errors"

	"github.com/spf13/cobra"

	"spabench/harness/internal/described"
	"spabench/harness/internal/rig"
	"spabench/harness/spatest"
)

// startAndCheck starts a server of the project, runs the checks on it as a target that can be started again, and removes
// it. It says which images stay.
func startAndCheck(
	cmd *cobra.Command, added rig.Added, target spatest.Target, check func(spatest.Target) error,
) (err error) {
	ctx, progress := cmd.Context(), newProgress(cmd.ErrOrStderr())
	g, err := rig.OpenEngine(ctx, progress)
	if err != nil {
		return err
	}
	defer rig.CleanUp(ctx, &err, g.Close)
	progress.Line("starting %s", added.Name)
	err = described.WithServer(ctx, g, added, target, check)
	if kept := g.Lab.Kept(); kept != "" {
		progress.Line("%s", kept)
	}
	if errors.Is(err, errNonconforming) {
		return errNonconforming
	}
	return err
}
