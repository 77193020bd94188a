package claim

import (
	"context"
	"errors"
	"slices"

	"spabench/harness/internal/inventory"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// Bench is what the tests of claims share, so that what one has built or inspected is at hand for the others.
type Bench struct {
	rig.Rig
	Progress  rig.Progress
	images    map[string][]string          // by variant: the references, in the order of its containers
	inspected map[string]inventory.Variant // by variant
}

// New makes a bench on which nothing is built yet.
func New(l *lab.Lab, progress rig.Progress) *Bench {
	return &Bench{
		Rig: rig.New(l), Progress: progress,
		images: map[string][]string{}, inspected: map[string]inventory.Variant{},
	}
}

// MakeApps builds the application and its next build, once, as b.Dist and b.Next.
func (b *Bench) MakeApps(ctx context.Context) (err error) {
	if b.Dist.Dir == "" {
		if b.Dist, err = rig.BuildDist(ctx, b.Lab, "", lab.Usual); err != nil {
			return err
		}
	}
	if b.Next.Dir == "" {
		b.Next, err = rig.BuildDist(ctx, b.Lab, "", lab.Next)
	}
	return err
}

// Strategies are the variants that claims are about: all but the floor, and those that differ only in their front end.
func (b *Bench) Strategies() []variants.Variant {
	served := variants.OfKind(variants.Strategy, variants.Optional)
	return slices.DeleteFunc(served, func(v variants.Variant) bool { return v.Front != "" })
}

// Servers are the strategies without the one that differs from embedded-go only in a library.
func (b *Bench) Servers() []variants.Variant {
	return slices.DeleteFunc(b.Strategies(), func(v variants.Variant) bool { return v.Name == "embedded-go-cgo" })
}

// Refs builds the images of a variant, once.
func (b *Bench) Refs(ctx context.Context, v variants.Variant) ([]string, error) {
	if refs, is := b.images[v.Name]; is {
		return refs, nil
	}
	refs, err := rig.BuildImages(ctx, b.Lab, v)
	if err == nil {
		b.images[v.Name] = refs
	}
	return refs, err
}

// Inventory inspects the images of a variant, once.
func (b *Bench) Inventory(ctx context.Context, v variants.Variant) (inventory.Variant, error) {
	if of, is := b.inspected[v.Name]; is {
		return of, nil
	}
	if err := b.MakeApps(ctx); err != nil {
		return inventory.Variant{}, err
	}
	of := b.Inspect(ctx, v)
	if of.Err != "" {
		return of, errors.New(of.Err)
	}
	b.inspected[v.Name] = of
	return of, nil
}

// Running lends f a variant that serves correctly, in fresh containers.
func (b *Bench) Running(
	ctx context.Context, v variants.Variant, o lab.Options, f func(*lab.Running) error,
) (err error) {
	if err := b.MakeApps(ctx); err != nil {
		return err
	}
	if o.Refs == nil {
		if o.Refs, err = b.Refs(ctx, v); err != nil {
			return err
		}
	}
	r, err := b.Lab.Create(ctx, v, o)
	if r != nil {
		defer rig.CleanUp(ctx, &err, r.Remove)
	}
	if err != nil {
		return err
	}
	g, err := b.For(ctx, v)
	if err != nil {
		return err
	}
	if err := g.Start(ctx, r, v); err != nil {
		return err
	}
	return f(r)
}

// Shapes are the servers that differ in where the build is; of those that serve its files from the same image, in front
// of different APIs, the first.
func (b *Bench) Shapes() []variants.Variant {
	served := map[string]bool{}
	return slices.DeleteFunc(b.Servers(), func(v variants.Variant) bool {
		files, onDisk := v.Files()
		again := onDisk && served[files.Dockerfile]
		served[files.Dockerfile] = true
		return again
	})
}

// Accept-Encoding as clients send it.
const (
	AsBrowser = "gzip, deflate, br"
	AsCurl    = "identity"
)
