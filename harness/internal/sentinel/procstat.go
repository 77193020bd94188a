package sentinel

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// ticks are the machine's CPU time since it booted, in the kernel's own unit.
type ticks struct{ all, stolen uint64 }

// stolenSince is the share of the CPU time since then that the hypervisor gave to other machines, 0 to 1.
func (t ticks) stolenSince(before ticks) float64 {
	if t.all <= before.all {
		return 0
	}
	return float64(t.stolen-before.stolen) / float64(t.all-before.all)
}

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
