package rig

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"spabench/harness/internal/inventory"
	"spabench/harness/internal/lab"
	"spabench/variants"
)

// Images looks into the images of variants, one variant at a time.
type Images struct{ rig Rig }

// OpenImages makes ready to look into images: an engine, base images, and the application that a variant is asked for
// when it runs hardened. Root is the project's folder.
func OpenImages(ctx context.Context, root string, p Progress) (*Images, error) {
	l, err := lab.Open(ctx, root, lab.Prefix, p.Line)
	if err != nil {
		return nil, err
	}
	p.Line("building the application")
	d, err := BuildDist(ctx, l, "", lab.Usual)
	if err != nil {
		CleanUp(ctx, &err, l.Close)
		return nil, err
	}
	return &Images{Rig{Lab: l, Builds: Builds{Dist: d}, Fronts: map[string]Builds{}}}, nil
}

// Close removes all that was made but the images.
func (i *Images) Close(ctx context.Context) (err error) {
	CleanUp(ctx, &err, i.rig.Lab.Close)
	return errors.Join(err, i.rig.Remove())
}

// Look builds a variant, says what stands in its final images and what they weigh, and starts it once hardened. What
// went wrong is in the answer's Err, or in that of its Hardened. The answer's Facts sum it up.
func (i *Images) Look(ctx context.Context, v variants.Variant) inventory.Variant {
	return i.rig.Look(ctx, v)
}

// Layers builds a variant and lists the layers of its images.
func (i *Images) Layers(ctx context.Context, v variants.Variant) (inventory.Layers, error) {
	return i.rig.Layers(ctx, v)
}

// Inventory looks into each variant. One that cannot be built or read, or does not work hardened, is in the report with
// the cause, and the others go on; the error then is ErrVariant.
func (i *Images) Inventory(ctx context.Context, vs []variants.Variant, p Progress) (inventory.Report, error) {
	return i.rig.Inventory(ctx, vs, p)
}

func (g Rig) Inventory(ctx context.Context, vs []variants.Variant, p Progress) (inventory.Report, error) {
	report := inventory.Report{Schema: inventory.Schema}
	var failed, refs []string
	whole := true
	for _, v := range vs {
		p.Line("looking into %s", v.Name)
		of := g.Look(ctx, v)
		if err := ctx.Err(); err != nil {
			return report, err
		}
		if !of.Hardened.Works() {
			failed = append(failed, v.Name)
		}
		for _, img := range of.Images {
			refs = append(refs, img.Image)
		}
		whole = whole && of.Size != nil
		report.Variants = append(report.Variants, of)
	}
	for _, b := range g.Lab.Bases() {
		report.Bases = append(report.Bases, inventory.Base{Name: b.Arg, Image: b.Image, ID: b.ID, StandIn: b.StandIn})
	}
	if whole {
		together, err := g.Lab.Weigh(ctx, refs)
		if err != nil {
			return report, err
		}
		report.Together = sizeOf(together)
	}
	if len(failed) > 0 {
		return report, fmt.Errorf("%w: %s", ErrVariant, strings.Join(failed, ", "))
	}
	return report, nil
}

func (g Rig) Look(ctx context.Context, v variants.Variant) inventory.Variant {
	refs, err := BuildImages(ctx, g.Lab, v)
	return g.LookAt(ctx, v, refs, err)
}

// LookAt is look at images of the variant that were built, or not, with that error.
func (g Rig) LookAt(ctx context.Context, v variants.Variant, refs []string, err error) inventory.Variant {
	of := inventory.Variant{Name: v.Name, Title: v.Title, Images: []inventory.Image{}}
	for i := 0; err == nil && i < len(refs); i++ {
		var img inventory.Image
		if img, err = g.lookInto(ctx, refs[i]); err == nil {
			img.Container, img.Image = v.Containers[i].Name, refs[i]
			of.Images = append(of.Images, img)
		}
	}
	var weighed lab.Image
	if err == nil {
		weighed, err = g.Lab.Weigh(ctx, refs)
	}
	if err != nil {
		of.Err = err.Error()
		if be := new(lab.BuildError); errors.As(err, &be) {
			of.Log = be.Log
		}
		return of
	}
	of.Size = sizeOf(weighed)
	of.Hardened = g.Hardened(ctx, v, refs)
	return of
}

func (g Rig) lookInto(ctx context.Context, ref string) (inventory.Image, error) {
	c, err := g.Lab.Config(ctx, ref)
	if err != nil {
		return inventory.Image{}, err
	}
	var img inventory.Image
	err = g.Lab.Export(ctx, ref, func(archive io.Reader) (err error) {
		img, err = inventory.Read(archive, inventory.Config(c))
		return err
	})
	return img, err
}

func (g Rig) Layers(ctx context.Context, v variants.Variant) (inventory.Layers, error) {
	of := inventory.Layers{Variant: v.Name, Layers: []inventory.Layer{}}
	refs, err := BuildImages(ctx, g.Lab, v)
	if err != nil {
		return of, err
	}
	for i, ref := range refs {
		layers, err := g.Lab.Layers(ctx, ref)
		if err != nil {
			return of, err
		}
		for _, y := range layers {
			of.Layers = append(of.Layers, inventory.Layer{
				Container: v.Containers[i].Name, ID: y.ID, Unpacked: y.Unpacked, Compressed: y.Compressed,
				Base: y.Base, Instruction: y.Instruction,
			})
		}
	}
	of.Size = inventory.Weigh(of.Layers)
	return of, nil
}

func sizeOf(i lab.Image) *inventory.Size {
	return &inventory.Size{Unpacked: i.Unpacked, Compressed: i.Compressed, Own: i.Own, Layers: i.Layers}
}
