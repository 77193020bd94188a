package load

import "math"

// bisection is a search for the highest rate that passes a test. Above a rate that fails, all are taken to fail.
type bisection struct {
	lowest, highest int // hits per second
	steps           int // how many rates are tried at most
}

// test tries a rate and reports whether it passes.
type test func(rate int) (bool, error)

const (
	growth     = 1.5  // factor from one rate to the next, until one passes and one fails
	resolution = 1.06 // the search ends when the two are no further apart than this factor
)

// narrow tries rates, beginning with start, until the highest one that passes is known. Passed is one that is known to
// pass, or 0. It returns the highest that passed and the lowest that failed, or 0 where none did.
func (b bisection) narrow(start, passed int, try test) (highest, failed int, err error) {
	rate := min(max(start, b.lowest), b.highest)
	for range b.steps {
		ok, err := try(rate)
		if err != nil {
			return passed, failed, err
		}
		if ok {
			passed = rate
		} else {
			failed = rate
		}
		if rate = b.next(passed, failed); rate == 0 {
			break
		}
	}
	return passed, failed, nil
}

// narrowPatiently is narrow, after which the lowest rate that failed is tried once more, for other activity on the
// machine can only make it fail. If it passes then, the search goes on above it, with at most so many more rates.
func (b bisection) narrowPatiently(start, more int, try test) (highest int, err error) {
	highest, failed, err := b.narrow(start, 0, try)
	if err == nil && failed > 0 {
		b.steps = more
		highest, _, err = b.narrow(failed, highest, try)
	}
	return highest, err
}

// next returns the next rate to try, or 0 when the highest one that passes is known.
func (b bisection) next(passed, failed int) int {
	switch {
	case failed == 0 && passed >= b.highest, passed == 0 && failed <= b.lowest:
		return 0
	case failed == 0:
		return min(max(int(growth*float64(passed)), passed+1), b.highest)
	case passed == 0:
		return max(int(float64(failed)/growth), b.lowest)
	case failed <= passed+1 || float64(failed) < resolution*float64(passed):
		return 0
	}
	return max(int(math.Sqrt(float64(passed)*float64(failed))), passed+1)
}
