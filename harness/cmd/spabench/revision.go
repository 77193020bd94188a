package main

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"path/filepath"
	"strings"

	"spabench/harness/internal/lab"
)

// commitOf is the commit that a revision of the repository names that the working directory is in; "" if it names none.
func commitOf(ctx context.Context, revision string) string {
	if strings.HasPrefix(revision, "-") {
		return ""
	}
	commit, err := git(ctx, "rev-parse", "--verify", "--quiet", revision+"^{commit}")
	if err != nil {
		return ""
	}
	return commit
}

// git runs a command of git that changes nothing, and returns what it prints.
func git(ctx context.Context, args ...string) (string, error) {
	out, err := exec.CommandContext(ctx, "git", args...).Output()
	if failed := new(exec.ExitError); errors.As(err, &failed) {
		err = fmt.Errorf("git %s: %s", strings.Join(args, " "), strings.TrimSpace(string(failed.Stderr)))
	}
	return strings.TrimSpace(string(out)), err
}

// exportCommit writes the files of a commit into a folder, and returns the path in it of the folder that the working
// directory is in the repository. Neither the repository nor its working tree is touched.
func exportCommit(ctx context.Context, commit, into string) (string, error) {
	top, err := git(ctx, "rev-parse", "--show-toplevel")
	if err != nil {
		return "", err
	}
	prefix, err := git(ctx, "rev-parse", "--show-prefix")
	if err != nil {
		return "", err
	}
	cmd := exec.CommandContext(ctx, "git", "-C", top, "archive", "--format=tar", commit)
	out, err := cmd.StdoutPipe()
	if err != nil {
		return "", err
	}
	if err := cmd.Start(); err != nil {
		return "", err
	}
	err = lab.Untar(out, into, func(h *tar.Header) string { return h.Name })
	_, _ = io.Copy(io.Discard, out)
	if err := errors.Join(err, cmd.Wait()); err != nil {
		return "", fmt.Errorf("export commit %s: %w", commit, err)
	}
	return filepath.Join(into, filepath.FromSlash(prefix)), nil
}
