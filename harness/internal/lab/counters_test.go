package lab

import (
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
	time.Sleep(200 * time.Millisecond)
	if g.counters.cpu == "" {
		t.Skip("the engine's cgroups are not visible here")
	}
	files, err := g.Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	engine, err := l.askEngine(t.Context(), g.c.GetContainerID())
	if err != nil {
		t.Fatal(err)
	}
	if d := engine.CPU - files.CPU; d < 0 || d > 20*time.Millisecond {
		t.Errorf("CPU: files %s, engine %s", files.CPU, engine.CPU)
	}
	if d := engine.Peak - files.Peak; files.Peak < files.Memory || engine.Peak > 0 && (d < -1<<20 || d > 1<<20) {
		t.Errorf("peak: files %d, engine %d", files.Peak, engine.Peak)
	}
	if d := engine.Memory - files.Memory; d < -1<<20 || d > 1<<20 {
		t.Errorf("memory: files %d, engine %d", files.Memory, engine.Memory)
	}
}
