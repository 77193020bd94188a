package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/network"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"

	"spabench/variants"
)

// Running is one start of a variant: its containers on a private network of their own, but with Options.Bridge.
type Running struct {
	URL string // published on the loopback address, for conformance and cold start; load does not go this way

	lab     *Lab
	variant variants.Variant
	network string // its name; "" on the engine's own
	folder  *Folder
	group   *group // nil without limits
	parts   []part // in the order of the variant's containers
}

type part struct {
	name     string
	c        testcontainers.Container
	counters counters // known once it runs
}

// Options of a start.
type Options struct {
	Refs   []string // images, in the order of the variant's containers
	CPUSet string   // shared by all containers, such as "0" or "0-1"; "" for all CPUs
	Serve  Serve    // what stands in the folder that the variant serves, if it has one
	Limits Limits   // of all containers together; zero: none
	Bridge bool     // a single container is on the engine's own bridge network: quicker to start, but nothing can join it

	Port string // published on the loopback address; "" for one that is free. It is taken at the start, not before

	Environ map[string]string // variables that every container gets, beside those of its image

	Hardened bool // see Hardening
}

// Create creates the variant's network and containers without starting them. The entry's host port is known
// from here on, so that a client can poll it while the engine still starts the containers.
func (l *Lab) Create(ctx context.Context, v variants.Variant, o Options) (*Running, error) {
	r := &Running{lab: l, variant: v}
	port, err := o.Port, error(nil)
	if port == "" {
		if port, err = freePort(); err != nil {
			return nil, fmt.Errorf("create %s: %w", v.Name, err)
		}
	}
	r.URL = "http://" + net.JoinHostPort("127.0.0.1", port)
	if !o.Bridge || len(v.Containers) > 1 {
		if r.network, err = l.createNetwork(ctx, v.Name); err != nil {
			return nil, fmt.Errorf("create %s: %w", v.Name, err)
		}
	}
	served, _ := v.Files()
	if o.Serve != AsBuilt && served.Root != "" {
		if r.folder, err = l.createFolder(ctx, v.Name); err != nil {
			return r, fmt.Errorf("create %s: %w", v.Name, err)
		}
	}
	if o.Limits != (Limits{}) {
		if r.group, err = l.createGroup(ctx, o.Limits); err != nil {
			return r, fmt.Errorf("create %s: %w", v.Name, err)
		}
	}
	for i, vc := range v.Containers {
		var published network.PortMap
		if i == len(v.Containers)-1 {
			published = network.PortMap{containerPort: {{HostIP: netip.MustParseAddr("127.0.0.1"), HostPort: port}}}
		}
		req := testcontainers.ContainerRequest{
			Image: o.Refs[i], Labels: l.labels(), Env: o.Environ,
		}
		if r.network != "" {
			req.Networks, req.NetworkAliases = []string{r.network}, map[string][]string{r.network: {vc.Name}}
		}
		publishOnly(&req, published, func(h *container.HostConfig) {
			h.CpusetCpus = o.CPUSet
			if r.group != nil {
				h.CgroupParent = r.group.parent()
			}
			if r.folder != nil && vc == served {
				h.Mounts = append(h.Mounts, r.folder.mount(served.Root, o.Serve == Empty))
			}
			if o.Hardened {
				harden(h, vc)
			}
		})
		c, err := l.createContainer(ctx, req)
		if err != nil {
			return r, fmt.Errorf("create %s: container %s: %w", v.Name, vc.Name, err)
		}
		r.parts = append(r.parts, part{name: vc.Name, c: c})
	}
	return r, nil
}

func (l *Lab) createContainer(ctx context.Context, req testcontainers.ContainerRequest) (testcontainers.Container, error) {
	return creating(ctx, func(ctx context.Context) (testcontainers.Container, error) {
		return l.provider.CreateContainer(ctx, req)
	})
}

// creating lets create finish even when ctx ends meanwhile: the engine would go on with a request that is broken off,
// and leave a thing that nobody knows of.
func creating[T any](ctx context.Context, create func(context.Context) (T, error)) (T, error) {
	if err := ctx.Err(); err != nil {
		var none T
		return none, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Minute) // an image may have to be pulled
	defer cancel()
	return create(ctx)
}

