package load

import (
	"context"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// Calibrate measures what the generator itself can do with a spec, against a server that costs next to nothing: its
// ceiling, in a closed loop on all of the spec's connections, and then how well it keeps its schedule at half of that, in the
// best of a few attempts.
func Calibrate(ctx context.Context, s Spec) (record.Calibration, error) {
	c := record.Calibration{Load: s.Load}
	s.Rate = 0
	most, err := Attack(ctx, s)
	if err != nil {
		return c, err
	}
	c.Ceiling, c.Wrong, c.Reasons = float64(most.Requests)/most.Elapsed.Seconds(), most.Wrong, most.Reasons
	if s.Rate = int(c.Ceiling / 2); s.Rate == 0 {
		return c, nil
	}
	// What else the machine does can only make it worse: the best of a few attempts is the generator's.
	for range attempts {
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
		if c.Half.LagP50 < kept && c.Half.Sent > 0.995*float64(s.Rate) {
			break
		}
	}
	return c, nil
}

const (
	attempts = 3
	kept     = 500 * time.Microsecond // a median lag below this, and no further attempt is made
)

// schedule is how well an attack kept to its rate.
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
