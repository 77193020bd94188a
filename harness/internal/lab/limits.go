package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/moby/moby/client"
)

// Limits are what all containers of a variant may use together. They are set on one cgroup above the containers, so
// that a container that needs more can get more: limits on each would give three containers three small machines.
type Limits struct {
	CPUs   float64 // seconds of CPU time per second; 0 sets no limit
	Memory int64   // bytes, page cache included and without swap; 0 sets no limit
}

// Throttling is the effect of a CPU limit since the variant was started.
type Throttling struct {
	Time      time.Duration // for which runnable threads waited, because the quota was used up; summed over CPUs
	Periods   int64         // periods in which something was runnable
	Throttled int64         // periods of these in which the quota was used up
}

// CanLimit returns an error that says why limits cannot be set, or nil.
func (l *Lab) CanLimit(ctx context.Context) error {
	_, err := l.hierarchy(ctx)
	return err
}

// hierarchy finds out once how cgroups are managed here.
func (l *Lab) hierarchy(ctx context.Context) (hierarchy, error) {
	l.cgroupsMu.Lock()
	defer l.cgroupsMu.Unlock()
	if l.cgroups.mount != "" {
		return l.cgroups, nil
	}
	fail := func(format string, args ...any) (hierarchy, error) {
		return hierarchy{}, fmt.Errorf("limit CPUs or memory: "+format+"; run without limits, or on another machine",
			args...)
	}
	if runtime.GOOS != "linux" {
		return fail("this needs an engine on this machine's own kernel, but on %s it runs in a virtual machine",
			runtime.GOOS)
	}
	if !localEngine() {
		return fail("this needs the engine on this machine, but DOCKER_HOST is %s", os.Getenv("DOCKER_HOST"))
	}
	if os.Geteuid() != 0 {
		return fail("this needs root, to create a cgroup")
	}
	res, err := l.docker.Info(ctx, client.InfoOptions{})
	if err != nil {
		return hierarchy{}, fmt.Errorf("limit CPUs or memory: read engine facts: %w", err)
	}
	if !l.Local() {
		return fail("this needs the engine on this machine, but the one that answers here runs on another, " +
			"or in a virtual machine")
	}
	h := hierarchy{mount: cgroupMount, v2: res.Info.CgroupVersion == "2", systemd: res.Info.CgroupDriver == "systemd"}
	if !h.systemd && res.Info.CgroupDriver != "cgroupfs" {
		return fail("this needs an engine with the cgroup driver cgroupfs or systemd, but it has %q",
			res.Info.CgroupDriver)
	}
	if !h.mounted() {
		return fail("the engine uses cgroup v%s, but the controllers cpu and memory are not mounted at %s",
			res.Info.CgroupVersion, h.mount)
	}
	l.cgroups = h
	return h, nil
}

// mounted reports whether the controllers cpu and memory are available.
func (h hierarchy) mounted() bool {
	if h.v2 {
		return exists(filepath.Join(h.mount, "cgroup.controllers"))
	}
	return exists(filepath.Join(h.mount, "cpu")) && exists(filepath.Join(h.mount, "memory"))
}

// createGroup creates the cgroup for a variant's containers.
func (l *Lab) createGroup(ctx context.Context, limits Limits) (*group, error) {
	h, err := l.hierarchy(ctx)
	if err != nil {
		return nil, err
	}
	g := &group{hierarchy: h, name: h.groupName(os.Getpid(), l.serial.Add(1)), limits: limits}
	if err := g.create(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("create cgroup %s: %w", g.name, err), g.remove(ctx))
	}
	return g, nil
}

// groupDirs lists the folders of the cgroups of that name, which may be a pattern, in all hierarchies.
func groupDirs(mount, name string) []string {
	v2, _ := filepath.Glob(filepath.Join(mount, name)) // the only error is a malformed pattern
	v1, _ := filepath.Glob(filepath.Join(mount, "*", name))
	return append(v2, v1...)
}

// sweepGroups removes the cgroups of this process and of processes that have ended. It returns how many it removed, and
// the ids of the live processes that own others. Only root can have created any.
func (l *Lab) sweepGroups(ctx context.Context, mount string) (removed int, inUse []int, err error) {
	if !l.Local() || os.Geteuid() != 0 {
		return 0, nil, nil
	}
	var names []string
	set, _ := filepath.Glob(filepath.Join(dropIns, groupPrefix+"*"+sliceSuffix+".d"))
	for _, dir := range set {
		names = append(names, strings.TrimSuffix(filepath.Base(dir), ".d"))
	}
	for _, dir := range groupDirs(mount, groupPrefix+"*") {
		names = append(names, filepath.Base(dir))
	}
	var errs []error
	for _, name := range unique(names...) {
		owner, _, _ := strings.Cut(strings.TrimPrefix(name, groupPrefix), "_")
		pid, err := strconv.Atoi(owner)
		if err != nil {
			continue // not ours
		}
		if pid != os.Getpid() && alive(pid) {
			inUse = append(inUse, pid)
			continue
		}
		g := group{hierarchy: hierarchy{mount: mount}, name: name}
		if err := g.remove(ctx); err != nil {
			errs = append(errs, fmt.Errorf("remove cgroup %s: %w", name, err))
			continue
		}
		removed++
	}
	return removed, inUse, errors.Join(errs...)
}

func unique(names ...string) []string {
	slices.Sort(names)
	return slices.Compact(names)
}
