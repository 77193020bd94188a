package load

import (
	"errors"
	"testing"
)

func TestNext(t *testing.T) {
	b := bisection{lowest: 10, highest: 1000}
	for _, tc := range []struct{ passed, failed, want int }{
		{100, 0, 150}, {900, 0, 1000}, {1000, 0, 0},
		{0, 100, 66}, {0, 12, 10}, {0, 10, 0},
		{100, 400, 200}, {100, 105, 0},
	} {
		if got := b.next(tc.passed, tc.failed); got != tc.want {
			t.Errorf("passed %d, failed %d: next %d, want %d", tc.passed, tc.failed, got, tc.want)
		}
	}
}

// Whatever the limit, as many steps as it takes find the highest rate that passes to within the resolution.
func TestNarrow(t *testing.T) {
	b := bisection{lowest: 1, highest: 20_000, steps: 40}
	for limit := 1; limit < 40_000; limit = limit*5/4 + 1 {
		for _, start := range []int{0, 1, 500, 6_667, 20_000, 90_000} {
			passed, failed, err := b.narrow(start, 0, func(rate int) (bool, error) {
				if rate < b.lowest || rate > b.highest {
					t.Errorf("rate %d was tried", rate)
				}
				return rate <= limit, nil
			})
			want := min(limit, b.highest)
			if err != nil || passed > want || passed+1 < want && float64(passed)*resolution < float64(want) {
				t.Errorf("from %d: %d passed, %d failed, %v; the limit is %d", start, passed, failed, err, limit)
			}
		}
	}
	broken := errors.New("broken")
	if _, _, err := b.narrow(1, 0, func(int) (bool, error) { return false, broken }); !errors.Is(err, broken) {
		t.Errorf("error %v", err)
	}
}
