package claims

import (
	"context"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/inventory"
	"spabench/harness/internal/record"
)

func imageSizeClaim() claim.Claim {
	return claim.Claim{
		ID:    "image-size",
		Words: "A Python image is about 150 to 200 MB in size, a Go image about 20 MB.",
		Test: "Add up the layers of each variant's images, counting shared ones once: unpacked, compressed as a " +
			"pull transfers them, and the part that no base image has",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			all, err := inventories(ctx, b)
			if err != nil {
				return record.Judgement{}, err
			}
			var layers []inventory.Layers
			for _, v := range b.Strategies() {
				of, err := b.Layers(ctx, v)
				if err != nil {
					return record.Judgement{}, err
				}
				layers = append(layers, of)
			}
			seen := observeSizes(all, layers)
			return record.Judgement{Verdict: judgeSizes(seen), Observed: record.Observed{ImageSizes: &seen}}, nil
		},
	}
}

// The sizes that the article gives, in bytes. “About 20 MB” is taken as half of that to half as much again.
var (
	claimedPython = record.SizeRange{Min: 150e6, Max: 200e6}
	claimedGo     = record.SizeRange{Min: 10e6, Max: 30e6}
)

// observeSizes takes the inventories and the layers of the same variants, in the same order.
func observeSizes(all []inventory.Variant, layers []inventory.Layers) record.ImageSizesObserved {
	seen := record.ImageSizesObserved{Python: claimedPython, Go: claimedGo}
	for i, v := range all {
		of := record.VariantSize{
			Variant: v.Name, Images: len(v.Images), Python: runsPython(v), LayerCount: v.Size.Layers,
			Unpacked: v.Size.Unpacked, Compressed: v.Size.Compressed, Own: v.Size.Own,
		}
		for _, y := range layers[i].Layers {
			if !y.Base && !y.Again {
				of.OwnCompressed += y.Compressed
			}
			of.Layers = append(of.Layers, record.ImageLayer{
				Container: y.Container, Unpacked: y.Unpacked, Compressed: y.Compressed,
				Base: y.Base, Repeated: y.Again, Instruction: y.Instruction,
			})
		}
		seen.Variants = append(seen.Variants, of)
	}
	return seen
}

func judgeSizes(seen record.ImageSizesObserved) record.Verdict {
	return claim.VerdictOf(seen.PythonFits(), seen.GoFits())
}
