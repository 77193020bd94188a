// Package chart draws the pictures of a run as SVG: estimates with intervals, percentiles, stacked bars, and dots by
// round. What it draws is plain data, and the same data gives the same bytes.
//
// It draws with gonum.org/v1/plot, because a plot there is made of parts that can be put together: intervals on a
// logarithmic scale, a shaded band behind them, marks and dashes that tell series apart without colour. The other
// library that was tried on a recorded run, github.com/go-analyze/charts v0.6.4, draws whole charts of fixed kinds.
// None of them has intervals, and their scales are linear, so that all lines of latency lie on each other up to the
// 98th percentile; at the width of a telephone their labels overlap.
//
// Neither library knows light and dark: colours are drawn as those of the light scheme, and are then replaced by
// variables of CSS, which the page, or the file itself, gives a value in each scheme. Nor does a reader always have the
// font that texts are measured with, so each text gets the length that it was measured to have.
package chart

import (
	"bytes"
	"fmt"
	"html"
	"image/color"
	"regexp"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/font"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"
)

// Sizes in points, of which a page shows each as one pixel or more. A picture is as wide as a telephone's screen, so
// that its text is legible there without scrolling.
const (
	width    = 340
	fontSize = 11
	thin     = 0.75
	thick    = 1.5
	radius   = 4
)

// Picture is a drawing that has no colours of its own yet.
type Picture struct {
	Width, Height float64 // points
	body          string  // of the SVG, with variables in place of colours
}

// Inline is the picture as a part of a page, which defines the variables of [Style]. The label tells those who do not
// see it what it shows.
func (p Picture) Inline(label string) string {
	return fmt.Sprintf(`<svg viewBox="0 0 %g %g" role="img" aria-label="%s">%s</svg>`,
		p.Width, p.Height, html.EscapeString(label), p.body)
}

// Decoration is the picture as a part of a page that says the same in words beside it.
func (p Picture) Decoration() string {
	return fmt.Sprintf(`<svg viewBox="0 0 %[1]g %[2]g" width="%[1]g" height="%[2]g" aria-hidden="true">%[3]s</svg>`,
		p.Width, p.Height, p.body)
}

// File is the picture as a file of its own, in both colour schemes.
func (p Picture) File(label string) string {
	return fmt.Sprintf(`<svg xmlns="http://www.w3.org/2000/svg" width="%[1]g" height="%[2]g" `+
		`viewBox="0 0 %[1]g %[2]g" role="img" aria-label="%[3]s">`+
		`<style>%[4]stext{font-family:%[5]s}</style>%[6]s</svg>`+"\n",
		p.Width, p.Height, html.EscapeString(label), Style(), family, p.body)
}

// family has the metrics of the font that the drawing library measures texts with.
const family = `"Liberation Sans",Arial,Helvetica,sans-serif`

// newPlot has the fonts and colours of all pictures.
func newPlot(across, up string) *plot.Plot {
	p := plot.New()
	p.BackgroundColor = nil
	p.X.Label.Text, p.Y.Label.Text = across, up
	for _, a := range []*plot.Axis{&p.X, &p.Y} {
		a.LineStyle = draw.LineStyle{Color: soft.token(), Width: thin}
		a.Tick.LineStyle = a.LineStyle
		a.Tick.Length = 4
		a.Padding = 4
		a.Label.Padding = 2
		for _, s := range []*text.Style{&a.Label.TextStyle, &a.Tick.Label} {
			s.Font = face()
			s.Color = ink.token()
		}
	}
	return p
}

func face() font.Font { return font.Font{Typeface: "Liberation", Variant: "Sans", Size: fontSize} }

// rows makes a plot's vertical axis one of names, from the top down.
func rows(p *plot.Plot, names []string) {
	ticks := make(plot.ConstantTicks, len(names))
	for i, name := range names {
		ticks[i] = plot.Tick{Value: height(i, len(names)), Label: name}
	}
	p.Y.Tick.Marker = ticks
	p.Y.Tick.Length, p.Y.LineStyle.Width = 0, 0
	p.Y.Min, p.Y.Max = -0.5, float64(len(names))-0.5
}

// height is where the row is on the vertical axis.
func height(row, of int) float64 { return float64(of - 1 - row) }

// area is a shaded rectangle in the coordinates of the axes.
func area(x0, x1, y0, y1 float64, c color.Color, outline draw.LineStyle) (*plotter.Polygon, error) {
	s, err := plotter.NewPolygon(plotter.XYs{{X: x0, Y: y0}, {X: x1, Y: y0}, {X: x1, Y: y1}, {X: x0, Y: y1}})
	if err != nil {
		return nil, err
	}
	s.Color, s.LineStyle = c, outline
	return s, nil
}

// line is a straight line.
func line(x0, y0, x1, y1 float64, style draw.LineStyle) (*plotter.Line, error) {
	l, err := plotter.NewLine(plotter.XYs{{X: x0, Y: y0}, {X: x1, Y: y1}})
	if err != nil {
		return nil, err
	}
	l.LineStyle = style
	return l, nil
}

// paint makes the picture of a plot.
func paint(p *plot.Plot, height float64) (Picture, error) {
	return canvas(width, height, p.Draw)
}

// canvas makes a picture of what is drawn.
func canvas(width, height float64, drawn func(draw.Canvas)) (Picture, error) {
	c := vgsvg.NewWith(vgsvg.UseWH(vg.Length(width), vg.Length(height)))
	drawn(draw.New(c))
	var b bytes.Buffer
	if _, err := c.WriteTo(&b); err != nil {
		return Picture{}, fmt.Errorf("draw a picture: %w", err)
	}
	_, body, ok := strings.Cut(b.String(), `xmlns:xlink="http://www.w3.org/1999/xlink">`)
	if !ok {
		return Picture{}, fmt.Errorf("draw a picture: the drawing library wrote another root: %.200s", b.String())
	}
	body = strings.TrimSuffix(strings.TrimSpace(body), "</svg>")
	return Picture{Width: width, Height: height, body: fitted(variables().Replace(body))}, nil
}

var texts = regexp.MustCompile(`<text ([^>]*)>([^<]*)</text>`)

// fitted gives every text the length that it was placed by. Where the reader has no font of these metrics, another one
// may be wider, and would cross the axis that its end is at.
func fitted(body string) string {
	f := font.DefaultCache.Lookup(face(), fontSize)
	return texts.ReplaceAllStringFunc(body, func(found string) string {
		m := texts.FindStringSubmatch(found)
		length := f.Width(html.UnescapeString(m[2])).Points()
		return fmt.Sprintf(`<text textLength="%.1f" lengthAdjust="spacingAndGlyphs" %s>%s</text>`, length, m[1], m[2])
	})
}

// variables puts variables in place of colours, and leaves out what every text has.
func variables() *strings.Replacer {
	pairs := []string{
		"font-family:Liberation Sans;font-variant:normal;font-weight:normal;font-style:normal;", "",
		"\n", " ", "\t", "",
	}
	for _, c := range colours() {
		pairs = append(pairs, c.light, "var(--"+c.name+")")
	}
	return strings.NewReplacer(pairs...)
}
