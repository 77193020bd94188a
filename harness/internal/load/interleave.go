package load

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"spabench/harness/internal/record"
)

// Interleaved is a load under which several arms take turns. In each turn, every arm gets one slice of the load, in an
// order drawn anew, while the others are idle. Disturbances that last longer than a slice then fall on all arms alike.
type Interleaved struct {
	Arms []Arm `json:"arms"` // with specs of the same duration, which is that of all slices of an arm together

	// Slice is how long each slice lasts. It has as many hits as are due in that time, but at least one, and ends when
	// the last one has been answered. 0: one slice of the whole duration.
	Slice  time.Duration `json:"slice"`
	LeadIn time.Duration `json:"lead_in"` // sent before each slice and not recorded: it wakes what was idle
	Seed   uint64        `json:"seed"`    // random seed of the order within each turn
}

// Arm is one taker of turns.
type Arm struct {
	Name string `json:"name"` // two arms of one name are the same containers under two loads
	Spec Spec   `json:"spec"`

	// Counters are files with the CPU time of its containers, in their order; none where that is unknown.
	Counters []string `json:"counters,omitempty"`
}

// ParseInterleaved parses JSON.
func ParseInterleaved(text []byte) (Interleaved, error) {
	var i Interleaved
	if err := json.Unmarshal(text, &i); err != nil {
		return i, fmt.Errorf("read interleaved load: %w", err)
	}
	return i, i.check()
}

func (i Interleaved) check() error {
	if len(i.Arms) == 0 {
		return errors.New("read interleaved load: it has no arms")
	}
	duration := i.Arms[0].Spec.Duration
	if i.Slice < 0 || i.Slice > duration || i.LeadIn < 0 {
		return fmt.Errorf("read interleaved load: slices of %s must be from 0 to the duration of %s, "+
			"and the lead-in of %s must not be negative", i.Slice, duration, i.LeadIn)
	}
	for n, a := range i.Arms {
		err := a.Spec.check()
		switch {
		case err != nil:
		case a.Name == "":
			err = errors.New("it has no name")
		case a.Spec.Rate == 0:
			err = errors.New("its rate is 0, a closed loop, which has no schedule to keep; attack it alone instead")
		case a.Spec.Duration != duration:
			err = fmt.Errorf("its duration is %s, not %s as that of the others", a.Spec.Duration, duration)
		}
		if err != nil {
			return fmt.Errorf("read interleaved load: arm %d (%s): %w", n+1, a.Name, err)
		}
	}
	return nil
}

// turns returns how many turns there are, and how long the slices are.
func (i Interleaved) turns() (int, time.Duration) {
	duration := i.Arms[0].Spec.Duration
	if i.Slice == 0 {
		return 1, duration
	}
	return int(duration / i.Slice), i.Slice
}

// Interleave runs the load, and returns what was measured on each arm, in the order of the arms. First every arm is
// warmed up. A server that stops answering has wrong answers, and no slices after that. If ctx is cancelled, Interleave
// stops early and returns ctx's error. Other errors name the arm.
func Interleave(ctx context.Context, i Interleaved) ([]record.Loaded, error) {
	if err := i.check(); err != nil {
		return nil, err
	}
	arms := make(takers, len(i.Arms))
	for n, a := range i.Arms {
		if _, err := a.cpuTimes(); err != nil {
			return nil, fmt.Errorf("read the counters of %s: %w", a.Name, err)
		}
		arms[n] = newTaker(a)
		defer arms[n].gun.close()
	}
	for _, t := range arms {
		if err := t.warmUp(ctx); err != nil {
			return nil, err
		}
	}
	order := rand.New(rand.NewPCG(i.Seed, 0))
	last, length := i.turns()
	for turn := 1; turn <= last; turn++ {
		runtime.GC() // now, so that none is needed within a slice, which it would delay
		for _, n := range order.Perm(len(arms)) {
			if err := arms.slice(ctx, arms[n], turn, i.LeadIn, length); err != nil {
				return nil, err
			}
		}
		arms.settle(turn)
	}
	return arms.loaded()
}
