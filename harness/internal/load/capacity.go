package load

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// Search describes a search for the SLO capacity: the highest rate at which a quantile of the latency is within a limit
// (a service level objective, such as a 99th percentile of 20 ms). The records call it the knee.
type Search struct {
	Spec     Spec          `json:"spec"` // of one step; its rate is ignored
	Quantile float64       `json:"quantile"`
	Within   time.Duration `json:"within"` // measured from the scheduled send time
	Start    int           `json:"start"`  // rate of the first step, hits per second
	Lowest   int           `json:"lowest"` // where the search gives up
	Highest  int           `json:"highest"`
	Steps    int           `json:"steps"` // maximum number, not counting repeats
}

const (
	growth       = 1.5  // factor from one step to the next, until the capacity is bracketed
	resolution   = 1.06 // the search ends when the bracket is no wider than this factor
	backoff      = 0.9  // factor from a rate that its repeat did not meet to the next one to verify
	repeatLength = 2    // duration of the repeat, in steps
)

// ParseSearch parses a search from the generator's argument, which is JSON.
func ParseSearch(arg string) (Search, error) {
	var s Search
	if err := json.Unmarshal([]byte(arg), &s); err != nil {
		return s, fmt.Errorf("read search: %w", err)
	}
	if s.Quantile <= 0 || s.Quantile >= 1 || s.Within <= 0 || s.Lowest < 1 || s.Highest < s.Lowest || s.Steps < 1 {
		return s, fmt.Errorf("read search: quantile %v must be between 0 and 1, limit %s positive, "+
			"rates %d to %d at least 1 and ascending, and steps %d at least 1",
			s.Quantile, s.Within, s.Lowest, s.Highest, s.Steps)
	}
	return s, s.Spec.check()
}

// FindCapacity searches for the SLO capacity by bisection, and verifies what it found by a repeat of twice the
// duration. A rate is met when every answer is correct and the latency is within the limit. The search ends at
// Highest, beyond which the generator may not keep its schedule: the capacity is then at least that.
func FindCapacity(ctx context.Context, s Search) (record.Knee, error) {
	k := record.Knee{Load: s.Spec.Load, Quantile: s.Quantile, Within: s.Within, Highest: s.Highest}
	met, limited, err := s.bracket(ctx, &k)
	if err != nil {
		return k, err
	}
	for range 2 {
		if met == 0 {
			break
		}
		step, err := s.try(ctx, &k, met, repeatLength*s.Spec.Duration, true)
		if err != nil {
			return k, err
		}
		if step.Met {
			k.Rate, k.Verified = met, true
			break
		}
		limited = limited || step.Late
		met = int(backoff * float64(met))
	}
	k.GeneratorBound = limited || k.Rate == s.Highest
	return k, nil
}

// bracket narrows the capacity down. It returns the highest rate that was met, or 0, and whether the lowest rate that
// was missed was missed because of the generator.
func (s Search) bracket(ctx context.Context, k *record.Knee) (met int, limited bool, err error) {
	missed := 0
	rate := min(max(s.Start, s.Lowest), s.Highest)
	for range s.Steps {
		step, err := s.try(ctx, k, rate, s.Spec.Duration, false)
		if err != nil {
			return met, limited, err
		}
		if step.Met {
			met = rate
		} else {
			missed, limited = rate, step.Late
		}
		if rate = s.next(met, missed); rate == 0 {
			break
		}
	}
	return met, limited, nil
}

// try runs one step at a rate and records it.
func (s Search) try(
	ctx context.Context, k *record.Knee, rate int, duration time.Duration, repeat bool,
) (record.Step, error) {
	spec := s.Spec
	spec.Rate, spec.Duration = rate, duration
	got, err := Attack(ctx, spec)
	if err != nil {
		return record.Step{}, err
	}
	step, err := s.judge(got, rate)
	step.Repeat = repeat
	k.Steps = append(k.Steps, step)
	return step, err
}

// next returns the rate of the next step, or 0 when the capacity is known.
func (s Search) next(met, missed int) int {
	switch {
	case missed == 0 && met >= s.Highest, met == 0 && missed <= s.Lowest:
		return 0
	case missed == 0:
		return min(int(growth*float64(met)), s.Highest)
	case met == 0:
		return max(int(float64(missed)/growth), s.Lowest)
	case float64(missed) < resolution*float64(met):
		return 0
	}
	return int(math.Sqrt(float64(met) * float64(missed)))
}

// judge decides whether the rate was met, and if not, whether that was because of the generator's own lag.
func (s Search) judge(got record.Loaded, rate int) (record.Step, error) {
	step := record.Step{Rate: rate, Wrong: got.Wrong, Sent: float64(got.Requests) / got.Sent.Seconds()}
	if len(got.Reasons) > 0 {
		step.Reason = got.Reasons[0]
	}
	var ok1, ok2 bool
	var err error
	if step.Latency, ok1, err = stat.Quantile(string(got.Planned), s.Quantile); err != nil {
		return step, err
	}
	if step.Lag, ok2, err = stat.Quantile(string(got.Lag), s.Quantile); err != nil {
		return step, err
	}
	if !ok1 || !ok2 {
		return step, fmt.Errorf("find the SLO capacity: nothing was sent in %s at %d/s", s.Spec.Duration, rate)
	}
	step.Met = step.Wrong == 0 && step.Latency <= s.Within
	step.Late = !step.Met && step.Wrong == 0 && step.Lag > s.Within/2
	return step, nil
}