// publishOnly keeps testcontainers from publishing every port that the image exposes on all of the host's addresses,
// which would open the private network and start a proxy of the engine's for each. It adds those ports after the
// modifier of the host's configuration has run; a hook of the request's own runs after that.
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

var containerPort = network.MustParsePort(strconv.Itoa(variants.Port) + "/tcp")

// createNetwork creates a bridge network for what is named so, and returns the network's own name, which is new.
func (l *Lab) createNetwork(ctx context.Context, what string) (string, error) {
	name := l.name(what)
	_, err := creating(ctx, func(ctx context.Context) (client.NetworkCreateResult, error) {
		return l.docker.NetworkCreate(ctx, name, client.NetworkCreateOptions{Driver: "bridge", Labels: l.labels()})
	})
	if err != nil {
		return "", fmt.Errorf("create network %s: %w", name, err)
	}
	return name, nil
}

// removeNetwork removes it, if it was created and is still there.
func (l *Lab) removeNetwork(ctx context.Context, name string) error {
	if name == "" {
		return nil
	}
	if _, err := l.docker.NetworkRemove(ctx, name, client.NetworkRemoveOptions{}); err != nil && !gone(err) {
		return fmt.Errorf("remove network %s: %w", name, err)
	}
	return nil
}

// Start starts the containers as a user would: what the entry needs at once, then the entry.
func (r *Running) Start(ctx context.Context) error {
	needs, entry := r.parts[:len(r.parts)-1], r.parts[len(r.parts)-1]
	errs := each(needs, func(p part) error { return p.c.Start(ctx) })
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("start %s: %w", r.variant.Name, err)
	}
	if err := entry.c.Start(ctx); err != nil {
		return fmt.Errorf("start %s: container %s: %w", r.variant.Name, entry.name, err)
	}
	return nil
}

// Exited returns the name and exit code of a container that has ended by itself, if one has.
func (r *Running) Exited(ctx context.Context) (string, int, bool) {
	for _, p := range r.parts {
		if s, err := p.c.State(ctx); err == nil && !s.Running && s.Status == container.StateExited {
			return p.name, s.ExitCode, true
		}
	}
	return "", 0, false
}

// OutOfMemory reports whether the container of that name, which has ended, was killed for want of memory. The engine may
// hear of that only after the end; a limit that was reached then tells the same.
func (r *Running) OutOfMemory(ctx context.Context, name string) bool {
	for _, p := range r.parts {
		if s, err := p.c.State(ctx); err == nil && p.name == name {
			return s.ExitCode == killedCode && (s.OOMKilled || r.group != nil && r.group.full())
		}
	}
	return false
}

// Limited reports whether the containers have limits.
func (r *Running) Limited() bool { return r.group != nil }

// Throttling reads how the CPU limit was felt so far; zero without one.
func (r *Running) Throttling() (Throttling, error) {
	if r.group == nil || r.group.limits.CPUs == 0 {
		return Throttling{}, nil
	}
	t, err := r.group.throttling()
	if err != nil {
		return t, fmt.Errorf("read throttling of %s: %w", r.variant.Name, err)
	}
	return t, nil
}

// Plant writes a file into the container of that name; folders on its way are made.
func (r *Running) Plant(ctx context.Context, name, path string, content []byte) error {
	p, err := r.part(name)
	if err != nil {
		return fmt.Errorf("plant %s: %w", path, err)
	}
	return p.c.CopyToContainer(ctx, content, path, 0o644)
}

// Usage reads the counters of all containers, in their order. They must be running.
func (r *Running) Usage(ctx context.Context) ([]Usage, error) {
	for i, p := range r.parts {
		if p.counters.cpu == "" {
			r.parts[i].counters = r.lab.countersOf(ctx, p.c.GetContainerID())
			if r.group != nil {
				if err := r.group.holds(r.parts[i].counters); err != nil {
					return nil, fmt.Errorf("limit container %s of %s: %w", p.name, r.variant.Name, err)
				}
			}
		}
	}
	usage := make([]Usage, len(r.parts))
	errs := make([]error, len(r.parts))
	var wg sync.WaitGroup
	for i, p := range r.parts {
		wg.Go(func() { usage[i], errs[i] = r.lab.usage(ctx, p.name, p.c.GetContainerID(), p.counters) })
	}
	wg.Wait()
	return usage, errors.Join(errs...)
}

