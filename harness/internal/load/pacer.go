package load

import (
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// pacer sends at a constant rate, like vegeta's own pacer, but waits in the kernel. Go's timers wake an idle program at
// the next whole millisecond, which at a thousand requests per second can be a whole interval late.
type pacer struct{ constant vegeta.ConstantPacer }

func newPacer(rate int) pacer {
	return pacer{vegeta.ConstantPacer{Freq: rate, Per: time.Second}}
}

// Pace itself waits until the next hit is due, and then tells vegeta not to wait.
func (p pacer) Pace(elapsed time.Duration, hits uint64) (time.Duration, bool) {
	wait, stop := p.constant.Pace(elapsed, hits)
	if stop || wait <= 0 {
		return wait, stop
	}
	sleep(wait)
	return 0, false
}

// Rate returns the constant rate.
func (p pacer) Rate(elapsed time.Duration) float64 { return p.constant.Rate(elapsed) }
