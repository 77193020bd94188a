package lab

import (
	"context"
	"fmt"
	"maps"
	"net"
	"strconv"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/testcontainers/testcontainers-go"

	"spabench/variants"
)

// Options of a start.
type Options struct {
	Refs   []string // images, in the order of the variant's containers
	CPUSet string   // shared by all containers, such as "0" or "0-1"; "" for all CPUs
	Serve  Serve    // what is in the folder that the variant serves, if it has one
	Limits Limits   // of all containers together; the zero value sets none

	// Bridge leaves a single container on the engine's default bridge network. It starts faster there, but the load
	// generator cannot join it.
	Bridge bool

	// Port is published where the engine publishes ports; "" picks a free one. It is bound at the start, not before.
	Port string

	Environ map[string]string // variables for every container, in addition to those of its image and of the variant

	Hardened bool // see Hardening

	// Stack has the containers of an added server that is a Compose project; nil for all others.
	Stack *Stack
}

// Create creates the variant's network and containers without starting them. The entry's host port is known from here
// on, so that a client can poll it while the engine is still starting the containers.
func (l *Lab) Create(ctx context.Context, v variants.Variant, o Options) (*Running, error) {
	r := &Running{lab: l, variant: v}
	port, err := o.Port, error(nil)
	if port == "" {
		if port, err = l.freePort(); err != nil {
			return nil, fmt.Errorf("create %s: %w", v.Name, err)
		}
	}
	r.URL = "http://" + net.JoinHostPort(l.publishedAt.String(), port)
	if o.Stack == nil && (!o.Bridge || len(v.Containers) > 1) {
		if r.network, err = l.createNetwork(ctx, v.Name); err != nil {
			return nil, fmt.Errorf("create %s: %w", v.Name, err)
		}
	}
	if served, _ := v.Files(); o.Serve != AsBuilt && served.Root != "" {
		if r.folder, err = l.createFolder(ctx, v.Name); err != nil {
			return r, fmt.Errorf("create %s: %w", v.Name, err)
		}
	}
	if o.Limits != (Limits{}) {
		if r.group, err = l.createGroup(ctx, o.Limits); err != nil {
			return r, fmt.Errorf("create %s: %w", v.Name, err)
		}
	}
	if o.Stack != nil {
		if err := l.createStack(ctx, r, o, port); err != nil {
			return r, fmt.Errorf("create %s: %w", v.Name, err)
		}
		return r, nil
	}
	for i, vc := range v.Containers {
		c, err := l.createContainer(ctx, r.request(i, port, o))
		if err != nil {
			return r, fmt.Errorf("create %s: container %s: %w", v.Name, vc.Name, err)
		}
		r.parts = append(r.parts, part{name: vc.Name, port: vc.ListensOn(), c: c})
	}
	return r, nil
}

// request describes the variant's i-th container to the engine. Only the last one, the entry, publishes the port.
func (r *Running) request(i int, port string, o Options) testcontainers.ContainerRequest {
	vc := r.variant.Containers[i]
	var published network.PortMap
	if i == len(r.variant.Containers)-1 {
		published = network.PortMap{portOf(vc): {{HostIP: r.lab.publishedAt, HostPort: port}}}
	}
	req := testcontainers.ContainerRequest{
		Image: r.lab.idOf(o.Refs[i]), Labels: r.lab.labels(), Env: environ(r.variant, o),
	}
	if r.network != "" {
		req.Networks, req.NetworkAliases = []string{r.network}, map[string][]string{r.network: {vc.Name}}
	}
	served, _ := r.variant.Files()
	publishOnly(&req, published, func(h *container.HostConfig) {
		h.CpusetCpus = o.CPUSet
		if r.group != nil {
			h.CgroupParent = r.group.parent()
		}
		if r.folder != nil && vc == served {
			h.Binds = append(h.Binds, r.folder.bind(served.Root, o.Serve == Empty))
		}
		if o.Hardened {
			harden(h, vc)
		}
		if r.Added() {
			h.LogConfig = boundedLog
		}
	})
	if published != nil && vc.Port != 0 {
		expose(&req, portOf(vc))
	}
	return req
}

// expose exposes a port, since the engine publishes exposed ones only, and somebody's image may expose others, or none.
// Testcontainers sets what the image exposes after it has called ConfigModifier, and the hooks later still.
func expose(req *testcontainers.ContainerRequest, port network.Port) {
	var config *container.Config
	req.ConfigModifier = func(c *container.Config) { config = c }
	req.LifecycleHooks = append(req.LifecycleHooks, testcontainers.ContainerLifecycleHooks{
		PreCreates: []testcontainers.ContainerRequestHook{func(context.Context, testcontainers.ContainerRequest) error {
			if config.ExposedPorts == nil {
				config.ExposedPorts = network.PortSet{}
			}
			config.ExposedPorts[port] = struct{}{}
			return nil
		}},
	})
}

// environ are the variables that every container gets. Those of the options take precedence over the variant's.
func environ(v variants.Variant, o Options) map[string]string {
	all := map[string]string{}
	maps.Copy(all, v.Environ)
	maps.Copy(all, o.Environ)
	return all
}

func (l *Lab) createContainer(
	ctx context.Context, req testcontainers.ContainerRequest,
) (testcontainers.Container, error) {
	return uninterrupted(ctx, func(ctx context.Context) (testcontainers.Container, error) {
		return l.provider.CreateContainer(ctx, req)
	})
}

// uninterrupted lets create finish even if ctx is cancelled meanwhile. The engine carries on with a request that the
// client abandons, and would leave behind something that nobody knows about.
func uninterrupted[T any](ctx context.Context, create func(context.Context) (T, error)) (T, error) {
	if err := ctx.Err(); err != nil {
		var none T
		return none, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Minute) // an image may have to be pulled
	defer cancel()
	return create(ctx)
}

// publishOnly keeps testcontainers from publishing every port that the image exposes on all of the host's addresses,
// which would open the private network and start one of the engine's proxies for each. Testcontainers adds those ports
// after it has called HostConfigModifier; a lifecycle hook of the request runs later still.
func publishOnly(req *testcontainers.ContainerRequest, ports network.PortMap, modify func(*container.HostConfig)) {
	var host *container.HostConfig
	req.HostConfigModifier = func(h *container.HostConfig) {
		modify(h)
		host = h
	}
	req.LifecycleHooks = []testcontainers.ContainerLifecycleHooks{{
		PreCreates: []testcontainers.ContainerRequestHook{func(context.Context, testcontainers.ContainerRequest) error {
			host.PortBindings = ports
			return nil
		}},
	}}
}

// portOf is the port on which a container listens, as the engine has it.
func portOf(c variants.Container) network.Port {
	return network.MustParsePort(strconv.Itoa(c.ListensOn()) + "/tcp")
}
