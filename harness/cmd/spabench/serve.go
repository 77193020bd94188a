package main

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"spabench/variants/fiber/app"
)

func serveCommand() *cobra.Command {
	var addr string
	c := &cobra.Command{
		Use:   "serve [DIR]",
		Short: "Serve the site, or another folder",
		Long: `Serve a folder with the server of the embedded-go variant, without its API: the site of all results that
spabench site has written into ` + siteFolder + ` or, with DIR, the build of another app. All files are read when it
starts; forms in gzip and brotli that are beside a file are sent to clients that accept them. An address that names no
file gets index.html, as a single-page app needs it. Ctrl-C ends it.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return errors.New("serve: give one folder (spabench serve --help)")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			dir, err := servedFolder(args)
			if err != nil {
				return err
			}
			files, err := app.Embedded(os.DirFS(dir))
			if err != nil {
				return fmt.Errorf("serve %s: %w", dir, err)
			}
			listener, err := (&net.ListenConfig{}).Listen(cmd.Context(), "tcp", addr)
			if err != nil {
				return fmt.Errorf("serve: --addr %s: %w", addr, err)
			}
			_, _ = fmt.Fprintf(cmd.ErrOrStderr(), "serving %s on http://%s (Ctrl-C ends it)\n", dir, listener.Addr())
			return app.Serve(cmd.Context(), app.Config{Files: files}, listener)
		},
	}
	c.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "listen on this `address`")
	return c
}

// servedFolder is the folder that is named, or that of the site; one without index.html is an error.
func servedFolder(args []string) (string, error) {
	if len(args) > 0 {
		_, err := os.Stat(filepath.Join(args[0], "index.html"))
		if errors.Is(err, fs.ErrNotExist) {
			err = fmt.Errorf("serve %s: it has no index.html; give the folder that a build wrote", args[0])
		}
		return args[0], err
	}
	root, err := projectRoot()
	if err != nil {
		return "", err
	}
	dir := filepath.Join(root, filepath.FromSlash(siteFolder))
	if _, err := os.Stat(filepath.Join(dir, "index.html")); err != nil {
		return "", fmt.Errorf("serve %s: the site is not there; write it with spabench site (make site)", siteFolder)
	}
	return dir, nil
}
