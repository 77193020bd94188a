package harness

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/variants"
)

// buildDist builds the application that every variant serves and copies it out of its image.
// Every variant's own build makes the same bytes again; the conformance checks compare them.
func buildDist(ctx context.Context, l *lab.Lab, e lab.Edition) (dist, error) {
	ref, err := l.BuildStage(ctx, "spa", "dist", e)
	if err != nil {
		return dist{}, err
	}
	dir, err := os.MkdirTemp("", "spabench-dist-")
	if err != nil {
		return dist{}, fmt.Errorf("copy the build: %w", err)
	}
	d := dist{dir: dir}
	if err := l.Extract(ctx, ref, "/dist", dir); err != nil {
		return dist{}, errors.Join(err, d.remove())
	}
	if err := d.open(os.DirFS(dir)); err != nil {
		return dist{}, errors.Join(err, d.remove())
	}
	return d, nil
}

// buildVariant builds all images of a variant. What went wrong is in the build's Err, with the end of its output.
func buildVariant(ctx context.Context, l *lab.Lab, v variants.Variant) (record.Build, lab.Image) {
	b := record.Build{Variant: v.Name, Title: v.Title}
	began := time.Now()
	fail := func(err error) (record.Build, lab.Image) {
		b.Took, b.Err = time.Since(began), err.Error()
		var be *lab.BuildError
		if errors.As(err, &be) {
			b.Log = be.Log
		}
		return b, lab.Image{}
	}
	refs, err := buildImages(ctx, l, v)
	if err != nil {
		return fail(err)
	}
	b.Took = time.Since(began)
	img, err := l.Weigh(ctx, refs)
	if err != nil {
		return fail(err)
	}
	recorded := recordImage(img)
	b.Image = &recorded
	return b, img
}

// buildImages builds the images of a variant, in the order of its containers.
func buildImages(ctx context.Context, l *lab.Lab, v variants.Variant) ([]string, error) {
	var refs []string
	for _, c := range v.Containers {
		ref, err := l.BuildStage(ctx, c.Dockerfile, c.Stage, lab.Usual)
		if err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	return refs, nil
}
