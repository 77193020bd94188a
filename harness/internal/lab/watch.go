package lab

import "time"

// Reading is the CPU time of a variant's containers at one moment, since they started, in their order.
type Reading struct {
	At  time.Time
	CPU []time.Duration
}

// Watch reads the CPU time of all containers every so often, until it is stopped. There are no readings where only the
// engine tells the counters, which takes it longer than that, and none before [Running.Usage] was called.
func (r *Running) Watch(every time.Duration) (stop func() []Reading) {
	for _, p := range r.parts {
		if p.counters.cpu == "" {
			return func() []Reading { return nil }
		}
	}
	ended, seen := make(chan struct{}), make(chan []Reading)
	go func() {
		tick := time.NewTicker(every)
		defer tick.Stop()
		var readings []Reading
		for {
			if now, err := r.reading(); err == nil { // a container that has ended is told of by others
				readings = append(readings, now)
			}
			select {
			case <-tick.C:
			case <-ended:
				seen <- readings
				return
			}
		}
	}()
	return func() []Reading {
		close(ended)
		return <-seen
	}
}

func (r *Running) reading() (Reading, error) {
	now := Reading{At: time.Now()}
	for _, p := range r.parts {
		cpu, err := p.counters.cpuTime()
		if err != nil {
			return now, err
		}
		now.CPU = append(now.CPU, cpu)
	}
	return now, nil
}
