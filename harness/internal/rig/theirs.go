package rig

import (
	"context"
	"errors"
	"os"
	"path/filepath"

	"spabench/harness/internal/built"
	"spabench/harness/internal/lab"
)

// BuildTheirs copies a folder that somebody's build wrote, with compressed copies of its text beside it, and builds an
// image that contains nothing but that. Variants whose App names the image serve it in place of our app.
func BuildTheirs(ctx context.Context, l *lab.Lab, f *built.Folder) (d Dist, image string, err error) {
	if d.Dir, err = os.MkdirTemp("", "spabench-theirs-"); err != nil {
		return Dist{}, "", err
	}
	image, err = d.fill(ctx, l, f)
	if err != nil {
		return Dist{}, "", errors.Join(err, d.Remove())
	}
	return d, image, nil
}

// fill copies the files into the build's folder, and makes the image of them.
func (d *Dist) fill(ctx context.Context, l *lab.Lab, f *built.Folder) (image string, err error) {
	files := filepath.Join(d.Dir, filepath.FromSlash(lab.FilesFolder))
	if err := os.MkdirAll(files, 0o755); err != nil {
		return "", err
	}
	if err := f.Copy(ctx, files); err != nil {
		return "", err
	}
	if err := d.open(os.DirFS(files)); err != nil {
		return "", err
	}
	if d.Visit, err = built.Visit(d.FS); err != nil {
		return "", err
	}
	return l.BuildFiles(ctx, f.Digest[:12], d.Dir)
}