// Logs returns the last lines of each container's output.
func (r *Running) Logs(ctx context.Context) string {
	var b bytes.Buffer
	for _, p := range r.parts {
		out, err := p.c.Logs(ctx)
		if err != nil {
			continue
		}
		text, _ := io.ReadAll(io.LimitReader(out, 1<<20))
		_ = out.Close()
		if len(text) > 0 {
			fmt.Fprintf(&b, "%s:\n%s\n", p.name, tail(string(text), 20))
		}
	}
	return b.String()
}

// Stopped is how a variant ended.
type Stopped struct {
	Took      time.Duration // from the first signal to the last exit
	ExitCodes map[string]int
	Killed    []string // containers that did not end within the grace time
}

// killedCode is how the engine gives the end of a process by SIGKILL.
const killedCode = 128 + 9

// grace is how long a container may take to end after its stop signal before it is killed: the engine's default.
const grace = 10 * time.Second

// Stop sends every container its stop signal, the entry first, and waits for all to end.
func (r *Running) Stop(ctx context.Context) (Stopped, error) {
	s := Stopped{ExitCodes: map[string]int{}}
	began := time.Now()
	timeout := grace
	var errs []error
	took := map[string]time.Duration{}
	for i := len(r.parts) - 1; i >= 0; i-- {
		signalled := time.Now()
		if err := r.parts[i].c.Stop(ctx, &timeout); err != nil {
			errs = append(errs, fmt.Errorf("stop %s: %w", r.parts[i].name, err))
		}
		took[r.parts[i].name] = time.Since(signalled)
	}
	s.Took = time.Since(began)
	for _, p := range r.parts {
		if st, err := p.c.State(ctx); err == nil {
			s.ExitCodes[p.name] = st.ExitCode
			if st.ExitCode == killedCode && took[p.name] >= grace {
				s.Killed = append(s.Killed, p.name)
			}
		}
	}
	return s, errors.Join(errs...)
}

// StopOnly stops the container of that name and leaves the others running.
func (r *Running) StopOnly(ctx context.Context, name string) error {
	timeout := grace
	p, err := r.part(name)
	if err == nil {
		err = p.c.Stop(ctx, &timeout)
	}
	if err != nil {
		return fmt.Errorf("stop %s: %w", name, err)
	}
	return nil
}

// Remove removes the containers, running or not, their cgroup, the network, and the volume of the served folder.
// It is safe on a half-made variant.
func (r *Running) Remove(ctx context.Context) error {
	errs := each(r.parts, func(p part) error {
		if err := r.lab.removeContainer(ctx, p.c); err != nil {
			return fmt.Errorf("remove %s: %w", p.name, err)
		}
		return nil
	})
	if r.folder != nil {
		errs = append(errs, r.folder.remove(ctx))
	}
	if r.group != nil {
		if err := r.group.remove(ctx); err != nil {
			errs = append(errs, fmt.Errorf("remove cgroup %s: %w", r.group.name, err))
		}
	}
	return errors.Join(append(errs, r.lab.removeNetwork(ctx, r.network))...)
}

// each calls f for all parts at once.
func each[T any](all []T, f func(T) error) []error {
	errs := make([]error, len(all))
	var wg sync.WaitGroup
	for i, one := range all {
		wg.Go(func() { errs[i] = f(one) })
	}
	wg.Wait()
	return errs
}

// freePort finds a port that nobody listens on, below those that Linux takes for outgoing connections
// (ip_local_port_range): one of theirs could be on it before the engine is. So could another server; the engine's
// error then says so.
func freePort() (string, error) {
	const first, last = 20000, 32767
	var err error
	for range 100 {
		port := strconv.Itoa(first + rand.IntN(last-first+1))
		var ln net.Listener
		if ln, err = net.Listen("tcp", net.JoinHostPort("127.0.0.1", port)); err == nil {
			return port, ln.Close()
		}
	}
	return "", err
}
