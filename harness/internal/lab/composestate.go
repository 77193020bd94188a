package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/client"
)

// Compose's own labels, on everything that it creates, and on containers.
const (
	labelProject = "com.docker.compose.project"
	labelService = "com.docker.compose.service"
)

// remember keeps the ids of the images that services name.
func (p *Project) remember(ctx context.Context) error {
	for ref := range p.images {
		got, err := p.lab.docker.ImageInspect(ctx, ref)
		if err == nil {
			p.built[got.ID] = true
		} else if !gone(err) {
			return fmt.Errorf("inspect %s: %w", ref, err)
		}
	}
	return nil
}

func (p *Project) containers(ctx context.Context) ([]container.Summary, error) {
	list, err := p.lab.docker.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: p.filter()})
	if err != nil {
		return nil, fmt.Errorf("list containers of Compose project: %w", err)
	}
	return list.Items, nil
}

func (p *Project) filter() client.Filters {
	return make(client.Filters).Add("label", labelProject+"="+p.name)
}

// removeOrphans removes the anonymous volumes whose containers have gone, and says how many there were.
// Nothing but the containers tells whose they were.
func (p *Project) removeOrphans(ctx context.Context) (int, error) {
	cs, err := p.containers(ctx)
	if err != nil {
		return 0, err
	}
	before := p.anonymous
	p.anonymous = map[string]bool{}
	for _, c := range cs {
		for _, name := range anonymousVolumes(c) {
			p.anonymous[name] = true
		}
	}
	orphans := 0
	for name := range before {
		if p.anonymous[name] {
			continue
		}
		if _, err := p.lab.docker.VolumeRemove(ctx, name, client.VolumeRemoveOptions{}); err == nil {
			orphans++
		} else if !gone(err) {
			return orphans, fmt.Errorf("remove volume %s: %w", name, err)
		}
	}
	return orphans, nil
}

var anonymousName = regexp.MustCompile(`^[0-9a-f]{64}$`)

// anonymousVolumes are those that the engine has named. Compose gives them to the container that takes the place of this
// one by that name, and then the engine does not remove them with the container.
func anonymousVolumes(c container.Summary) []string {
	var names []string
	for _, m := range c.Mounts {
		if m.Type == mount.TypeVolume && anonymousName.MatchString(m.Name) {
			names = append(names, m.Name)
		}
	}
	return names
}

// Service is what has become of a service.
type Service struct {
	Status            string // created, running, exited
	ExitCode          int
	Started, Finished time.Time // zero before it is so
	Image             string    // its id
	URL               string    // "" where none is published
}

// Service inspects the container of that service.
func (p *Project) Service(ctx context.Context, name string) (Service, error) {
	cs, err := p.containers(ctx)
	if err != nil {
		return Service{}, err
	}
	i := slices.IndexFunc(cs, func(c container.Summary) bool { return c.Labels[labelService] == name })
	if i < 0 {
		return Service{}, fmt.Errorf("inspect service %s: it has no container", name)
	}
	got, err := p.lab.docker.ContainerInspect(ctx, cs[i].ID, client.ContainerInspectOptions{})
	if err != nil {
		return Service{}, fmt.Errorf("inspect service %s: %w", name, err)
	}
	state := got.Container.State
	s := Service{Status: string(state.Status), ExitCode: state.ExitCode, Image: got.Container.Image}
	s.Started, _ = time.Parse(time.RFC3339Nano, state.StartedAt)
	s.Finished, _ = time.Parse(time.RFC3339Nano, state.FinishedAt)
	for _, bound := range got.Container.NetworkSettings.Ports[containerPort] {
		s.URL = "http://" + bound.HostIP.String() + ":" + bound.HostPort
	}
	return s, nil
}

// Close ends a command that still runs, and removes all that the project has made: containers, networks, volumes, and
// builds. It is safe on a half-opened project.
func (p *Project) Close(ctx context.Context) error {
	var errs []error
	if p.tool != nil {
		errs = append(errs, p.tool.close(ctx))
	}
	_, err := p.removeOrphans(ctx)
	errs = append(errs, err)
	cs, err := p.containers(ctx)
	errs = append(errs, err)
	for _, c := range cs {
		errs = append(errs, p.lab.removeWithVolumes(ctx, c))
	}
	ns, err := p.lab.docker.NetworkList(ctx, client.NetworkListOptions{Filters: p.filter()})
	errs = append(errs, err)
	for _, n := range ns.Items {
		errs = append(errs, p.lab.removeNetwork(ctx, n.ID))
	}
	vs, err := p.lab.docker.VolumeList(ctx, client.VolumeListOptions{Filters: p.filter()})
	errs = append(errs, err)
	for _, v := range vs.Items {
		errs = append(errs, p.lab.removeVolume(ctx, v.Name))
	}
	errs = append(errs, p.returnImages(ctx))
	if p.dir != "" {
		errs = append(errs, os.RemoveAll(p.dir))
	}
	return errors.Join(errs...)
}

// returnImages gives names back to the images that had them, and removes the other images that builds have made.
func (p *Project) returnImages(ctx context.Context) error {
	errs := []error{p.remember(ctx)}
	for ref, id := range p.images {
		if id == "" {
			errs = append(errs, p.lab.removeImage(ctx, ref, client.ImageRemoveOptions{PruneChildren: true}))
			continue
		}
		if _, err := p.lab.docker.ImageTag(ctx, client.ImageTagOptions{Source: id, Target: ref}); err != nil {
			errs = append(errs, fmt.Errorf("tag %s: %w", ref, err))
		}
	}
	errs = append(errs, p.removeStages(ctx))
	for id := range p.built {
		got, err := p.lab.docker.ImageInspect(ctx, id)
		if err != nil || len(got.RepoTags) > 0 {
			continue
		}
		errs = append(errs, p.lab.removeImage(ctx, id, client.ImageRemoveOptions{PruneChildren: true}))
	}
	return errors.Join(errs...)
}

// untaggedStages are the ids of all stages without a name, this project's or not.
func (p *Project) untaggedStages(ctx context.Context) (map[string]bool, error) {
	list, err := p.lab.docker.ImageList(ctx, client.ImageListOptions{Filters: untagged()})
	if err != nil {
		return nil, fmt.Errorf("list stages: %w", err)
	}
	ids := map[string]bool{}
	for _, img := range list.Items {
		ids[img.ID] = true
	}
	return ids, nil
}

// removeStages removes the stages that the project's builds have left and that were not there before: sources that were
// changed for an experiment are not built again.
func (p *Project) removeStages(ctx context.Context) error {
	now, err := p.untaggedStages(ctx)
	errs := []error{err}
	for id := range now {
		if short := strings.TrimPrefix(id, "sha256:")[:12]; p.stages[id] || !p.steps[short] {
			continue
		}
		errs = append(errs, p.lab.removeImage(ctx, id, client.ImageRemoveOptions{PruneChildren: true}))
	}
	return errors.Join(errs...)
}
