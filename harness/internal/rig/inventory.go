package rig

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"spabench/harness/internal/inventory"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/variants"
)

// Inventory inspects variants, one after the other. A variant that cannot be built or read, or that does not work
// hardened, is in the report with the cause, and the others go on; the error then is ErrVariant.
func (g Rig) Inventory(ctx context.Context, vs []variants.Variant, p Progress) (inventory.Report, error) {
	report := inventory.Report{Schema: inventory.Schema}
	var failed, refs []string
	complete := true
	for _, v := range vs {
		p.Line("inspecting the images of %s", v.Name)
		of := g.Inspect(ctx, v)
		if err := ctx.Err(); err != nil {
			return report, err
		}
		if !of.Hardened.Works() {
			failed = append(failed, v.Name)
		}
		for _, img := range of.Images {
			refs = append(refs, img.Image)
		}
		complete = complete && of.Size != nil
		report.Variants = append(report.Variants, of)
	}
	for _, b := range g.Lab.Bases() {
		base := inventory.Base{Name: b.Arg, Image: b.Image, ID: b.ID, StandIn: b.StandIn}
		report.Bases = append(report.Bases, base)
	}
	if complete {
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

// Inspect builds a variant, lists what is in its final images and what they weigh, and starts it once hardened. What
// failed is said in Err of the result, or in Err of its Hardened.
func (g Rig) Inspect(ctx context.Context, v variants.Variant) inventory.Variant {
	refs, err := BuildImages(ctx, g.Lab, v)
	if err != nil {
		return uninspected(inventoryOf(v), err)
	}
	return g.InspectImages(ctx, v, refs)
}

// InspectImages does the same with images that are built already.
func (g Rig) InspectImages(ctx context.Context, v variants.Variant, refs []string) inventory.Variant {
	of := inventoryOf(v)
	for i, ref := range refs {
		img, err := g.inspectImage(ctx, ref)
		if err != nil {
			return uninspected(of, err)
		}
		img.Container, img.Image = v.Containers[i].Name, ref
		of.Images = append(of.Images, img)
	}
	weighed, err := g.Lab.Weigh(ctx, refs)
	if err != nil {
		return uninspected(of, err)
	}
	of.Size = sizeOf(weighed)
	of.Hardened = g.Hardened(ctx, v, refs)
	return of
}

func inventoryOf(v variants.Variant) inventory.Variant {
	return inventory.Variant{Name: v.Name, Title: v.Title, Images: []inventory.Image{}}
}

// uninspected notes why a variant could not be inspected.
func uninspected(of inventory.Variant, err error) inventory.Variant {
	of.Err = err.Error()
	var failed *lab.BuildError
	if errors.As(err, &failed) {
		of.Log = failed.Log
	}
	return of
}

func (g Rig) inspectImage(ctx context.Context, ref string) (inventory.Image, error) {
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

// Layers builds a variant and lists the layers of its images.
func (g Rig) Layers(ctx context.Context, v variants.Variant) (inventory.Layers, error) {
	of := inventory.Layers{Variant: v.Name}
	refs, err := BuildImages(ctx, g.Lab, v)
	if err == nil {
		of.Layers, of.Size, err = g.layers(ctx, v, refs)
	}
	return of, err
}

// layers are those of a variant's images, and their size together.
func (g Rig) layers(ctx context.Context, v variants.Variant, refs []string) ([]inventory.Layer, inventory.Size, error) {
	all := []inventory.Layer{}
	for i, ref := range refs {
		layers, err := g.Lab.Layers(ctx, ref)
		if err != nil {
			return all, inventory.Size{}, err
		}
		for _, y := range layers {
			all = append(all, inventory.Layer{
				Container: v.Containers[i].Name, ID: y.ID, Unpacked: y.Unpacked, Compressed: y.Compressed,
				Base: y.Base, Instruction: y.Instruction,
			})
		}
	}
	return all, inventory.Weigh(all), nil
}

// RecordLayers are the layers of a variant's images as records have them. Refs has an image for each container.
func (g Rig) RecordLayers(ctx context.Context, v variants.Variant, refs []string) ([]record.Layer, error) {
	all, _, err := g.layers(ctx, v, refs)
	if err != nil {
		return nil, fmt.Errorf("read the layers of %s: %w", v.Name, err)
	}
	var recorded []record.Layer
	for _, y := range all {
		recorded = append(recorded, record.Layer{Container: y.Container, Unpacked: y.Unpacked,
			Compressed: y.Compressed, Base: y.Base, Again: y.Again, Instruction: y.Instruction})
	}
	return recorded, nil
}

func sizeOf(i lab.Image) *inventory.Size {
	return &inventory.Size{Unpacked: i.Unpacked, Compressed: i.Compressed, Own: i.Own, Layers: i.Layers}
}
