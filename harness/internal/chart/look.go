package chart

import (
	"math"

	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Look is how a series looks in every picture: its colour, its mark and its dashes. Each of the three tells it apart.
// Looks count from 0; no two below 210 are the same.
type Look int

// Baseline is how the baseline looks.
const Baseline Look = -1

func (l Look) colour() colour {
	all := series()
	if l < 0 {
		return all[len(all)-1]
	}
	return all[int(l)%(len(all)-1)]
}

// mark is a shape of which no other has the same corners.
func (l Look) mark() draw.GlyphDrawer {
	marks := []draw.GlyphDrawer{
		draw.CircleGlyph{}, regular{4, math.Pi / 4}, regular{3, math.Pi / 2}, regular{4, 0}, regular{3, -math.Pi / 2},
		regular{5, math.Pi / 2}, regular{6, 0},
	}
	if l < 0 {
		return bar{}
	}
	return marks[int(l)%len(marks)]
}

func (l Look) glyph() draw.GlyphStyle {
	return draw.GlyphStyle{Color: l.colour().token(), Radius: radius, Shape: l.mark()}
}

// marks are the look's marks at these points.
func (l Look) marks(at plotter.XYer, size vg.Length) (*plotter.Scatter, error) {
	marks, err := plotter.NewScatter(at)
	if err != nil {
		return nil, err
	}
	marks.GlyphStyle = l.glyph()
	marks.GlyphStyle.Radius = size
	return marks, nil
}

func (l Look) line(width vg.Length) draw.LineStyle {
	dashes := [][]vg.Length{nil, {6, 2}, {2, 2}, {8, 2, 2, 2}, {4, 4}}
	d := []vg.Length{1, 3}
	if l >= 0 {
		d = dashes[int(l)%len(dashes)]
	}
	return draw.LineStyle{Color: l.colour().token(), Width: width, Dashes: d}
}

// regular is a filled polygon with that many corners, the first of them in the direction of the angle.
type regular struct {
	corners int
	first   float64
}

func (r regular) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	c.SetColor(s.Color)
	var p vg.Path
	for i := range r.corners {
		sin, cos := math.Sincos(r.first + 2*math.Pi*float64(i)/float64(r.corners))
		corner := vg.Point{X: at.X + s.Radius*vg.Length(cos)*1.2, Y: at.Y + s.Radius*vg.Length(sin)*1.2}
		if i == 0 {
			p.Move(corner)
		} else {
			p.Line(corner)
		}
	}
	p.Close()
	c.Fill(p)
}

// bar is a short upright line.
type bar struct{}

func (bar) DrawGlyph(c *draw.Canvas, s draw.GlyphStyle, at vg.Point) {
	c.SetColor(s.Color)
	half := s.Radius * 0.4
	c.Fill(vg.Rectangle{
		Min: vg.Point{X: at.X - half, Y: at.Y - s.Radius*1.2}, Max: vg.Point{X: at.X + half, Y: at.Y + s.Radius*1.2},
	}.Path())
}

// Key is the look by itself, for the legend of a picture.
func (l Look) Key() (Picture, error) {
	const width, height = 36, 14
	return canvas(width, height, func(c draw.Canvas) {
		c.StrokeLine2(l.line(thick), 1, height/2, width-1, height/2)
		c.DrawGlyph(l.glyph(), vg.Point{X: width / 2, Y: height / 2})
	})
}
