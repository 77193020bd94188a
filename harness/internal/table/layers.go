package table

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"spabench/harness/internal/inventory"
)

// Layers writes the layers of variants' images, for a terminal of 80 columns.
func Layers(w io.Writer, all []inventory.Layers) error { return renderLayers(w, all, textStyle{}) }

// LayersMarkdown writes the same for a page.
func LayersMarkdown(w io.Writer, all []inventory.Layers) error {
	return renderLayers(w, all, markdownStyle{heading: "##"})
}

// instructionWidth is how much of an instruction a terminal shows, in characters.
const instructionWidth = 32

func renderLayers(w io.Writer, all []inventory.Layers, s style) error {
	var b bytes.Buffer
	_, terminal := s.(textStyle)
	for _, of := range all {
		t := titled{Table: Table{Name: "layers", Title: "Layers of " + of.Variant,
			Doc: "From the bottom up. Of: base, if the layer is in a base image; own, if it is in none; again, if an " +
				"earlier container has it, too, so that it is not counted a second time."},
			sheet: sheet{head: []string{"container", "of", "unpacked, MB", "to pull, MB", "instruction"}}}
		add := func(cells ...string) {
			if last := &cells[len(cells)-1]; terminal {
				*last = padRight(cut(*last, instructionWidth), instructionWidth) // the table aligns it to the right
			}
			t.rows = append(t.rows, cells)
		}
		for _, y := range of.Layers {
			add(y.Container, layerOf(y), inMegabytes(y.Unpacked), inMegabytes(y.Compressed),
				orElse(y.Instruction, missing))
		}
		sum := sizeCells(&of.Size)
		add("total", "", sum[0], sum[1], plural(of.Size.Layers, "layer")+", own "+sum[2]+" MB")
		if err := t.write(&b, s); err != nil {
			return err
		}
	}
	_, err := w.Write(append(bytes.TrimRight(b.Bytes(), "\n"), '\n'))
	return err
}

func layerOf(y inventory.Layer) string {
	switch {
	case y.Again:
		return "again"
	case y.Base:
		return "base"
	}
	return "own"
}

// cut shortens text to n characters, with an ellipsis.
func cut(text string, n int) string {
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return strings.TrimRight(string([]rune(text)[:n-1]), " ") + "…"
}
