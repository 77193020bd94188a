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

// Limits are what all containers of a variant may use together. They stand on one cgroup above the containers, so that
// whoever of them needs more gets more: limits on each would give three containers three small machines.
type Limits struct {
	CPUs   float64 // seconds of CPU time in a second; 0: no limit
	Memory int64   // bytes, page cache included, and no swap beside them; 0: no limit
}

// Throttling is how a CPU limit was felt, since the variant was started.
type Throttling struct {
	Time      time.Duration // in which something was to be run and the quota was used up, summed over CPUs
	Periods   int64         // in which something was to be run
	Throttled int64         // of these: the quota was used up before the end
}

// CanLimit says what is missing where limits cannot be set.
func (l *Lab) CanLimit(ctx context.Context) error {
	_, err := l.hierarchy(ctx)
	return err
}

// hierarchy asks the engine once.
func (l *Lab) hierarchy(ctx context.Context) (hierarchy, error) {
	l.cgroupsMu.Lock()
	defer l.cgroupsMu.Unlock()
	if l.cgroups.mount != "" {
		return l.cgroups, nil
	}
	fail := func(format string, args ...any) (hierarchy, error) {
		return hierarchy{}, fmt.Errorf("limit CPUs or memory: "+format+"; bench without limits, or elsewhere", args...)
	}
	if runtime.GOOS != "linux" {
		return fail("this needs the engine on this machine's own kernel, and on %s it runs in a virtual machine", runtime.GOOS)
	}
	if !localEngine() {
		return fail("this needs the engine on this machine, and DOCKER_HOST is %s", os.Getenv("DOCKER_HOST"))
	}
	if os.Geteuid() != 0 {
		return fail("this needs root, to make a cgroup")
	}
	res, err := l.docker.Info(ctx, client.InfoOptions{})
	if err != nil {
		return hierarchy{}, fmt.Errorf("limit CPUs or memory: read engine facts: %w", err)
	}
	h := hierarchy{mount: cgroupMount, v2: res.Info.CgroupVersion == "2", systemd: res.Info.CgroupDriver == "systemd"}
	switch {
	case !h.systemd && res.Info.CgroupDriver != "cgroupfs":
		return fail("this needs an engine with the cgroup driver cgroupfs or systemd, and it has %q", res.Info.CgroupDriver)
	case h.v2 && !exists(filepath.Join(h.mount, "cgroup.controllers")), !h.v2 && (!exists(filepath.Join(h.mount, "cpu")) || !exists(filepath.Join(h.mount, "memory"))):
		return fail("the engine uses cgroup v%s, and the controllers cpu and memory are not mounted at %s", res.Info.CgroupVersion, h.mount)
	}
	l.cgroups = h
	return h, nil
}

// createGroup makes the cgroup for a variant's containers.
func (l *Lab) createGroup(ctx context.Context, limits Limits) (*group, error) {
	h, err := l.hierarchy(ctx)
	if err != nil {
		return nil, err
	}
	g := &group{hierarchy: h, name: fmt.Sprintf("%s%d_%d", groupPrefix, os.Getpid(), l.serial.Add(1)), limits: limits}
	if g.systemd {
		g.name += slice
	}
	if err := g.create(ctx); err != nil {
		return nil, errors.Join(fmt.Errorf("make cgroup %s: %w", g.name, err), g.remove(ctx))
	}
	return g, nil
}

// found lists the folders of that name, which may be a pattern, in all hierarchies.
func found(mount, name string) []string {
	v2, _ := filepath.Glob(filepath.Join(mount, name)) // the patterns are right
	v1, _ := filepath.Glob(filepath.Join(mount, "*", name))
	return append(v2, v1...)
}

// sweepGroups removes the groups of this process and of those that have ended. It returns how many, and which living
// processes use theirs. Only root can have made one.
func (l *Lab) sweepGroups(ctx context.Context, mount string) (removed int, inUse []int, err error) {
	if !sharesKernel() || os.Geteuid() != 0 {
		return 0, nil, nil
	}
	var names []string
	set, _ := filepath.Glob(filepath.Join(dropIns, groupPrefix+"*"+slice+".d"))
	for _, dir := range set {
		names = append(names, strings.TrimSuffix(filepath.Base(dir), ".d"))
	}
	for _, dir := range found(mount, groupPrefix+"*") {
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
