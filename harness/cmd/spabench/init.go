package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"spabench/harness/internal/project"
)

func initCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "init [FOLDER]",
		Short: "Look around in a project, and write its " + project.FileName,
		Long: `Look for a build, an API, client routes and Dockerfiles in a folder, by default the working directory,
and write what was found into ` + project.FileName + ` there, with a comment on each guess. What is not sure is
commented out. A file that is there already is never changed.`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("init: give one folder, not %d arguments (%s --help)", len(args), cmd.CommandPath())
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			folder := "."
			if len(args) == 1 {
				folder = args[0]
			}
			return initProject(cmd.OutOrStdout(), folder)
		},
	}
}

// initProject writes the file, and says what to do next.
func initProject(w io.Writer, folder string) error {
	text, servers, err := project.Guess(os.DirFS(folder))
	switch {
	case errors.Is(err, project.ErrNothingFound):
		return fmt.Errorf("%s: %w; build the app first, or write %s by hand (see spabench schema project)",
			folder, err, project.FileName)
	case errors.Is(err, fs.ErrNotExist):
		return fmt.Errorf("there is no folder %s", folder)
	case err != nil:
		return err
	}
	file := filepath.Join(folder, project.FileName)
	if err := create(file, text); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already, and stays as it is; move it away first to have another one written",
			file)
	} else if err != nil {
		return fmt.Errorf("write the project's file: %w", err)
	}
	next := "spabench check URL               checks a server that runs already"
	if len(servers) > 0 {
		next = fmt.Sprintf("spabench check --start %-9s starts a server in a container, and checks it\n"+
			"spabench bench --add %-11s measures it beside ours", servers[0], servers[0])
	}
	_, err = fmt.Fprintf(w, "%s\nwritten to %s; look at the guesses, and then:\n\n%s\n",
		text, file, indented(2, next))
	return err
}

// create writes a new file.
func create(file, text string) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
