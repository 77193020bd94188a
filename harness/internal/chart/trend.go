package chart

import (
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// Trend is values over runs, each with its interval, on a logarithmic scale. The line of each is its mean between two
// changes, so that a change is a step.
type Trend struct {
	Runs  int // their number; each has its number, from 1, on the scale
	Lines []TrendLine
	Title string // of the values, with their unit
}

// TrendLine is one series. The row of an estimate is its run, from 0.
type TrendLine struct {
	Look      Look
	Estimates []Estimate
	Levels    []TrendLevel
}

// TrendLevel is a value that a series has from one run to another, both counted from 0.
type TrendLevel struct {
	From, To int
	Value    float64
}

// Picture draws it.
func (t Trend) Picture() (Picture, error) {
	p := newPlot("run", t.Title)
	var values []float64
	for _, l := range t.Lines {
		for _, e := range l.Estimates {
			values = append(values, e.Centre, e.Lo, e.Hi)
		}
	}
	logarithmic(&p.Y, values...)
	low, high := p.Y.Min, p.Y.Max
	var ticks plot.ConstantTicks
	every := 1 + t.Runs/15
	for i := 0; i < t.Runs; i += every {
		ticks = append(ticks, plot.Tick{Value: float64(i), Label: strconv.Itoa(i + 1)})
	}
	p.X.Tick.Marker = ticks
	for i, l := range t.Lines {
		// Beside each other, so that none hides another.
		shift := (float64(i) - float64(len(t.Lines)-1)/2) * 0.6 / float64(max(1, len(t.Lines)))
		if err := l.add(p, shift); err != nil {
			return Picture{}, err
		}
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -0.5, max(0.5, float64(t.Runs)-0.5), low, high
	return paint(p, 210)
}

// upright is an [Estimate] at its place on the scale of runs, as the drawing library reads it.
type upright struct {
	Estimate
	x float64
}

func (upright) Len() int                      { return 1 }
func (u upright) XY(int) (x, y float64)       { return u.x, u.Centre }
func (u upright) YError(int) (lo, hi float64) { return u.Centre - u.Lo, u.Hi - u.Centre }

func (l TrendLine) add(p *plot.Plot, shift float64) error {
	for _, level := range l.Levels {
		if level.Value <= 0 { // nowhere on a logarithmic scale
			continue
		}
		style := l.Look.line(thin)
		stretch, err := line(float64(level.From)-0.4, level.Value, float64(level.To)+0.4, level.Value, style)
		if err != nil {
			return err
		}
		p.Add(stretch)
	}
	for _, e := range l.Estimates {
		if e.Centre <= 0 {
			continue
		}
		e.Lo = max(e.Lo, p.Y.Min)
		at := upright{e, float64(e.Row) + shift}
		if e.Lo < e.Hi {
			span, err := plotter.NewYErrorBars(at)
			if err != nil {
				return err
			}
			span.LineStyle = draw.LineStyle{Color: l.Look.colour().token(), Width: thin}
			span.CapWidth = vg.Length(3)
			p.Add(span)
		}
		mark, err := l.Look.marks(at, radius*0.75)
		if err != nil {
			return err
		}
		p.Add(mark)
	}
	return nil
}
