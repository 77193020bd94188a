package load

import (
	"context"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// Calibrate measures what the generator itself can do with a spec, against the baseline (the null server): its
// ceiling, in a closed loop on all of the spec's connections, and then how well it keeps its schedule at half of that,
// in the best of a few attempts.
func Calibrate(ctx context.Context, s Spec) (record.Calibration, error) {
	c := record.Calibration{Load: s.Load}
	s.Rate = 0
	closed, err := Attack(ctx, s)
	if err != nil {
		return c, err
	}
	c.Ceiling, c.Wrong, c.Reasons = float64(closed.Requests)/closed.Elapsed.Seconds(), closed.Wrong, closed.Reasons
	if s.Rate = int(c.Ceiling / 2); s.Rate == 0 {
		return c, nil
	}
	// Other activity on the machine can only make it worse, so the best of a few attempts shows the generator.
	for range scheduleAttempts {
		half, err := Attack(ctx, s)
		if err != nil {
			return c, err
		}
		c.Wrong += half.Wrong
		try, err := schedule(half, s.Rate)
		if err != nil {
			return c, err
		}
		if c.Half.Rate == 0 || try.Sent > c.Half.Sent && try.LagP50 < c.Half.LagP50 {
			c.Half = try
		}
		if c.Half.LagP50 < goodLag && c.Half.Sent > 0.995*float64(s.Rate) {
			break
		}
	}
	return c, nil
}

const (
	scheduleAttempts = 3
	goodLag          = 500 * time.Microsecond // a median lag below this, and no further attempt is made
)

// schedule returns how well an attack kept to its rate.
func schedule(l record.Loaded, rate int) (record.Schedule, error) {
	s := record.Schedule{Rate: rate}
	if l.Sent > 0 {
		s.Sent = float64(l.Requests) / l.Sent.Seconds()
	}
	var err error
	if s.LagP50, _, err = stat.Quantile(string(l.Lag), 0.5); err != nil {
		return s, err
	}
	s.LagP99, _, err = stat.Quantile(string(l.Lag), 0.99)
	return s, err
}
