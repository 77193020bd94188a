package table

import (
	"fmt"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// Curve is how long requests of one load took, over all rounds at once, from the planned send time, without late turns.
type Curve struct {
	Requests int64
	At       []CurvePoint // in ascending order of their quantiles
}

// CurvePoint is one quantile of a curve.
type CurvePoint struct {
	Quantile float64
	Latency  time.Duration
}

// beyond is how many requests have to be slower than a quantile for a curve to have it: fewer are single accidents.
const beyond = 10

// LatencyCurve is the curve of an arm under a load, at those of the quantiles that it has enough requests for; without
// requests where nothing valid was measured. A quantile of all rounds at once has no interval: the tables have those.
func LatencyCurve(run record.Run, arm, load string, quantiles []float64) (Curve, error) {
	if bad, _, _ := wrongAnswers(run, arm, load); bad > 0 {
		return Curve{}, nil
	}
	var all []string
	for _, t := range run.Counted() {
		if l, ok := loaded(t, load); ok && t.Variant == arm {
			all = append(all, string(l.Planned))
		}
	}
	h, err := stat.Merge(all...)
	if err != nil {
		return Curve{}, fmt.Errorf("read the latencies of %s under load %s: %w", arm, load, err)
	}
	c := Curve{Requests: h.TotalCount()}
	for _, q := range quantiles {
		if (1-q)*float64(c.Requests) >= beyond {
			c.At = append(c.At, CurvePoint{q, time.Duration(h.ValueAtPercentile(100 * q))})
		}
	}
	return c, nil
}
