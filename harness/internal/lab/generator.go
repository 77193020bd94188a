package lab

import (
	"context"
	"fmt"
	"io"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	tcexec "github.com/testcontainers/testcontainers-go/exec"

	"spabench/variants"
)

// Generator is the load generator's container: one for a whole run, connected to each variant's network in turn.
type Generator struct {
	lab      *Lab
	network  string // its own network
	c        testcontainers.Container
	counters counters
}

// StartGenerator starts the load generator on CPUs of its own.
func (l *Lab) StartGenerator(ctx context.Context, ref, cpuset string) (*Generator, error) {
	g := &Generator{lab: l}
	var err error
	if g.network, err = l.createNetwork(ctx, "generator"); err != nil {
		return nil, fmt.Errorf("start load generator: %w", err)
	}
	g.c, err = l.provider.CreateContainer(ctx, testcontainers.ContainerRequest{
		Image: ref, Labels: l.labels(), Networks: []string{g.network},
		HostConfigModifier: func(h *container.HostConfig) { h.CpusetCpus = cpuset },
	})
	if err == nil {
		err = g.c.Start(ctx)
	}
	if err != nil {
		return g, fmt.Errorf("start load generator: %w", err)
	}
	g.counters = l.countersOf(ctx, g.c.GetContainerID())
	return g, nil
}

// Join connects the generator to the variant's network.
func (g *Generator) Join(ctx context.Context, r *Running) error {
	_, err := g.lab.docker.NetworkConnect(ctx, r.network, client.NetworkConnectOptions{Container: g.c.GetContainerID()})
	if err != nil {
		return fmt.Errorf("join the network of %s: %w", r.variant.Name, err)
	}
	return nil
}

// URL returns the address of the container of that name on the network that the generator has joined.
func (g *Generator) URL(container string) string {
	return fmt.Sprintf("http://%s:%d", container, variants.Port)
}

// Leave disconnects the generator from the variant's network, so that the network can be removed.
func (g *Generator) Leave(ctx context.Context, r *Running) error {
	_, err := g.lab.docker.NetworkDisconnect(ctx, r.network, client.NetworkDisconnectOptions{
		Container: g.c.GetContainerID(), Force: true,
	})
	if err != nil && !alreadyRemoved(err) {
		return fmt.Errorf("leave the network of %s: %w", r.variant.Name, err)
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
		_, err := g.lab.docker.ContainerRemove(ctx, g.c.GetContainerID(), client.ContainerRemoveOptions{Force: true})
		if err != nil && !alreadyRemoved(err) {
			return fmt.Errorf("remove load generator: %w", err)
		}
	}
	return g.lab.removeNetwork(ctx, g.network)
}
