package chart

import (
	"math"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// Curves are values by percentile. Both scales are logarithmic: the values, and the part of all that is above, so that
// the percentiles 90, 99 and 99.9 are equally far from each other.
type Curves struct {
	Curves []Curve
	Title  string // of the values, with their unit
}

// Curve is one line. Its marks are at the percentiles that have a name.
type Curve struct {
	Look   Look
	Points []Point // X is the quantile, 0 to 1; in ascending order
}

// Point is a point in the scales of a picture.
type Point struct{ X, Y float64 }

// named are the quantiles that the scale names, and that the lines have marks at.
func named() []float64 { return []float64{0.5, 0.75, 0.9, 0.99, 0.999} }

// nines is how far a quantile is from the left of the scale: 1 for 90%, 2 for 99%, 3 for 99.9%.
func nines(quantile float64) float64 { return -math.Log10(1 - quantile) }

// Picture draws it.
func (c Curves) Picture() (Picture, error) {
	p := newPlot("percentile", c.Title)
	var values []float64
	highest := 0.9
	for _, curve := range c.Curves {
		for _, at := range curve.Points {
			values = append(values, at.Y)
			highest = max(highest, at.X)
		}
	}
	logarithmic(&p.Y, values...)
	low, high := p.Y.Min, p.Y.Max
	var ticks plot.ConstantTicks
	for _, q := range named() {
		ticks = append(ticks, plot.Tick{Value: nines(q), Label: strconv.FormatFloat(100*q, 'g', 4, 64)})
		l, err := line(nines(q), low, nines(q), high, draw.LineStyle{Color: faint.token(), Width: thin})
		if err != nil {
			return Picture{}, err
		}
		p.Add(l)
	}
	p.X.Tick.Marker = ticks
	for _, curve := range c.Curves {
		if err := curve.add(p); err != nil {
			return Picture{}, err
		}
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = nines(0.25), nines(highest)+0.05, low, high
	return paint(p, 230)
}

func (c Curve) add(p *plot.Plot) error {
	var all, marked plotter.XYs
	for _, at := range c.Points {
		if at.Y <= 0 { // nowhere on a logarithmic scale
			continue
		}
		xy := plotter.XY{X: nines(at.X), Y: at.Y}
		all = append(all, xy)
		for _, q := range named() {
			if math.Abs(q-at.X) < 1e-9 {
				marked = append(marked, xy)
			}
		}
	}
	if len(all) == 0 {
		return nil
	}
	l, err := plotter.NewLine(all)
	if err != nil {
		return err
	}
	l.LineStyle = c.Look.line(thick)
	p.Add(l)
	if len(marked) == 0 {
		return nil
	}
	marks, err := c.Look.marks(marked, radius)
	if err != nil {
		return err
	}
	p.Add(marks)
	return nil
}
