package stat

import (
	"slices"
	"testing"
)

func TestLowerQuartile(t *testing.T) {
	for _, test := range []struct {
		values []int
		want   int
	}{
		{nil, 0}, {[]int{7}, 7}, {[]int{9, 1}, 1}, {[]int{5, 4, 3, 2, 1}, 2}, {[]int{1, 2, 3, 4, 5, 6, 7, 8}, 2}, {[]int{9, 8, 7, 6, 5, 4, 3, 2, 1}, 3},
	} {
		before := slices.Clone(test.values)
		if got := LowerQuartile(test.values); got != test.want || !slices.Equal(test.values, before) {
			t.Errorf("of %v: %d, want %d; then %v", before, got, test.want, test.values)
		}
	}
}
