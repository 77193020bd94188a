package bench

import (
	"time"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/stat"
)

// sliced is the CPU time of one container in each whole slice between two moments, taken from readings of all
// containers. It is scaled to the length of a slice, because readings do not come exactly when they are due.
func sliced(readings []lab.Reading, container int, from, to time.Time) []time.Duration {
	var slices []time.Duration
	for i := 1; i < len(readings); i++ {
		a, b := readings[i-1], readings[i]
		took := b.At.Sub(a.At)
		// A late reading says nothing about the slices before and after it. It is late when the machine is busy
		// otherwise.
		if a.At.Before(from) || b.At.After(to) || took < record.Slice/2 || took > 2*record.Slice {
			continue
		}
		used := b.CPU[container] - a.CPU[container]
		slices = append(slices, time.Duration(float64(used)*float64(record.Slice)/float64(took)))
	}
	return slices
}

// excess is the ratio of the CPU time that a load took to the minimum that the arm has needed for it so far, by the
// lower quartiles of their slices; it is 0 if there are too few slices. It keeps the minimum up to date.
func (b *benchRun) excess(arm string, l record.Loaded) float64 {
	cpu, _ := l.Sliced(l.Usage)
	quartile := stat.LowerQuartile(cpu)
	if quartile <= 0 {
		return 0
	}
	key := arm + " " + l.Load
	if minimum, found := b.minCPU[key]; !found || quartile < minimum {
		b.minCPU[key] = quartile
	}
	return float64(quartile) / float64(b.minCPU[key])
}
