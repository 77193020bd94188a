package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// cpuPeriod is how often the CPU quota is renewed: the default of the kernel, and of the engine's option --cpus.
const cpuPeriod = 100 * time.Millisecond

// hierarchy is where cgroups are, and who manages them.
type hierarchy struct {
	mount   string // /sys/fs/cgroup
	v2      bool
	systemd bool // systemd owns the tree and creates them; untested for want of such a machine, but see holds
}

// group is the cgroup above the containers of one variant.
type group struct {
	hierarchy
	name   string // with the owner's process id, so that a sweep can tell whether it is still in use
	limits Limits
}

const (
	cgroupMount = "/sys/fs/cgroup"
	groupPrefix = "spabench_limits_" // no hyphen: in the name of a slice it stands for a level
	sliceSuffix = ".slice"
	dropIns     = "/run/systemd/system.control" // where systemd stores properties set at run time
)

// groupName makes a name that systemd accepts where it manages cgroups: there, it is that of a unit.
func (h hierarchy) groupName(owner int, serial int64) string {
	name := fmt.Sprintf("%s%d_%d", groupPrefix, owner, serial)
	if h.systemd {
		name += sliceSuffix
	}
	return name
}

// parent returns the group's name in the form that the engine expects of a container's parent.
func (g *group) parent() string {
	if g.systemd {
		return g.name
	}
	return "/" + g.name
}

// dir returns the path of the group's folder for a controller, or of a file in it.
func (g *group) dir(controller string, file ...string) string {
	path := filepath.Join(g.mount, controller, g.name)
	if g.v2 {
		path = filepath.Join(g.mount, g.name)
	}
	return filepath.Join(append([]string{path}, file...)...)
}

