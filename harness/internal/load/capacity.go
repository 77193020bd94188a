package load

import (
	"context"
	"encoding/json"
	"fmt"
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
	repeats      = 2   // of what the search found, at most
	repeatLength = 2   // duration of a repeat, in steps
	backoff      = 0.9 // factor from a rate that its repeat did not meet to the next one to repeat
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
	return s.find(func(rate int, repeat bool) (record.Step, error) {
		spec := s.Spec
		if spec.Rate = rate; repeat {
			spec.Duration *= repeatLength
		}
		got, err := Attack(ctx, spec)
		if err != nil {
			return record.Step{}, err
		}
		return s.judge(got, rate)
	})
}

// find searches with the steps that try makes.
func (s Search) find(try func(rate int, repeat bool) (record.Step, error)) (record.Knee, error) {
	k := record.Knee{Load: s.Spec.Load, Quantile: s.Quantile, Within: s.Within, Highest: s.Highest}
	limited := false // the lowest rate that was missed, or a repeat, was missed because of the generator
	step := func(repeat bool) test {
		return func(rate int) (bool, error) {
			step, err := try(rate, repeat)
			if err != nil {
				return false, err
			}
			step.Repeat = repeat
			k.Steps = append(k.Steps, step)
			if !step.Met {
				limited = step.Late || repeat && limited
			}
			return step.Met, nil
		}
	}
	b := bisection{lowest: s.Lowest, highest: s.Highest, steps: s.Steps}
	met, _, err := b.narrow(s.Start, 0, step(false))
	if err != nil {
		return k, err
	}
	for range repeats {
		if met == 0 {
			break
		}
		if k.Verified, err = step(true)(met); err != nil {
			return k, err
		}
		if k.Verified {
			k.Rate = met
			break
		}
		met = int(backoff * float64(met))
	}
	k.GeneratorBound = limited || k.Rate == s.Highest
	return k, nil
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
