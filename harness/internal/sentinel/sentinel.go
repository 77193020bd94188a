// Package sentinel looks at what else a machine does while something is measured on it: other programs on the same
// CPUs, and the hypervisor.
package sentinel

import (
	"errors"
	"strconv"
	"strings"

	"spabench/harness/internal/record"
)

// Sentinel looks at the machine before and after each round, if the servers run on the same machine. It judges nothing:
// what disturbs a round falls on all of its arms alike. A nil Sentinel sees nothing.
//
// Each look times two fixed pieces of work, the probes: arithmetic on a CPU of the servers, and two threads that wake
// each other. Both take as long as ever on an undisturbed machine, whatever is measured in between.
type Sentinel struct {
	serverCPU    int        // the first of the servers' CPUs: the probes run there
	generatorCPU int        // the first of the generator's CPUs
	fastest      probeTimes // so far

	current record.Sentinel // what was seen before the round in progress
	ticks   ticks           // when it began
}

// warmUpProbes is how often New runs the probes, to learn how fast they can be.
const warmUpProbes = 4

// New returns a sentinel for servers and a load generator that run on these cpusets. It is nil if the machine cannot be
// watched.
func New(serverCPUs, generatorCPUs string) *Sentinel {
	server, err1 := firstCPU(serverCPUs)
	generator, err2 := firstCPU(generatorCPUs)
	_, err3 := readTicks()
	if errors.Join(err1, err2, err3) != nil {
		return nil
	}
	s := &Sentinel{serverCPU: server, generatorCPU: generator}
	for range warmUpProbes {
		if s.probe() == (record.Look{}) {
			return nil
		}
	}
	return s
}

// firstCPU is the first CPU of a cpuset such as "0-1" or "0".
func firstCPU(set string) (int, error) {
	first, _, _ := strings.Cut(set, "-")
	return strconv.Atoi(first)
}

// Begin looks at the machine before a round.
func (s *Sentinel) Begin() {
	if s == nil {
		return
	}
	s.current = record.Sentinel{Before: s.probe(), Load: loadAverage()}
	s.ticks, _ = readTicks()
}

// End looks at it after the round, and returns what was seen; nil without a sentinel.
func (s *Sentinel) End() *record.Sentinel {
	if s == nil {
		return nil
	}
	seen := s.current
	if now, err := readTicks(); err == nil {
		seen.Steal = now.stolenSince(s.ticks)
	}
	seen.After = s.probe()
	return &seen
}
