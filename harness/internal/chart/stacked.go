package chart

import (
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg/draw"
)

// Stacked are bars that are divided into the same parts, at most four. They begin at 0, or, in a waterfall, where each
// of them does. Each part has a digit, unless it is the only one.
type Stacked struct {
	Rows   []string    // from the top
	Values [][]float64 // of each row: its parts
	Begins []float64   // where the bar of each row begins; nil: all at 0
	Title  string      // of the scale, with its unit
}

// digitFrom is the part of the scale's length that a digit needs.
const digitFrom = 0.04

// Picture draws it.
func (s Stacked) Picture() (Picture, error) {
	p := newPlot(s.Title, "")
	rows(p, s.Rows)
	lowest, highest, longest := p.Y.Min, p.Y.Max, 0.0
	for row, parts := range s.Values {
		sum := s.begin(row)
		for _, v := range parts {
			sum += v
		}
		longest = max(longest, sum)
	}
	if longest <= 0 {
		longest = 1
	}
	p.X.Min, p.X.Max = 0, longest*1.02
	p.X.Tick.Marker = steps(0, p.X.Max, 5)
	p.X.Padding = 0
	digits := plotter.XYLabels{}
	for row, parts := range s.Values {
		at, y := s.begin(row), height(row, len(s.Rows))
		for i, v := range parts {
			bar, err := area(at, at+v, y-0.35, y+0.35, shades()[i].token(),
				draw.LineStyle{Color: soft.token(), Width: thin})
			if err != nil {
				return Picture{}, err
			}
			p.Add(bar)
			if len(parts) > 1 && v > digitFrom*longest {
				digits.XYs = append(digits.XYs, plotter.XY{X: at + v/2, Y: y})
				digits.Labels = append(digits.Labels, strconv.Itoa(i+1))
			}
			at += v
		}
	}
	if len(digits.XYs) > 0 {
		labels, err := plotter.NewLabels(digits)
		if err != nil {
			return Picture{}, err
		}
		for i := range labels.TextStyle {
			labels.TextStyle[i] = text.Style{Color: ink.token(), Font: face(), XAlign: draw.XCenter,
				YAlign: draw.YCenter, Handler: plot.DefaultTextHandler}
		}
		p.Add(labels)
	}
	p.X.Min, p.X.Max, p.Y.Min, p.Y.Max = 0, longest*1.02, lowest, highest
	return paint(p, 44+float64(len(s.Rows)*22))
}

func (s Stacked) begin(row int) float64 {
	if s.Begins == nil {
		return 0
	}
	return s.Begins[row]
}

// PartKey is the shade of a part with its digit, for the legend.
func PartKey(part int) (Picture, error) {
	const side = 16
	return canvas(side, side, func(c draw.Canvas) {
		c.SetColor(shades()[part].token())
		c.Fill(c.Rectangle.Path())
		c.FillText(text.Style{Color: ink.token(), Font: face(), XAlign: draw.XCenter, YAlign: draw.YCenter,
			Handler: plot.DefaultTextHandler}, c.Center(), strconv.Itoa(part+1))
	})
}
