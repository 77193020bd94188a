package table

import (
	"fmt"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// Value is a metric of an arm over all rounds, in base units. N is 0 where there is no valid value: it was not
// measured, answers were wrong, or the load generator was late.
func Value(run record.Run, arm string, m Metric) stat.Interval {
	if markOf(run, arm, m) != "" {
		return stat.Interval{Warning: "no valid measurement"}
	}
	return measured(run, arm, m).summary()
}

// Ratio is RatioAt the confidence of an interval that stands alone.
func Ratio(run record.Run, arm string, m Metric, to string, by Metric) stat.Interval {
	return RatioAt(run, arm, m, to, by, stat.Confidence)
}

// RatioAt is the ratio of one arm's metric to a metric of another arm, in the same rounds, and turn by turn where they
// took turns with each other, with the confidence asked for. N is 0 where either has no valid value.
func RatioAt(run record.Run, arm string, m Metric, to string, by Metric, confidence float64) stat.Interval {
	if markOf(run, arm, m) != "" || markOf(run, to, by) != "" {
		return stat.Interval{Warning: "no valid measurement"}
	}
	return measured(run, arm, m).ratio(measuredWith(run, to, by, m), confidence)
}

// Show formats a value of the metric, given in base units, as tables do, with its unit.
func (m Metric) Show(v float64) string {
	if m.Unit == pieces {
		return count(v)
	}
	return strings.TrimSpace(number(v/m.Unit.Per) + " " + m.Unit.Name)
}

// ShowInterval formats a centre and its interval with show. Exact values have no interval.
func ShowInterval(i stat.Interval, show func(float64) string) string {
	if i.Lo == i.Hi {
		return show(i.Centre)
	}
	return fmt.Sprintf("%s [%s, %s]", show(i.Centre), show(i.Lo), show(i.Hi))
}

// Factor formats a ratio.
func Factor(v float64) string { return number(v) }
