package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"

	"github.com/spf13/cobra"

	"spabench/harness/spatest/mutant"
)

func mutantsServeCommand() *cobra.Command {
	var addr string
	c := &cobra.Command{
		Use:   "serve NAME",
		Short: "Serve a mutant, an oddity or the reference until Ctrl-C",
		Long: `Serve a mutant, an oddity, or "reference", which breaks no rule, until Ctrl-C. The app is a small one
that was made for the suite.`,
		Args: oneArg("one name (see spabench mutants list)"),
		RunE: func(cmd *cobra.Command, args []string) error {
			return serveSpecimen(cmd.Context(), addr, args[0], cmd.ErrOrStderr())
		},
		ValidArgsFunction: func(_ *cobra.Command, args []string, _ string) ([]string, cobra.ShellCompDirective) {
			if len(args) > 0 {
				return nil, cobra.ShellCompDirectiveNoFileComp
			}
			return specimenNames(), cobra.ShellCompDirectiveNoFileComp
		},
	}
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "`address` to listen on; with port 0, on any free port")
	return c
}

func serveSpecimen(ctx context.Context, addr, name string, stderr io.Writer) error {
	served := mutant.Mutant{Name: name, Wrap: func(next http.Handler) http.Handler { return next }}
	description := "breaks no rule"
	if name != referenceName {
		all := specimens()
		i := slices.IndexFunc(all, func(s specimen) bool { return s.Name == name })
		if i < 0 {
			return unknownName("mutant or oddity", name, specimenNames(), "spabench mutants list")
		}
		served = all[i].mutant
		description = fmt.Sprintf("%s (%s for %s)", all[i].Doc, all[i].Kind, all[i].Check)
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", addr)
	if err != nil {
		return fmt.Errorf("serve %s: %w", name, err)
	}
	_, _ = fmt.Fprintf(stderr, "http://%s%s: a server that %s. Press Ctrl-C to stop it.\n",
		listener.Addr(), served.Under, description)
	served.ServeOn(ctx, listener)
	return nil
}
