package load

import (
	"time"

	vegeta "github.com/tsenart/vegeta/v12/lib"
)

// pacer sends at a constant rate, like vegeta's own pacer, but waits in the kernel. Go's timers wake an idle program at
// the next whole millisecond, which at a thousand requests per second can be a whole interval late.
//
// It also sends as many hits as were planned, however late. Vegeta's own attacks end after a given duration: the hits
// that are due while the generator stalls would be neither sent nor missed.
type pacer struct {
	constant vegeta.ConstantPacer
	hits     uint64
}

// newPacer sends all hits that are due within a time at that rate per second, but at least one.
func newPacer(rate int, d time.Duration) pacer {
	due := d.Seconds() * float64(rate)
	return pacer{vegeta.ConstantPacer{Freq: rate, Per: time.Second}, max(uint64(due+1e-6), 1)}
}

// Pace itself waits until the next hit is due, and then tells vegeta not to wait.
func (p pacer) Pace(elapsed time.Duration, hits uint64) (time.Duration, bool) {
	if hits >= p.hits {
		return 0, true
	}
	wait, stop := p.constant.Pace(elapsed, hits)
	if stop || wait <= 0 {
		return wait, stop
	}
	waitFor(wait)
	return 0, false
}

// awake is how long before a hit is due the pacer stops sleeping. To wake a thread on an idle CPU takes the kernel some
// 50 µs, more or less; a thread that is awake sees the moment come. It is at most a tenth of the wait, so that there is
// time for the answers.
const awake = 60 * time.Microsecond

// waitFor waits precisely: most of the time it sleeps, and at the end it watches the clock.
func waitFor(d time.Duration) {
	due := time.Now().Add(d)
	sleep(d - min(awake, d/10))
	for time.Now().Before(due) {
	}
}

// Rate returns the constant rate.
func (p pacer) Rate(elapsed time.Duration) float64 { return p.constant.Rate(elapsed) }
