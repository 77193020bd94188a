package sentinel

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"spabench/harness/internal/record"
)

// Sentinel watches what else the machine does, where the servers run on the same one.
type Sentinel struct {
	first, peer int           // that the fixed pieces of work are done on: the servers' first, and the generator's first
	last        int           // of the servers' CPUs
	bounds      record.Bounds // beyond which a trial is disturbed
	least       pieces        // that they took so far

	before record.Sentinel // of the trial under way
	ticks  ticks
}

// pieces are how long the fixed pieces of work took: see record.Look.
type pieces struct{ spin, wake time.Duration }

// defaultBounds: arithmetic that takes a quarter longer shares its CPU, or its core, with something; what the
// hypervisor took is not the variant's; and where a wake-up takes twice as long, each request costs more CPU time, since
// at the plan's rates it wakes the server. Wake-ups differ by half of the least on a machine that does nothing.
// A load is another's as much when something else uses the servers' CPUs for a twelfth of it. Where nothing in this machine
// did, 84 of 100 loads of one page took up to 1.15 times their variant's least CPU time, the rest up to 2.4 times.
var DefaultBounds = record.Bounds{Spin: 1.25, Wake: 2, Steal: 0.02, Foreign: 0.08, Excess: 1.15}

// samples is how often a piece of work is done at a time: their median is what counts, and one interruption no
// disturbance.
const samples = 5

// New calibrates the work on the first of each cpuset's CPUs. It returns nil where the machine does not tell.
func New(servers, generator string, bounds record.Bounds) *Sentinel {
	cpu, err1 := firstCPU(servers)
	peer, err2 := firstCPU(generator)
	_, err3 := readTicks()
	if errors.Join(err1, err2, err3) != nil || bounds == (record.Bounds{}) {
		return nil
	}
	s := &Sentinel{first: cpu, peer: peer, last: cpu, bounds: bounds}
	if _, last, several := strings.Cut(servers, "-"); several {
		if s.last, err1 = strconv.Atoi(last); err1 != nil {
			return nil
		}
	}
	for range 4 {
		if s.look() == (record.Look{}) {
			return nil
		}
	}
	return s
}

// firstCPU is the first of a cpuset: "0-1".
func firstCPU(set string) (int, error) {
	first, _, _ := strings.Cut(set, "-")
	return strconv.Atoi(first)
}

// look does the work, and gives its time in times the least so far; nothing where it cannot be done.
func (s *Sentinel) look() record.Look {
	var took pieces
	var wg sync.WaitGroup
	wg.Go(func() { // ends its thread, which alone was bound to the CPU
		if bind(s.first) != nil {
			return
		}
		took.spin = median(func() time.Duration {
			began := time.Now()
			if work() == 0 {
				return 0 // it never is; but without a use of its result the compiler could leave the work out
			}
			return time.Since(began)
		})
		if s.peer != s.first {
			took.wake = wakes(s.peer)
		}
	})
	wg.Wait()
	if took.spin == 0 {
		return record.Look{}
	}
	if s.least.spin == 0 {
		s.least = took
	}
	s.least.spin, s.least.wake = min(s.least.spin, took.spin), min(s.least.wake, took.wake)
	l := record.Look{Spin: float64(took.spin) / float64(s.least.spin)}
	if s.least.wake > 0 {
		l.Wake = float64(took.wake) / float64(s.least.wake)
	}
	return l
}

// median does a piece of work several times.
func median(work func() time.Duration) time.Duration {
	var took []time.Duration
	for range samples {
		took = append(took, work())
	}
	slices.Sort(took)
	return took[samples/2]
}

// Begin looks before a trial.
func (s *Sentinel) Begin() {
	if s == nil {
		return
	}
	s.before = record.Sentinel{Before: s.look(), Load: loadAverage()}
	s.ticks, _ = readTicks()
}

// End looks after it, and judges.
func (s *Sentinel) End() *record.Sentinel {
	if s == nil {
		return nil
	}
	seen := s.before
	if now, err := readTicks(); err == nil && now.all > s.ticks.all {
		seen.Steal = float64(now.stolen-s.ticks.stolen) / float64(now.all-s.ticks.all)
	}
	seen.After = s.look()
	seen.Disturbed = disturbed(seen, s.bounds)
	return &seen
}

// Beyond reports whether a bound is set, and passed.
func Beyond(value, bound float64) bool { return bound > 0 && value > bound }

// disturbed says in words which bound was passed, "" when none was.
func disturbed(s record.Sentinel, b record.Bounds) string {
	var why []string
	for _, l := range []struct {
		when string
		record.Look
	}{{"before", s.Before}, {"after", s.After}} {
		if l.Spin > b.Spin {
			why = append(why, fmt.Sprintf("%s it, arithmetic took %.2f times the least", l.when, l.Spin))
		}
		if l.Wake > b.Wake {
			why = append(why, fmt.Sprintf("%s it, waking a thread took %.2f times the least", l.when, l.Wake))
		}
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

// Busy is how long the servers' CPUs ran programs since the machine started, in user and kernel mode, interrupts not
// counted; to the kernel's tick, 10 ms. It is 0 without a sentinel.
func (s *Sentinel) Busy() time.Duration {
	if s == nil {
		return 0
	}
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	return parseBusy(string(text), s.first, s.last)
}

// tick is the unit of /proc/stat: USER_HZ is 100 on every architecture that Linux runs on with Docker.
const tick = 10 * time.Millisecond

func parseBusy(text string, first, last int) time.Duration {
	var sum time.Duration
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "cpu") {
			continue
		}
		cpu, err := strconv.Atoi(strings.TrimPrefix(fields[0], "cpu"))
		if err != nil || cpu < first || cpu > last {
			continue
		}
		for _, f := range fields[1:4] { // user, nice, system
			n, _ := strconv.Atoi(f)
			sum += time.Duration(n) * tick
		}
	}
	return sum
}

// Foreign is the part of the servers' CPUs that something else used in a time in which they were busy for so long, and
// the variant for so long of that.
func (s *Sentinel) Foreign(busy, variant, elapsed time.Duration) float64 {
	if s == nil || elapsed <= 0 {
		return 0
	}
	return max(0, float64(busy-variant)/(float64(elapsed)*float64(s.last-s.first+1)))
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
