package chart

import (
	"fmt"
	"image/color"
	"strings"
)

// colour is a colour in both schemes, as #RRGGBB in capitals.
type colour struct{ name, light, dark string }

// token is the light one, which stands for the colour until a variable takes its place.
func (c colour) token() color.Color {
	var r, g, b uint8
	_, _ = fmt.Sscanf(c.light, "#%02X%02X%02X", &r, &g, &b) // a test reads them all
	return color.RGBA{r, g, b, 0xFF}
}

var (
	ink   = colour{"ink", "#1B1F23", "#E6E8EA"}   // texts
	soft  = colour{"soft", "#7D868F", "#868F99"}  // axes and outlines
	faint = colour{"faint", "#E2E7EC", "#2A323A"} // grid, and what is shaded
)

// series are the colours of variants: those of Okabe and Ito (Color Universal Design, 2008), which most colour-blind
// people tell apart, and a grey for the baseline. Their yellow is left out, because it does not show on white; orange
// and sky blue show less than the others there, so they come last.
func series() []colour {
	return []colour{
		{"blue", "#0072B2", "#0072B2"}, {"vermillion", "#D55E00", "#D55E00"}, {"green", "#009E73", "#009E73"},
		{"purple", "#CC79A7", "#CC79A7"}, {"orange", "#E69F00", "#E69F00"}, {"sky", "#56B4E9", "#56B4E9"},
		{"baseline", "#3C3C3C", "#D8D8D8"},
	}
}

// shades are the parts of a stacked bar, from its beginning. The digit on each tells them apart without their colour.
func shades() []colour {
	return []colour{
		{"part1", "#9AA7B4", "#5A6672"}, {"part2", "#B7C1CB", "#4A545E"},
		{"part3", "#D0D7DE", "#3B434C"}, {"part4", "#E9EDF0", "#2C333A"},
	}
}

func colours() []colour {
	return append(append([]colour{ink, soft, faint}, series()...), shades()...)
}

// Style gives the variables their colours in the light scheme and in the dark one.
func Style() string {
	var light, dark strings.Builder
	for _, c := range colours() {
		fmt.Fprintf(&light, "--%s:%s;", c.name, c.light)
		fmt.Fprintf(&dark, "--%s:%s;", c.name, c.dark)
	}
	return fmt.Sprintf(":root{%s}@media screen and (prefers-color-scheme:dark){:root{%s}}", &light, &dark)
}
