// Command spabench builds, checks and measures ways of serving a single-page app.
//
// Exit codes: 0 success; 1 a server does not conform (of those that bench measures: one of ours), a variant or the test
// of a claim failed, the mutation score is below 100%, a budget or a threshold of trust was missed, or this machine
// cannot run the benchmark; 2 spabench could not run. Tables and reports go to standard output, progress and errors to
// standard error.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"spabench/harness/internal/claims"
	"spabench/harness/internal/rig"
)

func main() {
	for name, value := range rig.Environment() {
		_ = os.Setenv(name, value) // it fails only for names that are none
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// errNonconforming is a server that is not as it should be, as its report has told already.
var errNonconforming = errors.New("does not conform")

// run is main without the process: the tests call it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := rootCommand()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err := mistypedCommand(root, args)
	if err == nil {
		err = root.ExecuteContext(ctx)
	}
	switch {
	case err == nil:
		return 0
	case errors.Is(err, rig.ErrVariant), errors.Is(err, claims.ErrBrokenOff):
		_, _ = fmt.Fprintln(stderr, "spabench:", err)
		return 1
	case errors.Is(err, errNonconforming):
		return 1
	case errors.Is(err, context.Canceled):
		_, _ = fmt.Fprintln(stderr, "spabench: interrupted:", err)
		return 2
	default:
		_, _ = fmt.Fprintln(stderr, "spabench:", err)
		return 2
	}
}

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:   "spabench",
		Short: "Which way of serving a single-page app should I deploy?",
		Long: `spabench builds several ways of serving a single-page app from their Dockerfiles, checks that each of
them routes and serves correctly, measures what it costs, and writes tables that anyone can reproduce.

Exit codes: 0 success; 1 a server does not conform (of those that bench measures: one of ours), a variant or the test of
a claim failed, the mutation score is below 100%, a budget or a threshold of trust was missed, or this machine cannot
run the benchmark; 2 spabench could not run.`,
		Args: noArgs,
		RunE: showHelp,

		SilenceErrors: true, SilenceUsage: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(benchCommand(), checkCommand(), matrixCommand(), imageCommand(), listCommand(), mutantsCommand(),
		schemaCommand(), tableCommand(), reportCommand(), compareCommand(), duelCommand(), trustCommand(),
		witnessCommand(),
		claimsCommand(), siteCommand(), serveCommand(), initCommand(), doctorCommand(), cleanCommand(), distCommand())
	root.Version = "set"          // adds the flag; what it prints is the template
	root.InitDefaultVersionFlag() // help lists it, whichever way it is asked for
	root.SetVersionTemplate(versionText())
	root.SetHelpCommand(helpCommand(root))
	prepareUsage(root)
	return root
}
