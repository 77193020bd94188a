package lab

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestCounters(t *testing.T) {
	write := func(t *testing.T, root string, files map[string]string) {
		t.Helper()
		for name, text := range files {
			path := filepath.Join(root, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, tc := range []struct {
		name, cgroup string
		files        map[string]string
		want         Usage
		err          string
	}{
		{"v1", "5:memory:/docker/x\n2:cpu,cpuacct:/docker/x\n0::/\n", map[string]string{
			"cpuacct/docker/x/cpuacct.usage":        "1500000\n",
			"memory/docker/x/memory.usage_in_bytes": "9000\n",
			"memory/docker/x/memory.stat":           "cache 5\ntotal_inactive_file 2000\n",
		}, Usage{CPU: 1500 * time.Microsecond, Memory: 9000, WorkingSet: 7000}, ""},
		{"v1 with its peak", "5:memory:/x\n2:cpuacct:/x\n", map[string]string{
			"cpuacct/x/cpuacct.usage":            "1000\n",
			"memory/x/memory.usage_in_bytes":     "9000\n",
			"memory/x/memory.max_usage_in_bytes": "12000\n",
			"memory/x/memory.stat":               "total_inactive_file 2000\n",
			"memory/x/memory.oom_control":        "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
		}, Usage{CPU: time.Microsecond, Memory: 9000, WorkingSet: 7000, Peak: 12000, OOMKills: 2}, ""},
		{"v2 with its peak", "0::/x\n", map[string]string{
			"x/cpu.stat":       "usage_usec 1\n",
			"x/memory.current": "9000\n",
			"x/memory.peak":    "12000\n",
			"x/memory.stat":    "inactive_file 2000\n",
			"x/memory.events":  "low 0\noom 3\noom_kill 2\n",
		}, Usage{CPU: time.Microsecond, Memory: 9000, WorkingSet: 7000, Peak: 12000, OOMKills: 2}, ""},
		{"v2", "0::/system.slice/docker-x.scope\n", map[string]string{
			"system.slice/docker-x.scope/cpu.stat":       "usage_usec 1500\nuser_usec 1\n",
			"system.slice/docker-x.scope/memory.current": "9000\n",
			"system.slice/docker-x.scope/memory.stat":    "anon 1\ninactive_file 9500\n",
		}, Usage{CPU: 1500 * time.Microsecond, Memory: 9000, WorkingSet: 0}, ""},
		{"a key is missing", "0::/x\n", map[string]string{
			"x/cpu.stat": "user_usec 1\n", "x/memory.current": "1\n", "x/memory.stat": "inactive_file 1\n",
		}, Usage{}, "no line usage_usec"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			root := t.TempDir()
			write(t, root, tc.files)
			c := parseCgroup(tc.cgroup, root)
			got, err := c.read()
			if tc.err != "" {
				if err == nil || !strings.Contains(err.Error(), tc.err) {
					t.Errorf("error %v", err)
				}
				return
			}
			if err != nil || got != tc.want {
				t.Errorf("%+v, %v", got, err)
			}
		})
	}
	if c := parseCgroup("0::/../../elsewhere\n", t.TempDir()); c.cpu != "" {
		t.Errorf("counters of a cgroup that does not exist: %+v", c)
	}
}

// The kernel's files and the engine's statistics agree on one container: the fast way is also right.
func TestCountersAgreeWithEngine(t *testing.T) {
	l := openLab(t)
	ref, err := l.Build(t.Context(), "generator")
	if err != nil {
		t.Fatal(err)
	}
	g, err := l.StartGenerator(t.Context(), ref, "0")
	if g != nil {
		defer func() { _ = g.Remove(t.Context()) }()
	}
	if err != nil {
		t.Fatal(err)
	}
	time.Sleep(200 * time.Millisecond) // let it come to rest
	if g.counters.cpu == "" {
		t.Skip("the engine's cgroups are not visible here")
	}
	read := func(from func(context.Context) (Usage, error)) Usage {
		t.Helper()
		u, err := from(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	before := read(g.Usage)
	engine := read(func(ctx context.Context) (Usage, error) { return l.askEngine(ctx, g.c.GetContainerID()) })
	after := read(g.Usage)
	// The engine reads the same counters in between, however long it takes, and neither counter ever falls.
	if before.CPU <= 0 || engine.CPU < before.CPU || engine.CPU > after.CPU {
		t.Errorf("CPU: files %s, engine %s, files %s", before.CPU, engine.CPU, after.CPU)
	}
	if engine.Peak != 0 && (engine.Peak < before.Peak || engine.Peak > after.Peak) || before.Peak < before.Memory {
		t.Errorf("peak: files %d, engine %d, files %d", before.Peak, engine.Peak, after.Peak)
	}
	// What a process at rest uses rises and falls by a batch of pages for each CPU: the kernel charges them in advance.
	const batches = 1 << 20
	within := func(engine, before, after int64) bool {
		return engine >= min(before, after)-batches && engine <= max(before, after)+batches
	}
	if l.engine.countsAnonymous() {
		anonymous := anonymousMemory(t, g.counters)
		before.Memory, before.WorkingSet, after.Memory, after.WorkingSet = anonymous, anonymous, anonymous, anonymous
	}
	if !within(engine.Memory, before.Memory, after.Memory) {
		t.Errorf("memory: files %+v, engine %+v, files %+v", before, engine, after)
	}
	if !within(engine.WorkingSet, before.WorkingSet, after.WorkingSet) {
		t.Errorf("working set: files %+v, engine %+v, files %+v", before, engine, after)
	}
}

// anonymousMemory is the part of a container's memory that holds no content of files.
func anonymousMemory(t *testing.T, c counters) (sum int64) {
	t.Helper()
	keys := []string{"total_active_anon", "total_inactive_anon"}
	if c.v2 {
		keys = []string{"anon"}
	}
	for _, key := range keys {
		n, err := readKeyedNumber(filepath.Join(c.memory, "memory.stat"), key)
		if err != nil {
			t.Fatal(err)
		}
		sum += n
	}
	return sum
}
