package lab

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"strings"

	"github.com/moby/moby/client"
)

// Extract copies a folder from an image to dir, without running anything from the image.
func (l *Lab) Extract(ctx context.Context, ref, folder, dir string) error {
	err := l.unstarted(ctx, ref, func(id string) error {
		res, err := l.docker.CopyFromContainer(ctx, id, client.CopyFromContainerOptions{SourcePath: folder})
		if err != nil {
			return err
		}
		defer func() { _ = res.Content.Close() }()
		return Untar(res.Content, dir, fileBelowTop)
	})
	if err != nil {
		return fmt.Errorf("extract %s of %s: %w", folder, ref, err)
	}
	return nil
}

// fileBelowTop names the regular files of an archive without the top folder that contains them all.
func fileBelowTop(h *tar.Header) string {
	if h.Typeflag != tar.TypeReg {
		return ""
	}
	_, name, _ := strings.Cut(path.Clean(h.Name), "/")
	return name
}

// ReadFile passes the content of one file of an image to read, without running anything from the image.
func (l *Lab) ReadFile(ctx context.Context, ref, file string, read func(content io.Reader) error) error {
	err := l.unstarted(ctx, ref, func(id string) error {
		res, err := l.docker.CopyFromContainer(ctx, id, client.CopyFromContainerOptions{SourcePath: file})
		if err != nil {
			return err
		}
		defer func() { _ = res.Content.Close() }()
		archive := tar.NewReader(res.Content)
		if h, err := archive.Next(); err != nil {
			return err
		} else if h.Typeflag != tar.TypeReg {
			return errors.New("not a regular file")
		}
		return read(archive)
	})
	if err != nil {
		return fmt.Errorf("read %s of %s: %w", file, ref, err)
	}
	return nil
}
