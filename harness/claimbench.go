package harness

import (
	"context"
	"errors"
	"slices"

	"spabench/harness/internal/inventory"
	"spabench/harness/internal/lab"
	"spabench/variants"
)

// claimBench is what the tests of claims share: what one has built or looked into, the others need not again.
type claimBench struct {
	rig
	progress Progress
	images   map[string][]string          // by variant: the references, in the order of its containers
	looked   map[string]inventory.Variant // by variant
}

func newClaimBench(l *lab.Lab, o ClaimOptions) *claimBench {
	return &claimBench{rig: rig{lab: l, fronts: map[string]builds{}}, progress: o.Progress,
		images: map[string][]string{}, looked: map[string]inventory.Variant{}}
}

// apps makes the application and its next build ready, as b.dist and b.next.
func (b *claimBench) apps(ctx context.Context) (err error) {
	if b.dist.dir == "" {
		if b.dist, err = buildDist(ctx, b.lab, "", lab.Usual); err != nil {
			return err
		}
	}
	if b.next.dir == "" {
		b.next, err = buildDist(ctx, b.lab, "", lab.Next)
	}
	return err
}

// strategies are the variants that claims are about: all but the floor, and those that differ in their front end alone.
func (b *claimBench) strategies() []variants.Variant {
	return slices.DeleteFunc(variants.All(), func(v variants.Variant) bool { return v.Floor || v.Front != "" })
}

// servers are the strategies without the one that is embedded-go with another library.
func (b *claimBench) servers() []variants.Variant {
	return slices.DeleteFunc(b.strategies(), func(v variants.Variant) bool { return v.Name == "embedded-go-cgo" })
}

// refs builds the images of a variant, once.
func (b *claimBench) refs(ctx context.Context, v variants.Variant) ([]string, error) {
	if refs, is := b.images[v.Name]; is {
		return refs, nil
	}
	refs, err := buildImages(ctx, b.lab, v)
	if err == nil {
		b.images[v.Name] = refs
	}
	return refs, err
}

// inventory looks into the images of a variant, once.
func (b *claimBench) inventory(ctx context.Context, v variants.Variant) (inventory.Variant, error) {
	if of, is := b.looked[v.Name]; is {
		return of, nil
	}
	if err := b.apps(ctx); err != nil {
		return inventory.Variant{}, err
	}
	of := b.look(ctx, v)
	if of.Err != "" {
		return of, errors.New(of.Err)
	}
	b.looked[v.Name] = of
	return of, nil
}

// running lends f a variant that answers correctly, in fresh containers.
func (b *claimBench) running(ctx context.Context, v variants.Variant, o lab.Options, f func(*lab.Running) error) (err error) {
	if err := b.apps(ctx); err != nil {
		return err
	}
	if o.Refs == nil {
		if o.Refs, err = b.refs(ctx, v); err != nil {
			return err
		}
	}
	r, err := b.lab.Create(ctx, v, o)
	if r != nil {
		defer cleaning(ctx, &err, r.Remove)
	}
	if err != nil {
		return err
	}
	g, err := b.of(ctx, v)
	if err != nil {
		return err
	}
	if err := ready(ctx, r, v, g.dist); err != nil {
		return err
	}
	return f(r)
}
