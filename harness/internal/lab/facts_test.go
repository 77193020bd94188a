package lab

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/moby/moby/api/types/system"
	"github.com/testcontainers/testcontainers-go"
)

// The lists of components are those that the engines' own version endpoints give.
func TestEngineName(t *testing.T) {
	for want, names := range map[string][]string{
		"Docker":  {"Engine", "containerd", "runc", "docker-init"},
		"Podman":  {"Podman Engine", "Conmon", "OCI Runtime (crun)"},
		"Another": {"something else", "Another Engine"},
	} {
		var components []system.ComponentVersion
		for _, name := range names {
			components = append(components, system.ComponentVersion{Name: name})
		}
		if got := engineName(components); got != want {
			t.Errorf("%q: %q, want %q", names, got, want)
		}
	}
	if got := engineName(nil); got != dockerName {
		t.Errorf("without a list: %q", got)
	}
}

func TestImageStore(t *testing.T) {
	for _, c := range []struct {
		engine, want string
		status       [][2]string
	}{
		{dockerName, GraphDriver, [][2]string{{"Backing Filesystem", "extfs"}, {"Native Overlay Diff", "true"}}},
		{dockerName, Snapshotter, [][2]string{{"driver-type", "io.containerd.snapshotter.v1"}}},
		{"Podman", "Podman's own store", [][2]string{{"Backing Filesystem", "extfs"}}},
	} {
		if got := (engine{name: c.engine}).imageStore(system.Info{DriverStatus: c.status}); got != c.want {
			t.Errorf("%s, %q: %q, want %q", c.engine, c.status, got, c.want)
		}
	}
}

// What the engine of the machine that runs the test says of itself fits together.
func TestFacts(t *testing.T) {
	l := openLab(t)
	f, err := l.Facts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if f.Engine == l.engine.name+" " || f.API == "" || f.Storage == "" || f.CgroupV == "" || f.CgroupDriver == "" {
		t.Errorf("facts that are missing: %+v", f)
	}
	if want := memoryOf("/proc/meminfo"); f.Local && f.MemoryBytes != want {
		t.Errorf("the engine is of this machine and has %d bytes of memory, not %d", f.MemoryBytes, want)
	}
	if podman := l.engine.name == "Podman"; podman != (f.ImageStore == "Podman's own store") ||
		podman == l.engine.asksRegistries() {
		t.Errorf("%s keeps images by %s", f.Engine, f.ImageStore)
	}
}

func TestMemoryOf(t *testing.T) {
	file := filepath.Join(t.TempDir(), "meminfo")
	if err := os.WriteFile(file, []byte("MemTotal:       24683656 kB\nMemFree:  1 kB\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	if got := memoryOf(file); got != 24683656<<10 {
		t.Errorf("%d bytes", got)
	}
	if got := memoryOf(file + ".absent"); got != 0 {
		t.Errorf("%d bytes in a file that does not exist", got)
	}
}

// A forwarded socket, such as Docker Desktop's, has a machine behind it that is not this one.
func TestForwardedSocket(t *testing.T) {
	forwarded := new(Lab) // of an engine that is not local, although nothing in DOCKER_HOST says so
	if c := forwarded.countersOf(t.Context(), "any"); c != (counters{}) {
		t.Errorf("counters of another machine's container: %+v", c)
	}
	if forwarded.CounterSource() == "" {
		t.Error("the record would say that the kernel's own files are read")
	}
}

// A process id means nothing without the kernel that it is of: a process that exists here, but is not in a cgroup with
// the container's id, is not the container's.
func TestCgroupsOfAnother(t *testing.T) {
	l := openLab(t)
	if !l.Local() {
		t.Skip("the containers are not processes of this machine")
	}
	c, err := l.createContainer(t.Context(), testcontainers.ContainerRequest{
		Image: l.shellImage(), Labels: l.labels(), Entrypoint: []string{"sleep", "infinity"},
	})
	if err == nil {
		err = c.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	id := c.GetContainerID()
	state, err := c.State(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if c := findCounters(state.Pid, id); c.cpu == "" {
		t.Errorf("no counters of the container's own process %d", state.Pid)
	}
	for _, of := range []struct {
		pid int
		id  string
	}{{os.Getpid(), id}, {1, id}, {state.Pid, "0123456789abcdef"}, {state.Pid, ""}, {0, id}} {
		if c := findCounters(of.pid, of.id); c != (counters{}) {
			t.Errorf("process %d is taken for one of container %q: %+v", of.pid, of.id, c)
		}
	}
}
