package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"

	"spabench/harness/internal/cgroup"
)

// Usage is one container's counters at one moment.
type Usage struct {
	Container  string
	CPU        time.Duration // since it started, user and system
	Memory     int64         // bytes charged to its cgroup, page cache included
	WorkingSet int64         // Memory less inactive file pages
	Peak       int64         // maximum of Memory since the start; 0 if the kernel does not record it
	OOMKills   int64         // processes that were killed because memory ran out, if the kernel counts them
}

// counters says where a running container's counters are read from: the files of its cgroup or, if the engine runs on
// another machine, the engine's statistics, which take up to a second.
type counters struct {
	cpu, memory string // cgroup folders; "" for the engine's statistics
	v2          bool
}

// findCounters finds the cgroup of a container by its first process.
func findCounters(pid int, containerID string) counters {
	return parseCgroup(cgroupsOf(pid, containerID), cgroupMount)
}

// cgroupsOf is what the kernel says of the cgroups of a container's first process; "" if the process with that id is
// another one, because the engine runs on another kernel or in another name space of processes: engines name a
// container's cgroup by its id.
func cgroupsOf(pid int, containerID string) string {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/cgroup", pid))
	if err != nil || pid == 0 || containerID == "" || !strings.Contains(string(text), containerID) {
		return ""
	}
	return string(text)
}

// parseCgroup parses /proc/PID/cgroup (cgroups(7)), which has one line per hierarchy, "id:controllers:path". Version 1
// is used wherever it has the counters, because in the hybrid layout the folder of version 2 has none.
func parseCgroup(text, mount string) counters {
	var c counters
	var unified string
	for line := range strings.Lines(text) {
		_, rest, _ := strings.Cut(strings.TrimSpace(line), ":")
		controllers, path, ok := strings.Cut(rest, ":")
		if !ok {
			continue
		}
		if controllers == "" {
			unified = filepath.Join(mount, path)
		}
		for name := range strings.SplitSeq(controllers, ",") {
			switch name {
			case "cpuacct":
				c.cpu = filepath.Join(mount, name, path)
			case "memory":
				c.memory = filepath.Join(mount, name, path)
			}
		}
	}
	if c.cpu == "" && c.memory == "" && unified != "" {
		c = counters{cpu: unified, memory: unified, v2: true}
	}
	if c.cpu == "" || c.memory == "" || !exists(c.cpu) || !exists(c.memory) {
		return counters{}
	}
	return c
}

// read reads the counters from their files. Errors name the file.
func (c counters) read() (Usage, error) {
	if c.v2 {
		cpu, err1 := cgroup.CPUTime(c.cpuFile())
		mem, err2 := readNumber(filepath.Join(c.memory, "memory.current"))
		inactive, err3 := readKeyedNumber(filepath.Join(c.memory, "memory.stat"), "inactive_file")
		u := usageOf(cpu, mem, inactive)
		u.Peak, _ = readNumber(filepath.Join(c.memory, "memory.peak")) // from Linux 5.19 on
		u.OOMKills, _ = readKeyedNumber(filepath.Join(c.memory, "memory.events"), "oom_kill")
		return u, errors.Join(err1, err2, err3)
	}
	cpu, err1 := cgroup.CPUTime(c.cpuFile())
	mem, err2 := readNumber(filepath.Join(c.memory, "memory.usage_in_bytes"))
	inactive, err3 := readKeyedNumber(filepath.Join(c.memory, "memory.stat"), "total_inactive_file")
	u := usageOf(cpu, mem, inactive)
	u.Peak, _ = readNumber(filepath.Join(c.memory, "memory.max_usage_in_bytes"))
	u.OOMKills, _ = readKeyedNumber(filepath.Join(c.memory, "memory.oom_control"), "oom_kill") // from Linux 4.13 on
	return u, errors.Join(err1, err2, err3)
}

// cpuFile returns the path of the file with the CPU time.
func (c counters) cpuFile() string {
	if c.v2 {
		return filepath.Join(c.cpu, cgroup.FileV2)
	}
	return filepath.Join(c.cpu, cgroup.FileV1)
}

func usageOf(cpu time.Duration, memory, inactive int64) Usage {
	return Usage{CPU: cpu, Memory: memory, WorkingSet: memory - min(inactive, memory)}
}

func readNumber(file string) (int64, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(b)), 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", file, err)
	}
	return n, nil
}

// readKeyedNumber reads the value of the line "key value".
func readKeyedNumber(file, key string) (int64, error) {
	b, err := os.ReadFile(file)
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(b)) {
		if k, v, ok := strings.Cut(strings.TrimSpace(line), " "); ok && k == key {
			return strconv.ParseInt(v, 10, 64)
		}
	}
	return 0, fmt.Errorf("%s: no line %s", file, key)
}

// usage reads the counters of one running container.
func (l *Lab) usage(ctx context.Context, name, id string, c counters) (Usage, error) {
	var u Usage
	var err error
	if c.cpu != "" {
		u, err = c.read()
	} else {
		u, err = l.askEngine(ctx, id)
	}
	u.Container = name
	if err != nil {
		return u, fmt.Errorf("read counters of %s: %w", name, err)
	}
	return u, nil
}

func (l *Lab) askEngine(ctx context.Context, id string) (Usage, error) {
	res, err := l.docker.ContainerStats(ctx, id, client.ContainerStatsOptions{})
	if err != nil {
		return Usage{}, err
	}
	defer func() { _ = res.Body.Close() }()
	var s container.StatsResponse
	if err := json.NewDecoder(res.Body).Decode(&s); err != nil {
		return Usage{}, err
	}
	if s.CPUStats.CPUUsage.TotalUsage == 0 {
		return Usage{}, errors.New("the engine reports no CPU time; has the container exited?")
	}
	inactive, ok := s.MemoryStats.Stats["total_inactive_file"] // cgroup v1
	if !ok {
		inactive = s.MemoryStats.Stats["inactive_file"] // v2
	}
	u := usageOf(time.Duration(s.CPUStats.CPUUsage.TotalUsage), int64(s.MemoryStats.Usage), int64(inactive))
	u.Peak = int64(s.MemoryStats.MaxUsage) // cgroup v1 only
	return u, nil
}

// countersOf finds the counters of a container that has just been started.
func (l *Lab) countersOf(ctx context.Context, id string) counters {
	if !l.Local() {
		return counters{}
	}
	got, err := l.docker.ContainerInspect(ctx, id, client.ContainerInspectOptions{})
	if err != nil || got.Container.State == nil {
		return counters{}
	}
	return findCounters(got.Container.State.Pid, got.Container.ID)
}

// CounterFiles returns where the generator finds the CPU time of the containers, one file for each, in the variant's
// order. It is nil if the engine runs on another machine, or if Usage was not called before.
func (r *Running) CounterFiles() []string {
	var files []string
	for _, p := range r.parts {
		below, ok := strings.CutPrefix(p.counters.cpuFile(), cgroupMount)
		if !ok {
			return nil
		}
		files = append(files, hostCgroup+below)
	}
	return files
}
