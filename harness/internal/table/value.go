package table

import (
	"fmt"
	"strings"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// Value is a metric of an arm over all rounds, in base units. N is 0 where it was not measured, or not rightly: answers
// were wrong, or the load generator fell behind.
func Value(run record.Run, arm string, m Metric) stat.Interval {
	if markOf(run, arm, m) != "" {
		return stat.Interval{Warning: "not measured rightly"}
	}
	return stat.Summary(measured(run, arm, m).values())
}

// Ratio is the ratio of one arm's metric to another's (or to another metric), paired by round. N is 0 where either was
// not measured rightly.
func Ratio(run record.Run, arm string, m Metric, to string, by Metric) stat.Interval {
	if markOf(run, arm, m) != "" || markOf(run, to, by) != "" {
		return stat.Interval{Warning: "not measured rightly"}
	}
	return measured(run, arm, m).ratio(measured(run, to, by))
}

// Show is a value of the metric, given in base units, as tables have it, with its unit.
func (m Metric) Show(v float64) string {
	if m.Unit == pieces {
		return count(v)
	}
	return strings.TrimSpace(number(v/m.Unit.Per) + " " + m.Unit.Name)
}

// ShowInterval is a centre with its interval, each by show; exact ones have none.
func ShowInterval(i stat.Interval, show func(float64) string) string {
	if i.Lo == i.Hi {
		return show(i.Centre)
	}
	return fmt.Sprintf("%s [%s, %s]", show(i.Centre), show(i.Lo), show(i.Hi))
}

// Factor shows a ratio.
func Factor(v float64) string { return number(v) }
