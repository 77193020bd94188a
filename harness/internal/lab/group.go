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

// period is how often the CPU quota is filled up: the kernel's default, and the engine's for its --cpus.
const period = 100 * time.Millisecond

// hierarchy is where the kernel has its cgroups, and who makes them.
type hierarchy struct {
	mount   string // /sys/fs/cgroup
	v2      bool
	systemd bool // it owns the tree, and is asked; untested, since no machine with it was at hand: but see holds
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
	slice       = ".slice"
	dropIns     = "/run/systemd/system.control" // where systemd keeps properties that were set at run time
)

// parent is what the engine is told.
func (g *group) parent() string {
	if g.systemd {
		return g.name
	}
	return "/" + g.name
}

// dir is the group's folder for a controller, with a file's name after it.
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
		if err := os.WriteFile(filepath.Join(g.mount, "cgroup.subtree_control"), []byte("+cpu +memory"), 0o644); err != nil {
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

// settings are files, and what is written into them, in this order.
func (g *group) settings() [][2]string {
	var s [][2]string
	us := func(d time.Duration) string { return strconv.FormatInt(d.Microseconds(), 10) }
	quota := time.Duration(g.limits.CPUs * float64(period))
	memory := strconv.FormatInt(g.limits.Memory, 10)
	if g.limits.CPUs > 0 && g.v2 {
		s = append(s, [2]string{g.dir("cpu", "cpu.max"), us(quota) + " " + us(period)})
	} else if g.limits.CPUs > 0 {
		s = append(s, [2]string{g.dir("cpu", "cpu.cfs_period_us"), us(period)}, [2]string{g.dir("cpu", "cpu.cfs_quota_us"), us(quota)})
	}
	if g.limits.Memory == 0 {
		return s
	}
	limit, swap, none := "memory.limit_in_bytes", "memory.memsw.limit_in_bytes", memory // of version 1: memory and swap together
	if g.v2 {
		limit, swap, none = "memory.max", "memory.swap.max", "0"
	}
	s = append(s, [2]string{g.dir("memory", limit), memory})
	if exists(g.dir("memory", swap)) { // a kernel that does not count swap has none
		s = append(s, [2]string{g.dir("memory", swap), none})
	}
	return s
}

// createSlice sets the properties of a slice that does not run yet; it starts with the first container in it.
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

// holds fails unless the container is in the group and the kernel has its limits: an engine that sees another tree of
// cgroups than this process, or a systemd that knows better, would make numbers that only look limited.
func (g *group) holds(c counters) error {
	if !strings.HasPrefix(c.memory, g.dir("memory")+"/") {
		return fmt.Errorf("it is not in the cgroup %s that has the limits (but in %q), or has ended", g.dir("memory"), c.memory)
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
		memory, err := number(file)
		if err != nil {
			return err
		}
		if off := g.limits.Memory - memory; off < 0 || off >= int64(os.Getpagesize()) {
			return fmt.Errorf("the kernel limits it to %d bytes of memory, not to %d", memory, g.limits.Memory)
		}
	}
	return nil
}

// cpus reads the limit that the kernel has.
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
	quota, err1 := number(g.dir("cpu", "cpu.cfs_quota_us"))
	period, err2 := number(g.dir("cpu", "cpu.cfs_period_us"))
	return float64(quota) / float64(max(period, 1)), errors.Join(err1, err2)
}

func (g *group) throttling() (Throttling, error) {
	file := g.dir("cpu", "cpu.stat")
	key, unit := "throttled_time", time.Nanosecond
	if g.v2 {
		key, unit = "throttled_usec", time.Microsecond
	}
	waited, err1 := keyed(file, key)
	periods, err2 := keyed(file, "nr_periods")
	throttled, err3 := keyed(file, "nr_throttled")
	return Throttling{Time: time.Duration(waited) * unit, Periods: periods, Throttled: throttled}, errors.Join(err1, err2, err3)
}

// full reports whether the memory limit was ever reached. That alone kills nobody: page cache is given up first.
func (g *group) full() bool {
	n, err := number(g.dir("memory", "memory.failcnt"))
	if g.v2 {
		n, err = keyed(g.dir("memory", "memory.events"), "oom")
	}
	return err == nil && n > 0
}

// remove removes the group, from which all containers must be gone. The engine made it in every hierarchy of version 1,
// and the kernel may take a moment to let the last process of each go.
func (g *group) remove(ctx context.Context) error {
	if strings.HasSuffix(g.name, slice) {
		return errors.Join(systemctl(ctx, "stop", g.name), os.RemoveAll(filepath.Join(dropIns, g.name+".d")))
	}
	for deadline := time.Now().Add(5 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		left := found(g.mount, g.name)
		var errs []error
		for _, dir := range left {
			below, _ := filepath.Glob(filepath.Join(dir, "*", "cgroup.procs")) // what an engine that was killed left there
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
