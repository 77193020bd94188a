package lab

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"

	"github.com/moby/moby/api/types/system"
	"github.com/moby/moby/client"
)

// engine is what other decisions depend on, read once when it is connected to.
type engine struct {
	name  string // as it calls itself: [dockerName] or, say, Podman
	local bool   // containers are processes of this machine
}

// dockerName is the name of Docker Engine, which calls itself just that.
const dockerName = "Docker"

func readEngine(ctx context.Context, docker client.APIClient) (engine, error) {
	v, err := docker.ServerVersion(ctx, client.ServerVersionOptions{})
	if err != nil {
		return engine{}, fmt.Errorf("read engine version: %w", err)
	}
	res, err := docker.Info(ctx, client.InfoOptions{})
	if err != nil {
		return engine{}, fmt.Errorf("read engine facts: %w", err)
	}
	local := MayBeLocal() && res.Info.MemTotal == memoryOf("/proc/meminfo")
	return engine{name: engineName(v.Components), local: local}, nil
}

// MayBeLocal reports whether containers could be processes of this machine, as far as can be told without an engine.
func MayBeLocal() bool { return runtime.GOOS == "linux" && localEngine() }

// engineName is what an engine calls itself in the list of its components: Docker's has one named Engine, Podman's one
// named Podman Engine. Engines from before that list are Docker's.
func engineName(components []system.ComponentVersion) string {
	for _, c := range components {
		if name, ok := strings.CutSuffix(c.Name, "Engine"); ok && name != "" {
			return strings.TrimSpace(name)
		}
	}
	return dockerName
}

// memoryOf reads the machine's memory, in bytes, from the kernel's list of it (proc_meminfo(5)); 0 if it cannot. Both
// Docker and Podman report the same line of theirs, so another number means another machine, although it answers at a
// socket of this one: Docker Desktop and ssh forward sockets. Where two machines have the same, a container's cgroup
// still tells whose it is (cgroupsOf).
func memoryOf(file string) int64 {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0
	}
	var kib int64
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "MemTotal:"); ok {
			_, _ = fmt.Sscanf(rest, "%d kB", &kib)
		}
	}
	return kib << 10
}

// Facts are what the engine reports about itself and its machine. It does not report the processor's model.
type Facts struct {
	CPUs                                        int
	MemoryBytes                                 int64
	CPU, Kernel, OS                             string
	Engine, API, Storage, CgroupV, CgroupDriver string

	ImageStore string   // how it keeps images, on which the sizes depend that it reports
	Lacks      []string // what it cannot do of what is asked of it, such as "limit memory"

	Local                            bool   // containers are processes of this machine
	CPUSets, CPULimits, MemoryLimits bool   // whether containers can be given them
	DataRoot                         string // the folder of images and containers, on the engine's machine
}

// Facts reads them from the engine.
func (l *Lab) Facts(ctx context.Context) (Facts, error) {
	res, err := l.docker.Info(ctx, client.InfoOptions{})
	if err != nil {
		return Facts{}, fmt.Errorf("read engine facts: %w", err)
	}
	v, err := l.docker.ServerVersion(ctx, client.ServerVersionOptions{})
	if err != nil {
		return Facts{}, fmt.Errorf("read engine version: %w", err)
	}
	i := res.Info
	f := Facts{
		CPUs: i.NCPU, MemoryBytes: i.MemTotal, CPU: CPUModel(), Kernel: i.KernelVersion,
		OS:     fmt.Sprintf("%s (%s)", i.OperatingSystem, i.Architecture),
		Engine: l.engine.name + " " + v.Version, API: v.APIVersion, Storage: i.Driver,
		CgroupV: i.CgroupVersion, CgroupDriver: i.CgroupDriver, ImageStore: l.engine.imageStore(i),
		CPUSets: i.CPUSet, CPULimits: i.CPUCfsPeriod && i.CPUCfsQuota, MemoryLimits: i.MemoryLimit,
		DataRoot: i.DockerRootDir, Local: l.Local(),
	}
	if !f.Local { // its processor is another's
		f.CPU = i.Architecture + " of unknown model"
	}
	f.Lacks = f.lacks(l.engine)
	return f, nil
}

// The kinds of image store that Docker has.
const (
	GraphDriver = "graph driver"           // the classic one
	Snapshotter = "containerd snapshotter" // the newer one
)

// imageStore says how the engine keeps images. An engine other than Docker's has a store of its own.
func (e engine) imageStore(i system.Info) string {
	ofContainerd := func(pair [2]string) bool { return strings.HasPrefix(pair[1], "io.containerd.snapshotter.") }
	switch {
	case e.name != dockerName:
		return e.name + "'s own store"
	case slices.ContainsFunc(i.DriverStatus, ofContainerd):
		return Snapshotter
	}
	return GraphDriver
}

// lacks lists what the engine cannot do.
func (f Facts) lacks(e engine) (list []string) {
	for _, can := range []struct {
		it   bool
		what string
	}{
		{f.CPUSets, "bind containers to CPUs"},
		{f.CPULimits, "limit CPU time"},
		{f.MemoryLimits, "limit memory"},
		{e.asksRegistries(), "ask a registry about an image without pulling it"},
	} {
		if !can.it {
			list = append(list, can.what)
		}
	}
	return list
}

// asksRegistries reports whether the engine is known to have the endpoint that asks a registry about an image. Podman
// has none up to version 5, and what it answers instead reads like that of a registry.
func (e engine) asksRegistries() bool { return e.name == dockerName }

// countsAnonymous reports whether the memory in the engine's statistics is that of anonymous pages alone, and not all
// that is charged to a container. That of Podman is.
func (e engine) countsAnonymous() bool { return e.name == "Podman" }

// CPUModel returns the processor's name as the kernel reports it, or else the architecture.
func CPUModel() string {
	b, _ := os.ReadFile("/proc/cpuinfo")
	for line := range strings.Lines(string(b)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == "model name" {
			return strings.TrimSpace(v)
		}
	}
	return runtime.GOARCH
}
