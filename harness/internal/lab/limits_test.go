package lab

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"spabench/variants"
)

// createLimited creates containers of the first base image under limits, each with a shell command of its own.
func createLimited(t *testing.T, l *Lab, limits Limits, commands ...string) *Running {
	t.Helper()
	if err := l.CanLimit(t.Context()); err != nil {
		t.Skip(err)
	}
	v := variants.Variant{Name: "test"}
	var refs []string
	dir := t.TempDir()
	for i, command := range commands {
		name := fmt.Sprintf("limits-%d", i)
		file := fmt.Sprintf("FROM %s\nCMD [\"sh\", \"-c\", %q]\n", l.bases[0].Image, command)
		if err := os.WriteFile(filepath.Join(dir, name+".Dockerfile"), []byte(file), 0o644); err != nil {
			t.Fatal(err)
		}
		ref := l.prefix + "/" + name + ":latest"
		err := l.build(t.Context(), buildRequest{context: dir, dockerfile: name + ".Dockerfile", ref: ref})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			o := client.ImageRemoveOptions{Force: true, PruneChildren: true}
			_, _ = l.docker.ImageRemove(context.WithoutCancel(t.Context()), ref, o)
		})
		v.Containers = append(v.Containers, variants.Container{Name: fmt.Sprint(i)})
		refs = append(refs, ref)
	}
	r, err := l.Create(t.Context(), v, Options{Refs: refs, CPUSet: "0", Limits: limits})
	if r != nil {
		t.Cleanup(func() {
			ctx := context.WithoutCancel(t.Context())
			if err := r.Remove(ctx); err != nil {
				t.Error(err)
			}
			if left := groupDirs(cgroupMount, r.group.name); len(left) > 0 {
				t.Errorf("left behind: %q", left)
			}
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

const spinScript = "while :; do :; done"

// Two containers that spin share one limit and are throttled for the rest of the time. How soon they use up the quota
// of a period depends on what else runs on the CPU, so the test waits for periods in which they did.
func TestLimitCPUs(t *testing.T) {
	const cpus, period, enough = 0.2, 100 * time.Millisecond, 20
	l := openLab(t)
	r := createLimited(t, l, Limits{CPUs: cpus}, spinScript, spinScript)
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	read := func() (time.Duration, Throttling, time.Time) {
		t.Helper()
		us, err := r.Usage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		th, err := r.Throttling()
		if err != nil {
			t.Fatal(err)
		}
		return us[0].CPU + us[1].CPU, th, time.Now()
	}
	cpu, waited, began := read()
	cpuAfter, waitedAfter, ended := read()
	deadline := began.Add(time.Minute)
	for ; waitedAfter.Throttled-waited.Throttled < enough; cpuAfter, waitedAfter, ended = read() {
		if time.Now().After(deadline) {
			t.Fatalf("throttled in %d periods of a minute, want %d", waitedAfter.Throttled-waited.Throttled, enough)
		}
		time.Sleep(period)
	}
	used, took := cpuAfter-cpu, ended.Sub(began)
	periods, throttled := waitedAfter.Periods-waited.Periods, waitedAfter.Throttled-waited.Throttled
	quota := time.Duration(cpus * float64(period))
	// The kernel hands out a quota in slices of 5 ms, and a period may have begun before the first reading.
	if most := time.Duration(1.25*cpus*float64(took)) + quota; used > most {
		t.Errorf("used %s of CPU time in %s, want at most %s", used, took, most)
	}
	if least := time.Duration(0.75 * float64(throttled-1) * float64(quota)); used < least {
		t.Errorf("used %s of CPU time, and was throttled in %d periods, each after %s", used, throttled, quota)
	}
	if throttled > periods || waitedAfter.Time <= waited.Time || waitedAfter.Time-waited.Time > took {
		t.Errorf("throttled in %d of %d periods, for %s of %s", throttled, periods, waitedAfter.Time-waited.Time, took)
	}
}

// A container that exceeds the memory limit is killed and reported as out of memory; its neighbour shares the limit.
func TestLimitMemory(t *testing.T) {
	l := openLab(t)
	r := createLimited(t, l, Limits{Memory: 32 << 20}, "sleep 60",
		"sleep 1; head -c 100m /dev/zero | tail -c 90m; sleep 1; x=$(yes | head -c 90m)")
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Throttling(); err != nil {
		t.Error(err)
	}
	ended := func() bool {
		_, _, ok := r.Exited(t.Context())
		return ok
	}
	var killed, peak int64
	for deadline := time.Now().Add(30 * time.Second); !ended(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("is still running")
		}
		if us, err := r.Usage(t.Context()); err == nil {
			// Only the first kill counts here. The next one, a second later, ends the container, and may be counted
			// before the container is reported as exited.
			if killed == 0 {
				killed = us[1].OOMKills
			}
			peak = max(peak, us[1].Peak)
		}
	}
	groupPeak, err := readNumber(r.group.dir("memory", "memory.max_usage_in_bytes"))
	if r.group.v2 {
		groupPeak, err = readNumber(r.group.dir("memory", "memory.peak"))
	}
	if errors.Is(err, fs.ErrNotExist) { // before Linux 5.19, version 2 has none
		groupPeak, err = peak, nil
	}
	if err != nil {
		t.Fatal(err)
	}
	// The kernel charges the container before the group above it, which has the limit and may refuse: the container's
	// peak, not its use, then is one refused charge above the limit, of a huge page for each CPU at most.
	if most := int64(32<<20) + refused(); killed != 1 || peak < 20<<20 || peak > most {
		t.Errorf("before its end: %d killed, peak %d bytes, want at most %d", killed, peak, most)
	}
	// The limit itself holds, but for charges that the kernel cannot refuse, such as those of a process that is ending:
	// less than it charges in one go, 64 pages for each CPU.
	if most := int64(32<<20 + runtime.NumCPU()*64*os.Getpagesize()); groupPeak < peak-refused() || groupPeak > most {
		t.Errorf("the containers together used %d bytes at their peak, want at most %d", groupPeak, most)
	}
	name, code, _ := r.Exited(t.Context())
	if name != "1" || code != killedCode || !r.OutOfMemory(t.Context(), name) || r.OutOfMemory(t.Context(), "0") {
		t.Errorf("container %s ended with %d, out of memory: %t", name, code, r.OutOfMemory(t.Context(), name))
	}
}

// refused is how much memory a refused charge can add to a peak: a transparent huge page for each CPU, where the kernel
// gives any.
func refused() int64 {
	const settings = "/sys/kernel/mm/transparent_hugepage/"
	enabled, err := os.ReadFile(settings + "enabled")
	size, err2 := readNumber(settings + "hpage_pmd_size")
	if err != nil || err2 != nil || !strings.Contains(string(enabled), "[always]") { // nobody asks for one here
		return 0
	}
	return int64(runtime.NumCPU()) * size
}

// A sweep removes the cgroup of a dead process, and leaves that of a live one.
func TestSweepGroups(t *testing.T) {
	l := openLab(t)
	if err := l.CanLimit(t.Context()); err != nil {
		t.Skip(err)
	}
	if l.cgroups.systemd {
		t.Skip("systemd makes the groups here")
	}
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	of := func(pid int) *group {
		t.Helper()
		g := &group{hierarchy: l.cgroups, name: fmt.Sprintf("%s%d_1", groupPrefix, pid), limits: Limits{CPUs: 0.5}}
		if err := g.create(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = g.remove(context.WithoutCancel(t.Context())) })
		return g
	}
	left, mine, living := of(dead.Process.Pid), of(os.Getpid()), of(1)
	s, err := l.Sweep(t.Context())
	if err != nil || s.Groups < 2 {
		t.Errorf("swept %+v, %v", s, err)
	}
	for g, want := range map[*group]bool{left: false, mine: false, living: true} {
		if exists := len(groupDirs(cgroupMount, g.name)) > 0; exists != want {
			t.Errorf("%s exists: %t", g.name, exists)
		}
	}
}

// Cgroups of both versions are written and read correctly, in folders that stand in for the kernel's.
func TestGroup(t *testing.T) {
	for _, tc := range []struct {
		v2   bool
		want map[string]string
		stat string
	}{
		{false, map[string]string{
			"cpu/NAME/cpu.cfs_period_us":        "100000",
			"cpu/NAME/cpu.cfs_quota_us":         "25000",
			"memory/NAME/memory.limit_in_bytes": "134217728",
		}, "cpu/NAME/cpu.stat"},
		{true, map[string]string{
			"cgroup.subtree_control": "+cpu +memory", "NAME/cpu.max": "25000 100000", "NAME/memory.max": "134217728",
		}, "NAME/cpu.stat"},
	} {
		root := t.TempDir()
		for _, controller := range []string{"cpu", "memory"} {
			if err := os.Mkdir(filepath.Join(root, controller), 0o755); err != nil {
				t.Fatal(err)
			}
		}
		g := &group{hierarchy: hierarchy{mount: root, v2: tc.v2}, name: "NAME",
			limits: Limits{CPUs: 0.25, Memory: 128 << 20}}
		if err := g.create(t.Context()); err != nil {
			t.Fatal(err)
		}
		for file, want := range tc.want {
			if got, err := os.ReadFile(filepath.Join(root, file)); err != nil || string(got) != want {
				t.Errorf("v2 %t: %s: %q, %v, want %q", tc.v2, file, got, err, want)
			}
		}
		below := counters{memory: g.dir("memory", "container")}
		if err := g.holds(below); err != nil {
			t.Errorf("v2 %t: %v", tc.v2, err)
		}
		if err := g.holds(counters{memory: filepath.Join(root, "memory/docker/container")}); err == nil {
			t.Errorf("v2 %t: holds a container that is elsewhere", tc.v2)
		}
		g.limits.CPUs = 0.5
		if err := g.holds(below); err == nil || !strings.Contains(err.Error(), "0.25 CPUs, not to 0.5") {
			t.Errorf("v2 %t: %v", tc.v2, err)
		}
		g.limits = Limits{Memory: 1 << 30}
		if err := g.holds(below); err == nil || !strings.Contains(err.Error(), "134217728 bytes") {
			t.Errorf("v2 %t: %v", tc.v2, err)
		}
		stat := "nr_periods 10\nnr_throttled 4\nthrottled_time 1500000\nthrottled_usec 1500\n"
		if err := os.WriteFile(filepath.Join(root, tc.stat), []byte(stat), 0o644); err != nil {
			t.Fatal(err)
		}
		want := Throttling{Time: 1500 * time.Microsecond, Periods: 10, Throttled: 4}
		if got, err := g.throttling(); err != nil || got != want {
			t.Errorf("v2 %t: %+v, %v", tc.v2, got, err)
		}
	}
}

// Systemd accepts only the name of a unit, and both it and the engine take a hyphen in it for a level of the tree.
func TestGroupName(t *testing.T) {
	for want, h := range map[string]hierarchy{
		"spabench_limits_12_3": {}, "spabench_limits_12_3.slice": {systemd: true},
	} {
		if got := h.groupName(12, 3); got != want {
			t.Errorf("systemd %t: %q, want %q", h.systemd, got, want)
		}
	}
}

func TestCannotLimit(t *testing.T) {
	t.Setenv("DOCKER_HOST", "tcp://elsewhere:2375")
	if err := new(Lab).CanLimit(t.Context()); err == nil ||
		!strings.Contains(err.Error(), "the engine on this machine") {
		t.Errorf("error %v", err)
	}
}
