package load

import (
	"context"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// Calibrate measures what the generator itself can do with a spec, against a server that costs next to nothing: its
// ceiling, in a closed loop on all of the spec's connections, and then how well it keeps its schedule at half of that.
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
	half, err := Attack(ctx, s)
	if err != nil {
		return c, err
	}
	c.Wrong += half.Wrong
	c.Half = record.Schedule{Rate: s.Rate, Sent: float64(half.Requests) / half.Sent.Seconds()}
	if c.Half.LagP50, _, err = stat.Quantile(string(half.Lag), 0.5); err != nil {
		return c, err
	}
	c.Half.LagP99, _, err = stat.Quantile(string(half.Lag), 0.99)
	return c, err
}
