package page

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/table"
)

// instructionShown is how much of an instruction a table shows, in characters: a RUN line may be long.
const instructionShown = 80

// layerSheets are the layers of the variants by size, the largest first; none if no build has them.
func layerSheets(run record.Run) []sheet {
	s := sheet{ID: "table-layers", Title: "Layers by size",
		Head: []string{"variant", "container", "of", "on disk, MB", "to pull, MB", "made by"},
		Doc: "Of: base, if the layer is in a base image, and own otherwise. A layer that several containers of a " +
			"variant have is listed once, for the first of them."}
	for _, b := range run.Builds {
		layers := slices.DeleteFunc(slices.Clone(b.Layers), func(y record.Layer) bool { return y.Again })
		slices.SortStableFunc(layers, func(x, y record.Layer) int { return cmp.Compare(y.Unpacked, x.Unpacked) })
		for _, y := range layers {
			of := "own"
			if y.Base {
				of = "base"
			}
			s.Rows = append(s.Rows, []cell{{Text: b.Variant}, {Text: y.Container}, {Text: of},
				{Text: table.Number(float64(y.Unpacked) / 1e6)}, {Text: table.Number(float64(y.Compressed) / 1e6)},
				{Text: instruction(y.Instruction)}})
		}
	}
	if len(s.Rows) == 0 {
		return nil
	}
	return []sheet{s}
}

// instruction is the beginning of one, on one line.
func instruction(text string) string {
	words := []rune(strings.Join(strings.Fields(text), " "))
	switch {
	case len(words) == 0:
		return "–"
	case len(words) > instructionShown:
		return fmt.Sprintf("%s…", string(words[:instructionShown-1]))
	}
	return string(words)
}

// editSheets is what an edit of each kind costs the variants of a run to pull; none where that is not known.
func editSheets(run record.Run, costs EditCosts) []sheet {
	s := sheet{ID: "table-edits", Title: "What a change costs", Head: costs.Table.Head, Doc: costs.Table.Doc,
		Notes: []string{fmt.Sprintf("Not of this run: measured by the tested claim layer-caching in %s.", costs.Name)}}
	for _, r := range costs.Table.Rows {
		if len(r) > 1 && slices.Contains(run.Plan.Variants, r[1].Text) {
			row := cells(r)
			if costs.File != "" {
				row[0].Link = costs.File + "#layer-caching"
			}
			s.Rows = append(s.Rows, row)
		}
	}
	if len(s.Rows) == 0 {
		return nil
	}
	return []sheet{s}
}
