package lab

import (
	"archive/tar"
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
)

// Layer is one layer of an image.
type Layer struct {
	ID          string // diff id: the digest of its uncompressed archive
	Instruction string // of the Dockerfile, as the builder recorded it; "" if it did not
	Unpacked    int64
	Compressed  int64
	Base        bool // it is also a layer of a base image
}

// Layers returns the layers of an image, the lowest first. They are read from the archive that the engine exports,
// because the engine's own history does not distinguish an instruction that made an empty layer from one that made
// none.
func (l *Lab) Layers(ctx context.Context, ref string) ([]Layer, error) {
	archive, err := l.docker.ImageSave(ctx, []string{l.idOf(ref)})
	if err != nil {
		return nil, fmt.Errorf("export %s: %w", ref, err)
	}
	defer func() { _ = archive.Close() }()
	c, err := readImageConfig(archive)
	if err != nil {
		return nil, fmt.Errorf("read the export of %s: %w", ref, err)
	}
	weights, err := l.weights(ctx, []string{ref}, c.RootFS.DiffIDs)
	if err != nil {
		return nil, err
	}
	base, err := l.baseLayers(ctx)
	if err != nil {
		return nil, err
	}
	instructions := c.instructions()
	layers := make([]Layer, len(c.RootFS.DiffIDs))
	for i, d := range c.RootFS.DiffIDs {
		layers[i] = Layer{ID: d, Unpacked: weights[d].Unpacked, Compressed: weights[d].Compressed, Base: base[d]}
		if len(instructions) == len(layers) { // otherwise the history describes other layers
			layers[i].Instruction = instructions[i]
		}
	}
	return layers, nil
}

// imageConfig is the part of an image's configuration that is needed here.
type imageConfig struct {
	History []struct {
		CreatedBy string `json:"created_by"`
		Comment   string `json:"comment"`
		Empty     bool   `json:"empty_layer"`
	} `json:"history"`
	RootFS struct {
		DiffIDs []string `json:"diff_ids"`
	} `json:"rootfs"`
}

// largestConfig is an upper bound for the size of a configuration, in bytes.
const largestConfig = 1 << 20

// readImageConfig finds the configuration in an archive of docker save with one image. Because the manifest that names
// it comes last, every file that looks like JSON is kept until then.
func readImageConfig(r io.Reader) (imageConfig, error) {
	texts := map[string][]byte{}
	for tr := tar.NewReader(r); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return imageConfig{}, err
		}
		if h.Typeflag != tar.TypeReg || h.Size > largestConfig {
			continue
		}
		content := bufio.NewReader(tr)
		if head, _ := content.Peek(1); len(head) == 0 || head[0] != '{' && head[0] != '[' {
			continue
		}
		if texts[h.Name], err = io.ReadAll(content); err != nil {
			return imageConfig{}, err
		}
	}
	var manifest []struct{ Config string }
	if err := json.Unmarshal(texts["manifest.json"], &manifest); err != nil {
		return imageConfig{}, fmt.Errorf("manifest: %w", err)
	}
	if len(manifest) != 1 {
		return imageConfig{}, fmt.Errorf("manifest of %d images", len(manifest))
	}
	var c imageConfig
	if err := json.Unmarshal(texts[manifest[0].Config], &c); err != nil {
		return c, fmt.Errorf("configuration %s: %w", manifest[0].Config, err)
	}
	return c, nil
}

// instructions returns the instructions that made layers.
func (c imageConfig) instructions() []string {
	var all []string
	for _, h := range c.History {
		if h.Empty {
			continue
		}
		text := instruction(h.CreatedBy)
		if text == "" {
			text = h.Comment
		}
		all = append(all, text)
	}
	return all
}

var (
	noOperation  = regexp.MustCompile(`^/bin/sh -c #\(nop\)\s+`)
	shellForm    = regexp.MustCompile(`^(RUN )?(\|\d+ .*?)?/bin/sh -c `)
	copiedDigest = regexp.MustCompile(`(file|dir|multi):[0-9a-f]{64}\b`)
)

// instruction restores an instruction from what a builder recorded of it. The classic builder marks instructions that
// ran no command, and replaces the names of copied files by a digest; BuildKit appends a comment. Both put the values
// of build arguments before a command.
func instruction(recorded string) string {
	text := strings.TrimSuffix(strings.TrimSpace(recorded), " # buildkit")
	switch {
	case noOperation.MatchString(text):
		text = noOperation.ReplaceAllString(text, "")
	case shellForm.MatchString(text):
		text = "RUN " + shellForm.ReplaceAllString(text, "")
	}
	text = copiedDigest.ReplaceAllString(text, " $1") // the builder puts no space between an option and the digest
	return strings.Join(strings.Fields(text), " ")
}
