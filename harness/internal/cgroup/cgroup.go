// Package cgroup reads the kernel's count of the CPU time that the processes of a cgroup have used together.
package cgroup

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// The files with the CPU time of a cgroup. The kernel's two versions of cgroups name them differently.
const (
	FileV1 = "cpuacct.usage" // nanoseconds, alone in the file
	FileV2 = "cpu.stat"      // among others, a line with microseconds
)

const keyV2 = "usage_usec"

// CPUTime reads the CPU time of a cgroup since it was created, user and system, from a file whose name is FileV1 or
// FileV2. Errors name the file; one that wraps fs.ErrNotExist means that the cgroup is gone.
func CPUTime(file string) (time.Duration, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	number, unit := strings.TrimSpace(string(text)), time.Nanosecond
	if filepath.Base(file) == FileV2 {
		var found bool
		if number, found = value(number, keyV2); !found {
			return 0, fmt.Errorf("%s: no line %s", file, keyV2)
		}
		unit = time.Microsecond
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	return time.Duration(n) * unit, nil
}

// value returns the value of the line "key value".
func value(text, key string) (string, bool) {
	for line := range strings.Lines(text) {
		if k, v, ok := strings.Cut(strings.TrimSpace(line), " "); ok && k == key {
			return v, true
		}
	}
	return "", false
}
