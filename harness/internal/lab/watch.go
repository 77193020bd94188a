package lab

import "time"

// Reading is the CPU time of a variant's containers from their start to one moment, in the variant's order.
type Reading struct {
	At  time.Time
	CPU []time.Duration
}

// Watch reads the CPU time of all containers at an interval until it is stopped. It returns no readings if only the
// engine's statistics have the counters, because those take too long, or if [Running.Usage] was not called before.
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
			if now, err := r.reading(); err == nil { // Exited reports a container that has exited
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
