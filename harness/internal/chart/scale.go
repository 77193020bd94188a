package chart

import (
	"math"
	"strconv"
	"strings"

	"gonum.org/v1/plot"
)

// logarithmic is a scale that holds all of the values, with some room at each end.
func logarithmic(a *plot.Axis, values ...float64) {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if v > 0 && !math.IsInf(v, 1) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if lo > hi {
		lo, hi = 1, 10
	}
	room := max(math.Pow(hi/lo, 0.06), 1.02)
	a.Min, a.Max = lo/room, hi*room
	a.Scale = plot.LogScale{}
	a.Tick.Marker = logTicks(a.Min, a.Max)
}

// logTicks are at most six labelled ticks: powers of ten with what is between them, or equal steps where the scale is
// so short that there would be hardly any.
func logTicks(lo, hi float64) plot.ConstantTicks {
	if hi/lo < 5 {
		return steps(lo, hi, 5)
	}
	for _, digits := range [][]float64{{1, 2, 5}, {1, 3}, {1}} {
		var ticks plot.ConstantTicks
		for power := math.Floor(math.Log10(lo)); power <= math.Ceil(math.Log10(hi)); power++ {
			for _, d := range digits {
				if v := d * math.Pow(10, power); v >= lo && v <= hi {
					ticks = append(ticks, plot.Tick{Value: v, Label: label(v)})
				}
			}
		}
		if len(ticks) <= 6 {
			return ticks
		}
	}
	return plot.ConstantTicks{{Value: lo, Label: label(lo)}, {Value: hi, Label: label(hi)}}
}

// steps are ticks at equal distances of 1, 2 or 5 times a power of ten, as many as there may be or fewer.
func steps(lo, hi float64, most int) plot.ConstantTicks {
	step := math.Pow(10, math.Floor(math.Log10((hi-lo)/float64(most))))
	for _, times := range []float64{1, 2, 5, 10} {
		if (hi-lo)/(step*times) <= float64(most) {
			step *= times
			break
		}
	}
	var ticks plot.ConstantTicks
	for i := math.Ceil(lo / step); i*step <= hi*(1+1e-9); i++ {
		ticks = append(ticks, plot.Tick{Value: i * step, Label: label(i * step)})
	}
	return ticks
}

// label is a number without digits that mean nothing.
func label(v float64) string {
	s := strconv.FormatFloat(v, 'f', -1, 64)
	if rounded, err := strconv.ParseFloat(strconv.FormatFloat(v, 'g', 4, 64), 64); err == nil {
		s = strconv.FormatFloat(rounded, 'f', -1, 64)
	}
	whole, fraction, ok := strings.Cut(s, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if ok {
		return whole + "." + fraction
	}
	return whole
}
