package sentinel

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// ticks are the machine's CPU time since it booted, in the kernel's own unit.
type ticks struct{ all, stolen uint64 }

// readTicks reads /proc/stat (proc_stat(5)): user, nice, system, idle, iowait, irq, softirq, steal. Guest time is
// included in user.
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

// Busy is how long the servers' CPUs have run programs since the machine booted, in user and in kernel mode, without
// interrupts. Its resolution is the kernel's tick, 10 ms. It is 0 without a sentinel.
func (s *Sentinel) Busy() time.Duration {
	if s == nil {
		return 0
	}
	text, err := os.ReadFile("/proc/stat")
	if err != nil {
		return 0
	}
	return parseBusy(string(text), s.serverCPU, s.lastServerCPU)
}

// tick is the unit of /proc/stat: USER_HZ is 100 on every Linux architecture that Docker supports.
const tick = 10 * time.Millisecond

func parseBusy(text string, firstCPU, lastCPU int) time.Duration {
	var sum time.Duration
	for line := range strings.Lines(text) {
		fields := strings.Fields(line)
		if len(fields) < 4 || !strings.HasPrefix(fields[0], "cpu") {
			continue
		}
		cpu, err := strconv.Atoi(strings.TrimPrefix(fields[0], "cpu"))
		if err != nil || cpu < firstCPU || cpu > lastCPU {
			continue
		}
		for _, f := range fields[1:4] { // user, nice, system
			n, _ := strconv.Atoi(f)
			sum += time.Duration(n) * tick
		}
	}
	return sum
}

// loadAverage is the load average of the last minute; 0 if it is unknown.
func loadAverage() float64 {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return 0
	}
	first, _, _ := strings.Cut(string(text), " ")
	v, _ := strconv.ParseFloat(first, 64)
	return v
}
