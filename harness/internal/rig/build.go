package rig

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/variants"
)

// BuildDist builds the application that variants with that front end serve, and copies it out of its image.
// Every variant's own build makes the same bytes again; the conformance checks compare them.
func BuildDist(ctx context.Context, l *lab.Lab, front string, e lab.Edition) (Dist, error) {
	ref, folder, err := buildApp(ctx, l, front, e)
	if err != nil {
		return Dist{}, err
	}
	dir, err := os.MkdirTemp("", "spabench-dist-")
	if err != nil {
		return Dist{}, fmt.Errorf("copy the build: %w", err)
	}
	d := Dist{Dir: dir}
	if err := l.Extract(ctx, ref, folder, dir); err != nil {
		return Dist{}, errors.Join(err, d.Remove())
	}
	if err := d.open(os.DirFS(dir)); err != nil {
		return Dist{}, errors.Join(err, d.Remove())
	}
	return d, nil
}

// buildApp builds an image with nothing but the application, and says in which folder: with the front end in that folder
// of variants/fronts/, or with the React app.
func buildApp(ctx context.Context, l *lab.Lab, front string, e lab.Edition) (ref, folder string, err error) {
	if front == "" {
		ref, err = l.BuildStage(ctx, "spa", "dist", e)
		return ref, "/dist", err
	}
	ref, err = l.BuildStage(ctx, "front", "dist", lab.Front(front), e)
	return ref, "/spa/dist", err
}

// editionOf is the edition of a variant's images: where it has a front end of its own, the one with that build of it,
// which is built first.
func editionOf(ctx context.Context, l *lab.Lab, v variants.Variant, e lab.Edition) (lab.Edition, error) {
	if v.Front == "" || e == lab.Nothing {
		return e, nil
	}
	ref, _, err := buildApp(ctx, l, v.Front, e)
	return lab.Files(strings.TrimSuffix(v.Front+"-"+e.Name, "-"), ref), err
}

// BuildVariant builds all images of a variant. What went wrong is in the build's Err, with the end of its output.
func BuildVariant(ctx context.Context, l *lab.Lab, v variants.Variant) (record.Build, lab.Image) {
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
	refs, err := BuildImages(ctx, l, v)
	if err != nil {
		return fail(err)
	}
	b.Took = time.Since(began)
	img, err := l.Weigh(ctx, refs)
	if err != nil {
		return fail(err)
	}
	recorded := RecordImage(img)
	b.Image = &recorded
	return b, img
}

// BuildImages builds the images of a variant, in the order of its containers.
func BuildImages(ctx context.Context, l *lab.Lab, v variants.Variant) ([]string, error) {
	e, err := editionOf(ctx, l, v, lab.Usual)
	if err != nil {
		return nil, err
	}
	var refs []string
	for _, c := range v.Containers {
		ref, err := l.BuildStage(ctx, c.Dockerfile, c.Stage, e)
		if err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	return refs, nil
}

func BaseImage(l *lab.Lab, arg string) lab.Base {
	bases := l.Bases()
	if i := slices.IndexFunc(bases, func(b lab.Base) bool { return b.Arg == arg }); i >= 0 {
		return bases[i]
	}
	return lab.Base{}
}

func RecordImage(i lab.Image) record.Image {
	return record.Image{
		Images: i.Refs, IDs: i.IDs, Unpacked: i.Unpacked, Compressed: i.Compressed,
		Own: i.Own, Layers: i.Layers, Store: i.Store,
	}
}
