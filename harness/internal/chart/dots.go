package chart

import (
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg/draw"
)

// Dots are values by round, on a logarithmic scale. Rounds that are marked are shaded, and have an exclamation mark.
type Dots struct {
	Rounds []int // in ascending order
	Marked map[int]bool
	Series []Series
	Title  string // of the values, with their unit
}

// Series are the values of one thing; X is the round.
type Series struct {
	Look   Look
	Points []Point
}

// Picture draws it.
func (d Dots) Picture() (Picture, error) {
	p := newPlot("round (!: disturbed)", d.Title)
	var values []float64
	for _, s := range d.Series {
		for _, at := range s.Points {
			values = append(values, at.Y)
		}
	}
	logarithmic(&p.Y, values...)
	low, high := p.Y.Min, p.Y.Max
	place := map[int]float64{}
	var ticks plot.ConstantTicks
	every := 1 + len(d.Rounds)/15
	for i, round := range d.Rounds {
		place[round] = float64(i)
		if d.Marked[round] {
			band, err := area(float64(i)-0.5, float64(i)+0.5, low, high, faint.token(), draw.LineStyle{})
			if err != nil {
				return Picture{}, err
			}
			p.Add(band)
			ticks = append(ticks, plot.Tick{Value: float64(i), Label: strconv.Itoa(round) + "!"})
		} else if i%every == 0 {
			ticks = append(ticks, plot.Tick{Value: float64(i), Label: strconv.Itoa(round)})
		}
	}
	p.X.Tick.Marker = ticks
	for i, s := range d.Series {
		// Beside each other, so that none hides another.
		shift := (float64(i) - float64(len(d.Series)-1)/2) * 0.7 / float64(max(1, len(d.Series)))
		var at plotter.XYs
		for _, v := range s.Points {
			if v.Y > 0 { // 0 is nowhere on a logarithmic scale
				at = append(at, plotter.XY{X: place[int(v.X)] + shift, Y: v.Y})
			}
		}
		if len(at) == 0 {
			continue
		}
		marks, err := s.Look.marks(at, radius*0.75)
		if err != nil {
			return Picture{}, err
		}
		p.Add(marks)
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = -0.5, float64(len(d.Rounds))-0.5, low, high
	if len(d.Rounds) == 0 {
		p.X.Max = 0.5
	}
	return paint(p, 210)
}
