package lab

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net"
	"os"
	"path/filepath"
	"slices"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
)

// createStack creates the containers of a stack, without starting them, as a Compose project of their own.
func (l *Lab) createStack(ctx context.Context, r *Running, o Options, port string) (err error) {
	s := o.Stack
	r.stack, r.project = s, l.name(r.variant.Name)
	r.override = filepath.Join(s.dir, r.project+".yaml")
	if err := os.WriteFile(r.override, s.override(r, o, port), 0o644); err != nil {
		return err
	}
	_, err = uninterrupted(ctx, func(ctx context.Context) (string, error) {
		up := r.composed("up", "--no-start", "--no-build", "--pull", "never")
		return s.compose(ctx, "create the project's containers", up...)
	})
	if err != nil {
		return err
	}
	cs, err := l.composed(ctx, r.project)
	if err != nil {
		return err
	}
	for i, service := range s.Services {
		of := slices.DeleteFunc(slices.Clone(cs), func(c container.Summary) bool {
			return c.Labels[labelService] != service
		})
		if len(of) != 1 {
			return fmt.Errorf("the service %s has %d containers; only one of each service can be measured",
				service, len(of))
		}
		c, err := l.provider.ContainerFromType(ctx, of[0])
		if err != nil {
			return fmt.Errorf("container of %s: %w", service, err)
		}
		r.parts = append(r.parts, part{name: service, port: r.variant.Containers[i].ListensOn(), c: c})
	}
	r.network, err = l.networkOf(ctx, r.parts[len(r.parts)-1])
	return err
}

// composed are the arguments of a command of Compose on this start of the stack.
func (r *Running) composed(command ...string) []string {
	return append([]string{"-p", r.project, "-f", r.stack.file, "-f", r.override}, command...)
}

// networkOf is the network on which the load generator meets a container: the first of its own, by name.
func (l *Lab) networkOf(ctx context.Context, p part) (string, error) {
	got, err := l.docker.ContainerInspect(ctx, p.c.GetContainerID(), client.ContainerInspectOptions{})
	if err != nil {
		return "", fmt.Errorf("inspect %s: %w", p.name, err)
	}
	if got.Container.NetworkSettings == nil || len(got.Container.NetworkSettings.Networks) == 0 {
		return "", fmt.Errorf("%s is on no network", p.name)
	}
	return slices.Sorted(maps.Keys(got.Container.NetworkSettings.Networks))[0], nil
}

// override is merged over the project's file for one start: what every container here has, and the entry's port on the
// loopback address in place of all that are published. Containers, networks and volumes get names of this start, since
// two starts run side by side, and a volume whose name the file gives may hold somebody's data.
func (s *Stack) override(r *Running, o Options, port string) []byte {
	var b bytes.Buffer
	quoted := func(v any) string {
		text, err := json.Marshal(v)
		if err != nil {
			panic(err) // texts and maps of texts can always be encoded
		}
		return string(text)
	}
	b.WriteString("services:\n")
	logging := quoted(map[string]any{"driver": boundedLog.Type, "options": boundedLog.Config})
	for i, service := range s.Services {
		fmt.Fprintf(&b, "  %s:\n    image: %s\n    labels: %s\n", quoted(service), quoted(s.Images[i]), quoted(r.lab.labels()))
		fmt.Fprintf(&b, "    container_name: !reset null\n    logging: !override %s\n", logging)
		if o.CPUSet != "" {
			fmt.Fprintf(&b, "    cpuset: %s\n", quoted(o.CPUSet))
		}
		if r.group != nil {
			fmt.Fprintf(&b, "    cgroup_parent: %s\n", quoted(r.group.parent()))
		}
		if len(o.Environ) > 0 {
			fmt.Fprintf(&b, "    environment: %s\n", quoted(o.Environ))
		}
		if i < len(s.Services)-1 {
			b.WriteString("    ports: !reset []\n")
			continue
		}
		fmt.Fprintf(&b, "    ports: !override\n      - %s\n",
			quoted(fmt.Sprintf("%s:%d", net.JoinHostPort(r.lab.publishedAt.String(), port), r.variant.Entry().ListensOn())))
	}
	own := func(key string) any { // a name of this start, also where the file gives one, which may be taken
		return map[string]any{"labels": r.lab.labels(), "name": r.project + "_" + key}
	}
	networks, volumes := map[string]any{"default": own("default")}, map[string]any{}
	for key, n := range s.config.Networks {
		if networks[key] = own(key); n.External {
			delete(networks, key)
		}
	}
	for key, v := range s.config.Volumes {
		if !v.External {
			volumes[key] = own(key)
		}
	}
	fmt.Fprintf(&b, "networks: %s\n", quoted(networks))
	if len(volumes) > 0 {
		fmt.Fprintf(&b, "volumes: %s\n", quoted(volumes))
	}
	return b.Bytes()
}

// startStack starts the containers as the file says: in the order of their dependencies, and when those are healthy, if
// it asks for that.
func (r *Running) startStack(ctx context.Context) error {
	_, err := r.stack.compose(ctx, "start "+r.variant.Name, r.composed("start")...)
	return err
}

// forget leaves out the containers that have done what they were there for, such as a migration: they exited with 0,
// and are not the entry. They are removed with the project.
func (r *Running) forget(ctx context.Context) {
	if r.stack == nil {
		return
	}
	entry := r.parts[len(r.parts)-1].name
	r.parts = slices.DeleteFunc(r.parts, func(p part) bool {
		s, err := p.c.State(ctx)
		return p.name != entry && err == nil && s.Status == container.StateExited && s.ExitCode == 0
	})
}

// removeStack removes what one start of a stack created.
func (r *Running) removeStack(ctx context.Context) error {
	err := os.Remove(r.override)
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	return errors.Join(r.lab.removeProject(ctx, r.project), err)
}
