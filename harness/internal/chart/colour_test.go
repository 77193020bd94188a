package chart

import (
	"fmt"
	"math"
	"strings"
	"testing"
)

// The visions are simulated at their full severity, on linear RGB, by the matrices of G. M. Machado, M. M. Oliveira and
// L. A. F. Fernandes, A Physiologically-based Model for Simulation of Color Vision Deficiency, IEEE TVCG 15 (2009).
var visions = map[string][3][3]float64{
	"usual": {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protanopia": {
		{0.152286, 1.052583, -0.204868}, {0.114503, 0.786281, 0.099216}, {-0.003882, -0.048116, 1.051998},
	},
	"deuteranopia": {
		{0.367322, 0.860646, -0.227968}, {0.280085, 0.672501, 0.047413}, {-0.011820, 0.042940, 0.968881},
	},
	"tritanopia": {
		{1.255528, -0.076749, -0.178779}, {-0.078411, 0.930809, 0.147602}, {0.004733, 0.691367, 0.303900},
	},
}

// apart is the least distance of two series in OKLab (B. Ottosson, 2020), in which about 0.02 is just noticeable.
const apart = 0.07

func TestSeriesAreToldApartByTheColourBlind(t *testing.T) {
	for name, vision := range visions {
		for _, dark := range []bool{false, true} {
			all := series()
			for i, a := range all {
				for _, b := range all[:i] {
					d := distance(see(vision, hex(t, a, dark)), see(vision, hex(t, b, dark)))
					if d < apart {
						t.Errorf("%s, dark %t: %s and %s are %.3f apart, which is less than %.2f",
							name, dark, a.name, b.name, d, apart)
					}
				}
			}
		}
	}
}

// Whoever sees fewer colours sees the greys as they are.
func TestVisionsKeepGreys(t *testing.T) {
	for name, vision := range visions {
		for _, grey := range []float64{0.1, 0.5, 1} {
			seen := see(vision, [3]float64{grey, grey, grey})
			if d := distance(seen, [3]float64{grey, grey, grey}); d > 0.001 {
				t.Errorf("%s: a grey of %.1f becomes %v", name, grey, seen)
			}
		}
	}
}

// The text on what it stands on, and the marks of the variants that are measured by default.
func TestContrast(t *testing.T) {
	papers := map[bool]colour{false: {"paper", "#F7F8FA", ""}, true: {"paper", "", "#1B2025"}}
	for _, dark := range []bool{false, true} {
		paper := hex(t, papers[dark], dark)
		if c := contrast(hex(t, ink, dark), paper); c < 7 {
			t.Errorf("dark %t: text has a contrast of %.1f", dark, c)
		}
		for _, s := range shades() {
			if c := contrast(hex(t, ink, dark), hex(t, s, dark)); c < 4.5 {
				t.Errorf("dark %t: the digit on %s has a contrast of %.1f", dark, s.name, c)
			}
		}
		for _, s := range append(series()[:4:4], series()[6], soft) {
			if c := contrast(hex(t, s, dark), paper); c < 2.8 {
				t.Errorf("dark %t: %s has a contrast of %.2f", dark, s.name, c)
			}
		}
	}
}

func TestColoursAreDistinctTokens(t *testing.T) {
	seen := map[string]string{}
	for _, c := range colours() {
		r, g, b, _ := c.token().RGBA()
		if got := fmt.Sprintf("#%02X%02X%02X", r>>8, g>>8, b>>8); got != c.light {
			t.Errorf("%s is %s, and is drawn as %s", c.name, c.light, got)
		}
		if other := seen[c.light]; other != "" {
			t.Errorf("%s and %s are both %s, so one variable would stand for both", other, c.name, c.light)
		}
		seen[c.light] = c.name
		for _, scheme := range []string{c.light, c.dark} {
			if !strings.Contains(Style(), "--"+c.name+":"+scheme+";") {
				t.Errorf("the style has no %s of %s", c.name, scheme)
			}
		}
	}
}

// hex is the linear RGB of a colour.
func hex(t *testing.T, c colour, dark bool) [3]float64 {
	t.Helper()
	text := c.light
	if dark {
		text = c.dark
	}
	var r, g, b uint8
	if n, err := fmt.Sscanf(text, "#%02X%02X%02X", &r, &g, &b); n != 3 || err != nil {
		t.Fatalf("%s has the colour %q: %v", c.name, text, err)
	}
	var out [3]float64
	for i, v := range [3]uint8{r, g, b} {
		s := float64(v) / 255
		if s <= 0.04045 {
			out[i] = s / 12.92
		} else {
			out[i] = math.Pow((s+0.055)/1.055, 2.4)
		}
	}
	return out
}

func see(m [3][3]float64, c [3]float64) (seen [3]float64) {
	for i := range m {
		for j := range c {
			seen[i] += m[i][j] * c[j]
		}
		seen[i] = min(max(seen[i], 0), 1)
	}
	return seen
}

func distance(a, b [3]float64) float64 {
	x, y := oklab(a), oklab(b)
	return math.Sqrt((x[0]-y[0])*(x[0]-y[0]) + (x[1]-y[1])*(x[1]-y[1]) + (x[2]-y[2])*(x[2]-y[2]))
}

func oklab(c [3]float64) [3]float64 {
	l := math.Cbrt(0.4122214708*c[0] + 0.5363325363*c[1] + 0.0514459929*c[2])
	m := math.Cbrt(0.2119034982*c[0] + 0.6806995451*c[1] + 0.1073969566*c[2])
	s := math.Cbrt(0.0883024619*c[0] + 0.2817188376*c[1] + 0.6299787005*c[2])
	return [3]float64{
		0.2104542553*l + 0.7936177850*m - 0.0040720468*s,
		1.9779984951*l - 2.4285922050*m + 0.4505937099*s,
		0.0259040371*l + 0.7827717662*m - 0.8086757660*s,
	}
}

// contrast is that of WCAG 2.
func contrast(a, b [3]float64) float64 {
	x := 0.2126*a[0] + 0.7152*a[1] + 0.0722*a[2]
	y := 0.2126*b[0] + 0.7152*b[1] + 0.0722*b[2]
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}
