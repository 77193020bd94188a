package lab

import (
	"archive/tar"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
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
		return untar(res.Content, dir)
	})
	if err != nil {
		return fmt.Errorf("extract %s of %s: %w", folder, ref, err)
	}
	return nil
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

// untar writes the regular files of an archive to dir, without the top folder that contains them all.
func untar(r io.Reader, dir string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	tr := tar.NewReader(r)
	for {
		hdr, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		_, name, ok := strings.Cut(filepath.ToSlash(filepath.Clean(hdr.Name)), "/")
		if !ok || hdr.Typeflag != tar.TypeReg {
			continue
		}
		if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		f, err := root.Create(name)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, tr)
		if err := errors.Join(err, f.Close()); err != nil {
			return err
		}
	}
}