func (g *group) create(ctx context.Context) error {
	if g.systemd {
		return g.createSlice(ctx)
	}
	if g.v2 {
		err := os.WriteFile(filepath.Join(g.mount, "cgroup.subtree_control"), []byte("+cpu +memory"), 0o644)
		if err != nil {
			return fmt.Errorf("enable the controllers cpu and memory: %w", err)
		}
	}
	for _, dir := range unique(g.dir("cpu"), g.dir("memory")) {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	for _, s := range g.settings() {
		if err := os.WriteFile(s[0], []byte(s[1]), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// settings lists files and what to write into them, in this order.
func (g *group) settings() [][2]string {
	var s [][2]string
	us := func(d time.Duration) string { return strconv.FormatInt(d.Microseconds(), 10) }
	quota := time.Duration(g.limits.CPUs * float64(cpuPeriod))
	memory := strconv.FormatInt(g.limits.Memory, 10)
	if g.limits.CPUs > 0 && g.v2 {
		s = append(s, [2]string{g.dir("cpu", "cpu.max"), us(quota) + " " + us(cpuPeriod)})
	} else if g.limits.CPUs > 0 {
		s = append(s,
			[2]string{g.dir("cpu", "cpu.cfs_period_us"), us(cpuPeriod)},
			[2]string{g.dir("cpu", "cpu.cfs_quota_us"), us(quota)})
	}
	if g.limits.Memory == 0 {
		return s
	}
	// In version 1 the limit that rules out swap is that of memory and swap together.
	limit, swap, noSwap := "memory.limit_in_bytes", "memory.memsw.limit_in_bytes", memory
	if g.v2 {
		limit, swap, noSwap = "memory.max", "memory.swap.max", "0"
	}
	s = append(s, [2]string{g.dir("memory", limit), memory})
	if exists(g.dir("memory", swap)) { // it does not exist if the kernel does not account for swap
		s = append(s, [2]string{g.dir("memory", swap), noSwap})
	}
	return s
}

// createSlice sets the properties of a slice that is not active yet. It is started with the first container in it.
func (g *group) createSlice(ctx context.Context) error {
	args := []string{"set-property", "--runtime", g.name, "CPUAccounting=yes", "MemoryAccounting=yes"}
	if g.limits.CPUs > 0 {
		args = append(args, fmt.Sprintf("CPUQuota=%g%%", 100*g.limits.CPUs))
	}
	if memory := strconv.FormatInt(g.limits.Memory, 10); g.limits.Memory > 0 && g.v2 {
		args = append(args, "MemoryMax="+memory, "MemorySwapMax=0")
	} else if g.limits.Memory > 0 {
		args = append(args, "MemoryLimit="+memory)
	}
	return systemctl(ctx, args...)
}

func systemctl(ctx context.Context, args ...string) error {
	if out, err := exec.CommandContext(ctx, "systemctl", args...).CombinedOutput(); err != nil {
		return fmt.Errorf("systemctl %s: %w: %s", strings.Join(args, " "), err, tail(string(out), 3))
	}
	return nil
}

// holds returns an error unless the container is in the group and the kernel enforces the group's limits. Otherwise an
// engine with a different view of the cgroup tree, or a systemd that resets the limits, would yield results that only
// look limited.
func (g *group) holds(c counters) error {
	if !strings.HasPrefix(c.memory, g.dir("memory")+"/") {
		return fmt.Errorf("it has exited, or is in the cgroup %q instead of %s, which has the limits",
			c.memory, g.dir("memory"))
	}
	if g.limits.CPUs > 0 {
		cpus, err := g.cpus()
		if err != nil {
			return err
		}
		if cpus < 0.99*g.limits.CPUs || cpus > 1.01*g.limits.CPUs {
			return fmt.Errorf("the kernel limits it to %g CPUs, not to %g", cpus, g.limits.CPUs)
		}
	}
	if g.limits.Memory > 0 {
		file := g.dir("memory", "memory.limit_in_bytes")
		if g.v2 {
			file = g.dir("memory", "memory.max")
		}
		memory, err := readNumber(file)
		if err != nil {
			return err
		}
		if off := g.limits.Memory - memory; off < 0 || off >= int64(os.Getpagesize()) {
			return fmt.Errorf("the kernel limits it to %d bytes of memory, not to %d", memory, g.limits.Memory)
		}
	}
	return nil
}

// cpus reads the CPU limit that the kernel enforces.
func (g *group) cpus() (float64, error) {
	if g.v2 {
		b, err := os.ReadFile(g.dir("cpu", "cpu.max"))
		if err != nil {
			return 0, err
		}
		var quota, period float64
		if _, err := fmt.Sscan(string(b), &quota, &period); err != nil { // "max 100000" where there is none
			return 0, fmt.Errorf("%s: %q: %w", g.dir("cpu", "cpu.max"), b, err)
		}
		return quota / period, nil
	}
	quota, err1 := readNumber(g.dir("cpu", "cpu.cfs_quota_us"))
	period, err2 := readNumber(g.dir("cpu", "cpu.cfs_period_us"))
	return float64(quota) / float64(max(period, 1)), errors.Join(err1, err2)
}

func (g *group) throttling() (Throttling, error) {
	file := g.dir("cpu", "cpu.stat")
	key, unit := "throttled_time", time.Nanosecond
	if g.v2 {
		key, unit = "throttled_usec", time.Microsecond
	}
	waited, err1 := readKeyedNumber(file, key)
	periods, err2 := readKeyedNumber(file, "nr_periods")
	throttled, err3 := readKeyedNumber(file, "nr_throttled")
	t := Throttling{Time: time.Duration(waited) * unit, Periods: periods, Throttled: throttled}
	return t, errors.Join(err1, err2, err3)
}

// full reports whether the memory limit was ever reached. That alone kills no process: page cache is reclaimed first.
func (g *group) full() bool {
	n, err := readNumber(g.dir("memory", "memory.failcnt"))
	if g.v2 {
		n, err = readKeyedNumber(g.dir("memory", "memory.events"), "oom")
	}
	return err == nil && n > 0
}

// remove removes the group, whose containers must have been removed. The engine created it in every hierarchy of
// version 1, and the kernel may need a moment until the last process has left each of them.
func (g *group) remove(ctx context.Context) error {
	if strings.HasSuffix(g.name, sliceSuffix) {
		return errors.Join(systemctl(ctx, "stop", g.name), os.RemoveAll(filepath.Join(dropIns, g.name+".d")))
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		left := groupDirs(g.mount, g.name)
		var errs []error
		for _, dir := range left {
			// Those of containers are left behind by an engine that was killed.
			below, _ := filepath.Glob(filepath.Join(dir, "*", "cgroup.procs"))
			for _, procs := range below {
				_ = os.Remove(filepath.Dir(procs))
			}
			if err := os.Remove(dir); err != nil && !errors.Is(err, os.ErrNotExist) {
				errs = append(errs, err)
			}
		}
		if len(errs) == 0 || time.Now().After(deadline) || ctx.Err() != nil {
			return errors.Join(errs...)
		}
	}
}
