package table

import (
	"fmt"
	"strings"

	"spabench/harness/internal/record"
)

func imageSizeText(o record.Observed) claimText {
	seen := o.ImageSizes
	var sizes []string
	least, most := 1.0, 0.0 // part of the unpacked size that is pulled
	for _, v := range seen.Variants {
		if v.Unpacked > 0 {
			pulled := float64(v.Compressed) / float64(v.Unpacked)
			least, most = min(least, pulled), max(most, pulled)
		}
		if v.Images == 1 { // the claim is about one image
			sizes = append(sizes, fmt.Sprintf("%s is %s MB (%s MB to pull)",
				v.Variant, asMB(v.Unpacked), asMB(v.Compressed)))
		}
	}
	return claimText{
		why: "unpacked, " + strings.Join(sizes, ", "),
		evidence: []string{
			fmt.Sprintf("Every Python image is between %s MB unpacked: %s. Every Go image is between %s MB: %s.",
				rangeMB(seen.Python), yesNo(seen.PythonFits()), rangeMB(seen.Go), yesNo(seen.GoFits())),
			fmt.Sprintf("A host pulls %.0f to %.0f%% of what it then unpacks, and pulls a base that several images "+
				"share only once.", 100*least, 100*most),
		},
		sheets: []claimSheet{sizeSheet(seen.Variants), imageLayerSheet(seen.Variants)},
	}
}

func rangeMB(r record.SizeRange) string {
	return fmt.Sprintf("%.0f and %.0f", float64(r.Min)/1e6, float64(r.Max)/1e6)
}

func sizeSheet(variants []record.VariantSize) claimSheet {
	t := claimSheet{
		title: "Sizes",
		doc: "Unpacked: the files of all layers. To pull: the layers' archives, compressed by gzip at its default " +
			"level. Own: unpacked, in layers that no base image has. Application: own layers, to pull. A layer that " +
			"several containers of a variant share counts once.",
		sheet: sheet{head: []string{"variant", "images", "layers", "unpacked, MB", "to pull, MB", "own, MB",
			"application, MB to pull"}},
	}
	for _, v := range variants {
		t.rows = append(t.rows, []string{
			v.Variant, fmt.Sprint(v.Images), fmt.Sprint(v.LayerCount),
			asMB(v.Unpacked), asMB(v.Compressed), asMB(v.Own), asMB(v.OwnCompressed),
		})
	}
	return t
}

// longestInstruction is how much of an instruction is shown, in characters.
const longestInstruction = 90

func imageLayerSheet(variants []record.VariantSize) claimSheet {
	t := claimSheet{
		title: "Layers",
		doc: "The lowest first. Of: base, if a base image has the layer; own, if none has; again, if a container of " +
			"the variant above has it, so that it does not count twice.",
		sheet: sheet{head: []string{"variant", "container", "of", "unpacked, MB", "to pull, MB", "instruction"}},
	}
	for _, v := range variants {
		for _, l := range v.Layers {
			t.rows = append(t.rows, []string{
				v.Variant, l.Container, originOf(l), asMB(l.Unpacked), asMB(l.Compressed),
				cut(orElse(l.Instruction, missing), longestInstruction),
			})
		}
	}
	return t
}

func originOf(l record.ImageLayer) string {
	switch {
	case l.Repeated:
		return "again"
	case l.Base:
		return "base"
	}
	return "own"
}
