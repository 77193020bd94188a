package chart

import (
	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Intervals is a forest plot: in each row the estimates of one thing, each with its interval, on a logarithmic scale.
type Intervals struct {
	Rows      []string // from the top
	Estimates []Estimate
	Band      [2]float64 // is shaded; the zero value: none
	Line      float64    // is marked on the scale; 0: none
	Title     string     // of the scale, with its unit
}

// Estimate is a value above 0 with its interval, in one of the rows.
type Estimate struct {
	Row            int
	Look           Look
	Centre, Lo, Hi float64
}

// Picture draws it.
func (f Intervals) Picture() (Picture, error) {
	p := newPlot(f.Title, "")
	rows(p, f.Rows)
	lowest, highest := p.Y.Min, p.Y.Max
	values := []float64{f.Line, f.Band[0], f.Band[1]}
	perRow := make([]int, len(f.Rows))
	for _, e := range f.Estimates {
		values = append(values, e.Centre, e.Lo, e.Hi)
		perRow[e.Row]++
	}
	logarithmic(&p.X, values...)
	if f.Band[0] > 0 {
		band, err := area(f.Band[0], f.Band[1], lowest, highest, faint.token(), draw.LineStyle{})
		if err != nil {
			return Picture{}, err
		}
		p.Add(band)
	}
	if f.Line > 0 {
		l, err := line(f.Line, lowest, f.Line, highest, draw.LineStyle{Color: ink.token(), Width: thin})
		if err != nil {
			return Picture{}, err
		}
		p.Add(l)
	}
	placed := make([]int, len(f.Rows))
	most := 1
	for _, e := range f.Estimates {
		most = max(most, perRow[e.Row])
		shift := (float64(perRow[e.Row]-1)/2 - float64(placed[e.Row])) * 0.8 / float64(perRow[e.Row])
		placed[e.Row]++
		if err := e.add(p, height(e.Row, len(f.Rows))+shift); err != nil {
			return Picture{}, err
		}
	}
	p.Y.Min, p.Y.Max = lowest, highest
	return paint(p, 44+float64(len(f.Rows)*max(22, 4+9*most)))
}

// estimate is an [Estimate] at its height, as the drawing library reads it.
type estimate struct {
	Estimate
	y float64
}

func (estimate) Len() int                      { return 1 }
func (e estimate) XY(int) (x, y float64)       { return e.Centre, e.y }
func (e estimate) XError(int) (lo, hi float64) { return e.Centre - e.Lo, e.Hi - e.Centre }

func (e Estimate) add(p *plot.Plot, y float64) error {
	e.Lo = max(e.Lo, p.X.Min) // 0 is nowhere on a logarithmic scale
	at := estimate{e, y}
	mark, err := e.Look.marks(at, radius)
	if err != nil {
		return err
	}
	if e.Lo < e.Hi {
		span, err := plotter.NewXErrorBars(at)
		if err != nil {
			return err
		}
		span.LineStyle = draw.LineStyle{Color: e.Look.colour().token(), Width: thick}
		span.CapWidth = vg.Length(6)
		p.Add(span)
	}
	p.Add(mark)
	return nil
}
