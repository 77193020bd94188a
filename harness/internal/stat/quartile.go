package stat

import (
	"cmp"
	"slices"
)

// LowerQuartile is the value that a quarter of the values are below, rounded down to one of them (the inverse of the
// empirical distribution); zero of none. The values stay as they are.
func LowerQuartile[T cmp.Ordered](values []T) (quartile T) {
	if len(values) == 0 {
		return quartile
	}
	sorted := slices.Sorted(slices.Values(values))
	return sorted[(len(sorted)-1)/4]
}
