package rebuild

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"spabench/harness/internal/lab"
	"spabench/variants"
)

// updateBases puts another layer on every base image that the variants are built on, and returns the build arguments
// that name them.
func (c *changeBench) updateBases(ctx context.Context, all []variants.Variant) (args map[string]string, err error) {
	var texts strings.Builder
	for _, v := range all {
		for _, part := range v.Containers {
			text, err := os.ReadFile(filepath.Join(c.copied.dir, "dockerfiles", part.Dockerfile+".Dockerfile"))
			if err != nil {
				return nil, err
			}
			texts.Write(text)
		}
	}
	args = map[string]string{}
	for _, base := range c.Lab.Bases() {
		if !strings.Contains(texts.String(), "ARG "+base.Arg+"=") {
			continue
		}
		if args[base.Arg], err = updatedBase(ctx, c.builds, base, c.mark); err != nil {
			return nil, err
		}
	}
	return args, nil
}

// updatedBase puts a layer with the mark on a base image. No other build finds in the layer cache what is built on it.
func updatedBase(
	ctx context.Context, builds *lab.Rebuilds, base lab.Base, mark string,
) (ref string, err error) {
	dir, err := os.MkdirTemp("", "spabench-base-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	const dockerfile = "ARG BASE\nFROM ${BASE}\nCOPY update /etc/spabench-update\nLABEL spabench.stage=1\n"
	err = errors.Join(os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(dockerfile), 0o644),
		os.WriteFile(filepath.Join(dir, "update"), []byte(mark+"\n"), 0o644))
	if err != nil {
		return "", err
	}
	ref, _, err = builds.Build(ctx, lab.Rebuild{
		Context: dir, Dockerfile: "Dockerfile", Args: map[string]string{"BASE": base.Image},
		Tag: "base-" + strings.ToLower(strings.TrimSuffix(base.Arg, "_IMAGE")),
	})
	if err != nil {
		return "", fmt.Errorf("another layer on %s: %w", base.Image, err)
	}
	return ref, nil
}

// newMark returns text that no other run has.
func newMark() string { return strconv.FormatInt(time.Now().UnixMilli(), 36) }
