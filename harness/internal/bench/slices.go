package bench

import (
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// sliced is the CPU time of one container in each whole slice between two moments, by the readings of all containers:
// scaled to the length of a slice, because no reading comes exactly when it was due.
func sliced(readings []lab.Reading, container int, from, to time.Time) []time.Duration {
	var slices []time.Duration
	for i := 1; i < len(readings); i++ {
		a, b := readings[i-1], readings[i]
		took := b.At.Sub(a.At)
		// One that came late says nothing of either slice that it parts; that happens where the machine does much else.
		if a.At.Before(from) || b.At.After(to) || took < record.Slice/2 || took > 2*record.Slice {
			continue
		}
		used := b.CPU[container] - a.CPU[container]
		slices = append(slices, time.Duration(float64(used)*float64(record.Slice)/float64(took)))
	}
	return slices
}

// excess is how much more CPU time a load took than the least that the arm needed for it so far, by the lower quartiles
// of their slices; it remembers the least. 0 where there are too few slices.
func (b *runner) excess(arm string, l record.Loaded) float64 {
	cpu, _ := l.Sliced(l.Usage)
	quartile := stat.LowerQuartile(cpu)
	if quartile <= 0 {
		return 0
	}
	key := arm + " " + l.Load
	if least, ok := b.leastCPU[key]; !ok || quartile < least {
		b.leastCPU[key] = quartile
	}
	return float64(quartile) / float64(b.leastCPU[key])
}
