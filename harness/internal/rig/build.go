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

// BuildDist builds the app with a front end of variants/fronts/, or as the React app if front is "", and copies it out
// of its image. Every variant builds the app itself, to the same bytes: the conformance checks compare them.
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
	err = d.open(os.DirFS(dir))
	if err == nil && d.Script == "" {
		err = errors.New("read the build: index.html loads no script")
	}
	if err != nil {
		return Dist{}, errors.Join(err, d.Remove())
	}
	return d, nil
}

// BuildBoth builds the app with this front end in both editions, as BuildDist does.
func BuildBoth(ctx context.Context, l *lab.Lab, front string) (b Builds, err error) {
	if b.Dist, err = BuildDist(ctx, l, front, lab.Usual); err != nil {
		return Builds{}, err
	}
	if b.Next, err = BuildDist(ctx, l, front, lab.Next); err != nil {
		return Builds{}, errors.Join(err, b.Dist.Remove())
	}
	return b, nil
}

// buildApp builds an image that contains nothing but the app, and returns the folder that it is in.
func buildApp(ctx context.Context, l *lab.Lab, front string, e lab.Edition) (ref, folder string, err error) {
	if front == "" {
		ref, err = l.BuildStage(ctx, "spa", "dist", e)
		return ref, "/dist", err
	}
	ref, err = l.BuildStage(ctx, "front", "dist", lab.Front(front), e)
	return ref, "/spa/dist", err
}

// editionOf is the edition in which a variant's images are built. For a variant with a front end of its own it names an
// image with that front end, which is built first; for one that serves somebody's own build, the image with that.
func editionOf(ctx context.Context, l *lab.Lab, v variants.Variant, e lab.Edition) (lab.Edition, error) {
	if image := v.App.Image; image != "" && e == lab.Usual {
		_, tag, _ := strings.Cut(image, ":")
		return lab.Files("theirs-"+tag, image), nil
	}
	if v.Front == "" || e == lab.Nothing {
		return e, nil
	}
	ref, _, err := buildApp(ctx, l, v.Front, e)
	return lab.Files(strings.TrimSuffix(v.Front+"-"+e.Name, "-"), ref), err
}

// BuildVariant builds and weighs all images of a variant. If that fails, Err of the build says why, and Log has the end
// of the output.
func BuildVariant(ctx context.Context, l *lab.Lab, v variants.Variant) (record.Build, lab.Image) {
	return weigh(ctx, l, v, func() ([]string, error) { return BuildImages(ctx, l, v) })
}

// weigh obtains the images of a variant, and weighs them.
func weigh(
	ctx context.Context, l *lab.Lab, v variants.Variant, obtain func() ([]string, error),
) (record.Build, lab.Image) {
	b := record.Build{Variant: v.Name, Title: v.Title}
	began := time.Now()
	fail := func(err error) (record.Build, lab.Image) {
		b.Took, b.Err = time.Since(began), err.Error()
		var failed *lab.BuildError
		if errors.As(err, &failed) {
			b.Log = failed.Log
		}
		return b, lab.Image{}
	}
	refs, err := obtain()
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
		of := e
		if v.App.Image != "" && !l.Takes(c.Dockerfile, e) {
			of = lab.Usual // a container without files
		}
		ref, err := l.BuildStage(ctx, c.Dockerfile, c.Stage, of)
		if err != nil {
			return nil, err
		}
		refs = append(refs, ref)
	}
	return refs, nil
}

// BuildEdition builds a variant in another edition. Refs are its usual images, which serve for the containers that do
// not depend on the edition.
func BuildEdition(
	ctx context.Context, l *lab.Lab, v variants.Variant, refs []string, e lab.Edition,
) ([]string, error) {
	name := e.Name
	e, err := editionOf(ctx, l, v, e)
	if err != nil {
		return nil, fmt.Errorf("build edition %s of %s: %w", name, v.Name, err)
	}
	refs = slices.Clone(refs)
	for i, c := range v.Containers {
		if !l.Takes(c.Dockerfile, e) {
			continue
		}
		ref, err := l.BuildStage(ctx, c.Dockerfile, "", e)
		if err != nil {
			return nil, fmt.Errorf("build edition %s of %s: %w", name, v.Name, err)
		}
		refs[i] = ref
	}
	return refs, nil
}

// BaseImage is the base image that the lab passes to Dockerfiles as this build argument; the zero value if it passes
// none.
func BaseImage(l *lab.Lab, arg string) lab.Base {
	bases := l.Bases()
	if i := slices.IndexFunc(bases, func(b lab.Base) bool { return b.Arg == arg }); i >= 0 {
		return bases[i]
	}
	return lab.Base{}
}

// RecordImage is the image as records have it.
func RecordImage(i lab.Image) record.Image {
	return record.Image{
		Images: i.Refs, IDs: i.IDs, Unpacked: i.Unpacked, Compressed: i.Compressed,
		Own: i.Own, Layers: i.Layers, Store: i.Store,
	}
}
