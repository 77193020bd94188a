// Command spabench builds, checks and measures ways of serving a single-page app.
//
// Exit codes: 0 fine; 1 a server does not conform, a variant or the test of a claim failed, or a gate or a bound of trust
// is broken; 2 could not run.
// Tables and reports go to standard output, progress and errors to standard error.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"

	"github.com/spf13/cobra"

	"spabench/harness"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	os.Exit(code)
}

// errNonconforming is a server that is not as it should be, as its report has told already.
var errNonconforming = errors.New("does not conform")

// run is main without the process: the tests call it.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) int {
	root := &cobra.Command{
		Use:   "spabench",
		Short: "Which way of serving a single-page app should I deploy?",
		Long: `spabench builds ways of serving a single-page app from their Dockerfiles, checks that each routes and serves
correctly, measures what it costs, and makes tables that anyone can reproduce.

Exit codes: 0 fine; 1 a server does not conform, a variant or the test of a claim failed, or a gate or a bound of trust is broken; 2 could not run.`,
		SilenceErrors: true, SilenceUsage: true,
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	root.AddCommand(benchCommand(), checkCommand(), matrixCommand(), imageCommand(), listCommand(), mutantsCommand(), schemaCommand(),
		tableCommand(), compareCommand(), trustCommand(), claimsCommand(), cleanCommand(), distCommand())
	root.Version = "set" // adds the flag; what it prints is the template
	root.SetVersionTemplate(versionText())
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), ".FlagUsages", fmt.Sprintf(".FlagUsagesWrapped %d", width)))
	fill(root)
	err := root.ExecuteContext(ctx)
	switch {
	case err == nil:
		return 0
	case errors.Is(err, harness.ErrVariant), errors.Is(err, harness.ErrClaim):
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

// fill fits the texts of a command and those below it to the terminal.
func fill(c *cobra.Command) {
	c.Long = paragraphs(c.Long)
	for _, below := range c.Commands() {
		fill(below)
	}
}

// oneArg demands a single argument, and says what it is.
func oneArg(what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) != 1 {
			return fmt.Errorf("%s: give %s, not %d arguments (%s --help)", cmd.Name(), what, len(args), cmd.CommandPath())
		}
		return nil
	}
}

// paragraphs fills a text written with lines of any length up to the terminal's width. Blank lines stay.
func paragraphs(text string) string {
	parts := strings.Split(text, "\n\n")
	for i, p := range parts {
		parts[i] = wrap(0, strings.ReplaceAll(p, "\n", " "))
	}
	return strings.Join(parts, "\n\n")
}
