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

// Search asks for the knee: the highest rate at which the latency is within a limit at a quantile (a service level
// objective, such as a 99th percentile of 20 ms).
type Search struct {
	Spec     Spec          `json:"spec"` // of one step; its rate is not looked at
	Quantile float64       `json:"quantile"`
	Within   time.Duration `json:"within"` // from the moment that the schedule says
	Start    int           `json:"start"`  // rate of the first step, hits per second
	Lowest   int           `json:"lowest"` // where the search gives up
	Highest  int           `json:"highest"`
	Steps    int           `json:"steps"` // at most, those that verify not counted
}

const (
	fine   = 1.06 // rates nearer to each other than this are not told apart
	wider  = 1.5  // from one step to the next, while only one side of the knee is known
	retry  = 0.9  // of the rate that a repeat did not verify
	slower = 2    // times as long as a step lasts the repeat that verifies
)

// ParseSearch reads a search as the generator's argument has it.
func ParseSearch(arg string) (Search, error) {
	var s Search
	if err := json.Unmarshal([]byte(arg), &s); err != nil {
		return s, fmt.Errorf("read search: %w", err)
	}
	if s.Quantile <= 0 || s.Quantile >= 1 || s.Within <= 0 || s.Lowest < 1 || s.Highest < s.Lowest || s.Steps < 1 {
		return s, fmt.Errorf("read search: a quantile %v between 0 and 1, a limit %s above 0, rates from 1 (%d) up (%d) and steps (%d) are needed",
			s.Quantile, s.Within, s.Lowest, s.Highest, s.Steps)
	}
	return s, s.Spec.check()
}

// FindKnee searches by bisection, and holds what it found against a repeat of twice the time. A rate is met when every
// answer is right and the latency is within the limit. The search ends at Highest, beyond which the generator is not
// known to keep its schedule: the knee is then at least that.
func FindKnee(ctx context.Context, s Search) (record.Knee, error) {
	k := record.Knee{Load: s.Spec.Load, Quantile: s.Quantile, Within: s.Within, Highest: s.Highest}
	try := func(rate int, duration time.Duration, repeat bool) (record.Step, error) {
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
	met, missed := 0, 0 // the highest and the lowest rate of which it is known
	limited := false    // the generator was the reason for the latter
	rate := min(max(s.Start, s.Lowest), s.Highest)
	for range s.Steps {
		step, err := try(rate, s.Spec.Duration, false)
		if err != nil {
			return k, err
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
	for range 2 {
		if met == 0 {
			break
		}
		step, err := try(met, slower*s.Spec.Duration, true)
		if err != nil {
			return k, err
		}
		if step.Met {
			k.Rate, k.Verified = met, true
			break
		}
		limited = limited || step.Late
		met = int(retry * float64(met))
	}
	k.GeneratorBound = limited || k.Rate == s.Highest
	return k, nil
}

// next is the rate of the next step; 0 when the knee is known.
func (s Search) next(met, missed int) int {
	switch {
	case missed == 0 && met >= s.Highest, met == 0 && missed <= s.Lowest:
		return 0
	case missed == 0:
		return min(int(wider*float64(met)), s.Highest)
	case met == 0:
		return max(int(float64(missed)/wider), s.Lowest)
	case float64(missed) < fine*float64(met):
		return 0
	}
	return int(math.Sqrt(float64(met) * float64(missed)))
}

// judge says whether the rate was met, and if not, whether the generator's own lag alone is over the limit.
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
		return step, fmt.Errorf("find the knee: nothing was sent in %s at %d/s", s.Spec.Duration, rate)
	}
	step.Met = step.Wrong == 0 && step.Latency <= s.Within
	step.Late = !step.Met && step.Wrong == 0 && step.Lag > s.Within/2
	return step, nil
}
