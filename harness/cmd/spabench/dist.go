package main

import (
	"context"
	"crypto/sha256"
	"debug/buildinfo"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"spabench/harness/internal/rig"
)

// platforms are what binaries are made for, as GOOS/GOARCH. make lint vets for the same.
var platforms = []string{
	"linux/amd64", "linux/arm64", "darwin/amd64", "darwin/arm64", "windows/amd64", "windows/arm64",
}

func distCommand() *cobra.Command {
	var out string
	var noImage bool
	c := &cobra.Command{
		Use:    "dist",
		Short:  "Build binaries of this command for other systems, and an image of it",
		Hidden: true, // for whoever releases, from a checkout
		Long: `Build this command for Linux, macOS and Windows on amd64 and arm64, with a file of checksums beside
them, and an image that holds nothing but the command.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			root, err := projectRoot()
			if err != nil {
				return err
			}
			p := newProgress(cmd.ErrOrStderr())
			defer p.finish()
			if !filepath.IsAbs(out) {
				out = filepath.Join(root, out)
			}
			built, err := buildBinaries(cmd.Context(), root, out, p)
			if err != nil || noImage {
				return err
			}
			ref, err := rig.BuildCommandLine(cmd.Context(), root, built, p)
			if err != nil {
				return err
			}
			p.Line("built the image %s; docker run --rm --network host %s check http://127.0.0.1:8080",
				ref, strings.TrimSuffix(ref, ":latest"))
			return nil
		},
	}
	c.Flags().StringVar(&out, "out", "dist",
		"write the binaries and SHA256SUMS into this `folder`, relative to the top of the checkout")
	c.Flags().BoolVar(&noImage, "no-image", false, "build only the binaries, which needs no container engine")
	return c
}

// buildBinaries writes a binary for each platform, and SHA256SUMS as sha256sum --check reads it. It returns the version
// that they say they are.
func buildBinaries(ctx context.Context, root, out string, p rig.Progress) (string, error) {
	if err := os.MkdirAll(out, 0o755); err != nil {
		return "", fmt.Errorf("build binaries: %w", err)
	}
	// Sums of earlier binaries are wrong from here on, also if this is interrupted.
	if err := os.Remove(filepath.Join(out, "SHA256SUMS")); err != nil && !errors.Is(err, os.ErrNotExist) {
		return "", fmt.Errorf("build binaries: %w", err)
	}
	built, sums := "", new(strings.Builder)
	for _, platform := range platforms {
		p.Line("building for %s", platform)
		goos, goarch, _ := strings.Cut(platform, "/")
		name := "spabench-" + goos + "-" + goarch
		if goos == "windows" {
			name += ".exe"
		}
		path := filepath.Join(out, name)
		build := exec.CommandContext(ctx,
			"go", "build", "-trimpath", "-ldflags", "-s -w", "-o", path, "./harness/cmd/spabench")
		build.Dir = root
		build.Env = append(os.Environ(), "GOOS="+goos, "GOARCH="+goarch, "CGO_ENABLED=0")
		if text, err := build.CombinedOutput(); err != nil {
			return "", fmt.Errorf("build for %s: %w\n%s", platform, err, text)
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("build for %s: %w", platform, err)
		}
		fmt.Fprintf(sums, "%x  %s\n", sha256.Sum256(content), name)
		info, err := buildinfo.ReadFile(path)
		if err != nil {
			return "", fmt.Errorf("build for %s: %w", platform, err)
		}
		built = buildVersion(info)
	}
	if err := os.WriteFile(filepath.Join(out, "SHA256SUMS"), []byte(sums.String()), 0o644); err != nil {
		return "", fmt.Errorf("build binaries: %w", err)
	}
	return built, nil
}
