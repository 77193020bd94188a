package lab

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	tcexec "github.com/testcontainers/testcontainers-go/exec"
)

// Generator is the load generator's container: one for a whole run, connected to the networks of the variants that are
// up.
type Generator struct {
	lab      *Lab
	network  string // its own network
	c        testcontainers.Container
	counters counters
}

// hostCgroup is where the generator sees the cgroups of this machine, so that it can read how much CPU time the servers
// have used at the very moments at which it begins and ends a slice of its load. Reading is all that it can do there.
const hostCgroup = "/host-cgroup"

// StartGenerator starts the load generator on CPUs of its own.
func (l *Lab) StartGenerator(ctx context.Context, ref, cpuset string) (*Generator, error) {
	g := &Generator{lab: l}
	var err error
	if g.network, err = l.createNetwork(ctx, "generator"); err != nil {
		return nil, fmt.Errorf("start load generator: %w", err)
	}
	g.c, err = l.provider.CreateContainer(ctx, testcontainers.ContainerRequest{
		Image: l.idOf(ref), Labels: l.labels(), Networks: []string{g.network},
		HostConfigModifier: func(h *container.HostConfig) {
			h.CpusetCpus = cpuset
			l.putFirst(ctx, h)
			if l.Local() {
				h.Mounts = append(h.Mounts, mount.Mount{
					Type: mount.TypeBind, Source: cgroupMount, Target: hostCgroup, ReadOnly: true,
				})
			}
		},
	})
	if err == nil {
		err = g.c.Start(ctx)
	}
	if err != nil {
		return g, fmt.Errorf("start load generator: %w", err)
	}
	g.counters = l.countersOf(ctx, g.c.GetContainerID())
	if l.Local() && g.counters.cpu == "" {
		return g, errUnseen
	}
	return g, nil
}

// errUnseen is better than a run whose record says that its counters are the kernel's, while they are not.
var errUnseen = errors.New("start load generator: the engine seems to be this machine's own, but its containers have " +
	"no cgroup in " + cgroupMount + ": run spabench beside the engine and outside of containers, or set DOCKER_HOST " +
	"to the engine's tcp:// address, to count CPU time and memory by the engine's own statistics")

const (
	mostShares = 262144 // the greatest weight that the kernel lets a cgroup have
	topCgroup  = "/"
)

// putFirst lets a container run whenever it wants to, whatever else wants the same CPU: a generator that a neighbour
// delays sends late, and sees answers late. Shares count among siblings only, and below the engine's own cgroup those
// are the other containers: together they weigh no more than one process of the machine. At the top, all are siblings.
// Beside a process that burnt the same CPU, the lag at the 99th percentile was 21 to 240 ms with or without these
// shares below the engine's cgroup, and 0.4 to 6 ms at the top. Where systemd owns the tree, the container stays where
// the engine puts it.
func (l *Lab) putFirst(ctx context.Context, h *container.HostConfig) {
	h.CPUShares = mostShares
	if tree, err := l.hierarchy(ctx); err == nil && !tree.systemd {
		h.CgroupParent = topCgroup
	}
}

// Join connects the generator to the variant's network.
func (g *Generator) Join(ctx context.Context, r *Running) error {
	_, err := g.lab.docker.NetworkConnect(ctx, r.network, client.NetworkConnectOptions{Container: g.c.GetContainerID()})
	if err != nil {
		return fmt.Errorf("join the network of %s: %w", r.variant.Name, err)
	}
	return nil
}

// URL returns the address of the variant's container of that name, by its number on the variant's own network: the
// generator may have joined several networks, whose containers have the same names.
func (g *Generator) URL(ctx context.Context, r *Running, container string) (string, error) {
	p, err := r.part(container)
	if err != nil {
		return "", fmt.Errorf("find the address of %s: %w", r.variant.Name, err)
	}
	got, err := g.lab.docker.ContainerInspect(ctx, p.c.GetContainerID(), client.ContainerInspectOptions{})
	if err != nil {
		return "", fmt.Errorf("find the address of %s: %w", r.variant.Name, err)
	}
	if settings := got.Container.NetworkSettings; settings != nil {
		if on := settings.Networks[r.network]; on != nil && on.IPAddress.IsValid() {
			return "http://" + netip.AddrPortFrom(on.IPAddress, uint16(p.port)).String(), nil
		}
	}
	return "", fmt.Errorf("find the address of %s: container %s has none on the network %s; has it exited?",
		r.variant.Name, container, r.network)
}

// Leave disconnects the generator from the variant's network, so that the network can be removed.
func (g *Generator) Leave(ctx context.Context, r *Running) error {
	_, err := g.lab.docker.NetworkDisconnect(ctx, r.network, client.NetworkDisconnectOptions{
		Container: g.c.GetContainerID(), Force: true,
	})
	if err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("leave the network of %s: %w", r.variant.Name, err)
	}
	return nil
}

// Write writes a file into the container, for a command that needs more than fits into an argument. The file's folder
// must exist.
func (g *Generator) Write(ctx context.Context, path string, data []byte) error {
	if err := g.c.CopyToContainer(ctx, data, path, 0o644); err != nil {
		return fmt.Errorf("write %s in the load generator: %w", path, err)
	}
	return nil
}

// Exec runs a command in the container, waits for it, and returns its standard output and standard error together.
func (g *Generator) Exec(ctx context.Context, cmd ...string) ([]byte, error) {
	code, out, err := g.c.Exec(ctx, cmd, tcexec.Multiplexed())
	if err != nil {
		return nil, fmt.Errorf("run %s in the load generator: %w", cmd[0], err)
	}
	b, err := io.ReadAll(out)
	if err != nil {
		return nil, fmt.Errorf("run %s in the load generator: %w", cmd[0], err)
	}
	if code != 0 {
		return nil, fmt.Errorf("run %s in the load generator: exit code %d: %s", cmd[0], code, tail(string(b), 10))
	}
	return b, nil
}

// Usage reads the generator's own counters.
func (g *Generator) Usage(ctx context.Context) (Usage, error) {
	return g.lab.usage(ctx, "generator", g.c.GetContainerID(), g.counters)
}

// Remove removes the container and its network.
func (g *Generator) Remove(ctx context.Context) error {
	if g.c != nil {
		if err := g.lab.removeContainer(ctx, g.c.GetContainerID()); err != nil {
			return fmt.Errorf("remove load generator: %w", err)
		}
	}
	return g.lab.removeNetwork(ctx, g.network)
}
