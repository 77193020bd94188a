package witness

import (
	"context"
	"time"

	"spabench/harness/internal/lab"
)

// readEvery is how often the CPU time of the servers is read.
const readEvery = 50 * time.Millisecond

// reading is the CPU time of a variant's containers together, from their start to one moment.
type reading struct {
	at  time.Time
	cpu time.Duration
}

// watch reads the CPU time until it is stopped. Running a command in a container takes as long as a tenth of a slice,
// and opens connections; so that neither counts, the time is read within the slice, from outside, for both generators
// alike.
func watch(ctx context.Context, r *lab.Running) (stop func() ([]reading, error)) {
	type result struct {
		readings []reading
		err      error
	}
	ended, seen := make(chan struct{}), make(chan result)
	go func() {
		tick := time.NewTicker(readEvery)
		defer tick.Stop()
		var all result
		for {
			now, err := read(ctx, r)
			if err != nil {
				all.err = err
			} else {
				all.readings = append(all.readings, now)
			}
			select {
			case <-tick.C:
			case <-ended:
				seen <- all
				return
			}
		}
	}()
	return func() ([]reading, error) {
		close(ended)
		all := <-seen
		return all.readings, all.err
	}
}

func read(ctx context.Context, r *lab.Running) (reading, error) {
	now := reading{at: time.Now()}
	usage, err := r.Usage(ctx)
	for _, u := range usage {
		now.cpu += u.CPU
	}
	return now, err
}

// within is the CPU time between the first and the last reading in a period, and how far apart those are.
func within(readings []reading, began, ended time.Time) (cpu, over time.Duration) {
	var first, last reading
	for _, r := range readings {
		if r.at.Before(began) || r.at.After(ended) {
			continue
		}
		if first.at.IsZero() {
			first = r
		}
		last = r
	}
	return last.cpu - first.cpu, last.at.Sub(first.at)
}
