package harness

import (
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"spabench/harness/internal/record"
)

// sentinel watches what else the machine does, where the servers run on the same one.
type sentinel struct {
	cpu    int           // that the fixed piece of work is done on: the servers' first
	bounds record.Bounds // beyond which a trial is disturbed
	least  time.Duration // that the work took so far

	before record.Sentinel // of the trial under way
	ticks  ticks
}

// defaultBounds: a piece of work that takes a quarter longer shares its CPU, or its core, with something; and what the
// hypervisor took is not the variant's.
var defaultBounds = record.Bounds{Spin: 1.25, Steal: 0.02}

// spins is how often the work is done at a time: their median is what counts, and one interruption no disturbance.
const spins = 5

// newSentinel calibrates the work on the first of a cpuset's CPUs. It returns nil where the machine does not tell.
func newSentinel(cpuset string, bounds record.Bounds) *sentinel {
	first, _, _ := strings.Cut(cpuset, "-")
	cpu, err := strconv.Atoi(first)
	if err != nil || bounds == (record.Bounds{}) {
		return nil
	}
	if _, err := readTicks(); err != nil {
		return nil
	}
	s := &sentinel{cpu: cpu, bounds: bounds, least: math.MaxInt64}
	for range 4 {
		if s.spin() == 0 {
			return nil
		}
	}
	return s
}

// spin is the time of the fixed piece of work, in times the least that it took so far; 0 where it cannot be done on
// the CPU.
func (s *sentinel) spin() float64 {
	var took []time.Duration
	var wg sync.WaitGroup
	wg.Go(func() { // ends its thread, which alone was bound to the CPU
		if bind(s.cpu) != nil {
			return
		}
		for range spins {
			began := time.Now()
			if work() == 0 {
				return // it never is; but without a use of its result the compiler could leave the work out
			}
			took = append(took, time.Since(began))
		}
	})
	wg.Wait()
	if len(took) == 0 {
		return 0
	}
	slices.Sort(took)
	median := took[len(took)/2]
	s.least = min(s.least, median)
	return float64(median) / float64(s.least)
}

// begin looks before a trial.
func (s *sentinel) begin() {
	if s == nil {
		return
	}
	s.before = record.Sentinel{Before: s.spin(), Load: loadAverage()}
	s.ticks, _ = readTicks()
}

// end looks after it, and judges.
func (s *sentinel) end() *record.Sentinel {
	if s == nil {
		return nil
	}
	seen := s.before
	if now, err := readTicks(); err == nil && now.all > s.ticks.all {
		seen.Steal = float64(now.stolen-s.ticks.stolen) / float64(now.all-s.ticks.all)
	}
	seen.After = s.spin()
	seen.Disturbed = disturbed(seen, s.bounds)
	return &seen
}

// disturbed says in words which bound was passed, "" when none was.
func disturbed(s record.Sentinel, b record.Bounds) string {
	var why []string
	if s.Before > b.Spin {
		why = append(why, fmt.Sprintf("before it, a fixed piece of work took %.2f times the least", s.Before))
	}
	if s.After > b.Spin {
		why = append(why, fmt.Sprintf("after it, a fixed piece of work took %.2f times the least", s.After))
	}
	if s.Steal > b.Steal {
		why = append(why, fmt.Sprintf("the hypervisor took %.1f%% of the CPU time", 100*s.Steal))
	}
	return strings.Join(why, "; ")
}

// work is the fixed piece: a few milliseconds of arithmetic (Marsaglia's xorshift) that waits for nothing and touches no
// memory.
func work() uint64 {
	x := uint64(88172645463325252)
	for range 3_000_000 {
		x ^= x << 13
		x ^= x >> 7
		x ^= x << 17
	}
	return x
}

// ticks are the machine's CPU time since it started, in the kernel's own unit.
type ticks struct{ all, stolen uint64 }

// readTicks reads /proc/stat (proc_stat(5)): user, nice, system, idle, iowait, irq, softirq, steal; guest time is in user.
func readTicks() (ticks, error) {
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return ticks{}, err
	}
	return parseTicks(string(text))
}

func parseTicks(text string) (ticks, error) {
	var t ticks
	line, _, _ := strings.Cut(text, "\n")
	fields := strings.Fields(line)
	if len(fields) < 9 || fields[0] != "cpu" {
		return t, fmt.Errorf("read /proc/stat: its first line is %q", line)
	}
	for i, f := range fields[1:9] {
		n, err := strconv.ParseUint(f, 10, 64)
		if err != nil {
			return t, fmt.Errorf("read /proc/stat: %w", err)
		}
		t.all += n
		if i == 7 {
			t.stolen = n
		}
	}
	return t, nil
}

// loadAverage is that of the last minute, 0 where it is not known.
func loadAverage() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), " ")
	v, _ := strconv.ParseFloat(first, 64)
	return v
}
