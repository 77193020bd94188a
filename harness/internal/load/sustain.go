package load

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// Sustain describes a search for the highest rate that a server keeps up with.
type Sustain struct {
	Spec    Spec `json:"spec"`    // its rate is ignored, and its duration is that of a step
	Lowest  int  `json:"lowest"`  // hits per second, where the search gives up
	Highest int  `json:"highest"` // where it ends
}

const (
	sustainRates = 10   // tried at most, from the one that a closed loop reached
	sustainAgain = 2    // tried at most, from the lowest one that was not kept up with
	sustainHits  = 6    // in a step, at least: it lasts longer at a low rate
	queueShare   = 0.05 // of a step's duration by which the median latency may grow, for a rate to be kept up with
	unloaded     = 0.25 // of what a closed loop reached: the rate at which the latency is that of a server at leisure
)

// ParseSustain parses JSON.
func ParseSustain(text []byte) (Sustain, error) {
	var s Sustain
	if err := json.Unmarshal(text, &s); err != nil {
		return s, fmt.Errorf("read search for a sustained rate: %w", err)
	}
	if s.Lowest < 1 || s.Highest < s.Lowest {
		return s, fmt.Errorf("read search for a sustained rate: rates %d to %d must be at least 1 and ascending",
			s.Lowest, s.Highest)
	}
	return s, s.Spec.check()
}

// FindSustained searches for it. A closed loop on the spec's connections comes first: a server that reaches Highest in
// it keeps up with that rate in an open loop as well, which is never tried then. This is also what keeps a slow server
// from getting seconds of requests at once.
//
// A server that does not keep up has a queue, which grows by as much time in each second as it lacks. So the median
// latency grows by half of what it lacks in a step. A rate is kept up with if all responses are correct, and the median
// is at most a twentieth of the step above that at a rate without any queue: the server then lacks a tenth at most.
func FindSustained(ctx context.Context, s Sustain) (record.Sustained, error) {
	return s.find(func(rate int) (record.Loaded, error) {
		spec := s.Spec
		spec.Rate, spec.Duration = rate, s.stepAt(rate)
		return Attack(ctx, spec)
	})
}

// stepAt is how long a rate is tried; rate 0 is the closed loop.
func (s Sustain) stepAt(rate int) time.Duration {
	if rate == 0 {
		return s.Spec.Duration
	}
	return max(s.Spec.Duration, sustainHits*time.Second/time.Duration(rate))
}

// Longest is how long the search takes at most, if every response comes in time.
func (s Sustain) Longest() time.Duration {
	return (sustainRates + sustainAgain + 2) * (s.Spec.Warmup + s.stepAt(s.Lowest))
}

// find searches with the attacks that attack makes.
func (s Sustain) find(attack func(rate int) (record.Loaded, error)) (record.Sustained, error) {
	var found record.Sustained
	closed, err := attack(0)
	if err != nil {
		return found, err
	}
	if closed.Elapsed > 0 {
		found.Closed = float64(closed.Requests-min(closed.Wrong, closed.Requests)) / closed.Elapsed.Seconds()
	}
	if closed.Wrong == 0 && found.Closed >= float64(s.Highest) {
		found.Rate = s.Highest
		return found, nil
	}
	first := s.within(found.Closed)
	leisure, err := s.step(attack, s.within(unloaded*found.Closed), 0)
	if err != nil {
		return found, err
	}
	found.Steps = append(found.Steps, leisure)
	if !leisure.Met { // not even that
		return found, nil
	}
	b := bisection{lowest: s.Lowest, highest: s.Highest, steps: sustainRates}
	found.Rate, err = b.narrowPatiently(first, sustainAgain, func(rate int) (bool, error) {
		step, err := s.step(attack, rate, leisure.Latency)
		if err != nil {
			return false, err
		}
		found.Steps = append(found.Steps, step)
		return step.Met, nil
	})
	if found.Rate == 0 {
		found.Rate = leisure.Rate
	}
	return found, err
}

// within is the rate, as far as it is one of those that may be tried.
func (s Sustain) within(rate float64) int { return min(max(int(rate), s.Lowest), s.Highest) }

// step tries a rate. Leisure is the median latency without a queue; 0 if this is what is looked for.
func (s Sustain) step(
	attack func(rate int) (record.Loaded, error), rate int, leisure time.Duration,
) (record.Step, error) {
	step := record.Step{Rate: rate}
	got, err := attack(rate)
	if err != nil {
		return step, err
	}
	if step.Wrong = got.Wrong; len(got.Reasons) > 0 {
		step.Reason = got.Reasons[0]
	}
	if got.Sent > 0 {
		step.Sent = float64(got.Requests) / got.Sent.Seconds()
	}
	var known bool
	if step.Latency, known, err = stat.Quantile(string(got.Planned), 0.5); err != nil {
		return step, err
	}
	queue := time.Duration(queueShare * float64(s.stepAt(rate)))
	step.Met = known && step.Wrong == 0 && (leisure == 0 || step.Latency <= leisure+queue)
	return step, nil
}
