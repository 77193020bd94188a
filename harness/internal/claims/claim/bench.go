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

// Bench is what the tests of claims share: what one has built or looked into, the others need not again.
type Bench struct {
	rig.Rig
	Progress rig.Progress
	images   map[string][]string          // by variant: the references, in the order of its containers
	looked   map[string]inventory.Variant // by variant
}

func New(l *lab.Lab, progress rig.Progress) *Bench {
	return &Bench{Rig: rig.New(l), Progress: progress,
		images: map[string][]string{}, looked: map[string]inventory.Variant{}}
}

// MakeApps makes the application and its next build ready, as b.dist and b.next.
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

// Strategies are the variants that claims are about: all but the floor, and those that differ in their front end alone.
func (b *Bench) Strategies() []variants.Variant {
	served := variants.OfKind(variants.Strategy, variants.Optional)
	return slices.DeleteFunc(served, func(v variants.Variant) bool { return v.Front != "" })
}

// Servers are the strategies without the one that is embedded-go with another library.
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

// Inventory looks into the images of a variant, once.
func (b *Bench) Inventory(ctx context.Context, v variants.Variant) (inventory.Variant, error) {
	if of, is := b.looked[v.Name]; is {
		return of, nil
	}
	if err := b.MakeApps(ctx); err != nil {
		return inventory.Variant{}, err
	}
	of := b.Inspect(ctx, v)
	if of.Err != "" {
		return of, errors.New(of.Err)
	}
	b.looked[v.Name] = of
	return of, nil
}

// Running lends f a variant that answers correctly, in fresh containers.
func (b *Bench) Running(ctx context.Context, v variants.Variant, o lab.Options, f func(*lab.Running) error) (err error) {
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

// Shapes are the servers that differ in where the build is: not the same server of the files before another API.
func (b *Bench) Shapes() []variants.Variant {
	served := map[string]bool{}
	return slices.DeleteFunc(b.Servers(), func(v variants.Variant) bool {
		files, onDisk := v.Files()
		again := onDisk && served[files.Dockerfile]
		served[files.Dockerfile] = true
		return again
	})
}

const AsBrowser = "gzip, deflate, br"

const AsCurl = "identity"
