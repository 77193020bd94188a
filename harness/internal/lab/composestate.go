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

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/mount"
	"github.com/moby/moby/client"

	"spabench/variants"
)

// Labels that Compose itself sets.
const (
	labelProject = "com.docker.compose.project" // on everything that it creates
	labelService = "com.docker.compose.service" // on containers
)

// noteImages records the ids of the images that the services currently name.
func (p *Project) noteImages(ctx context.Context) error {
	for ref := range p.images {
		got, err := p.lab.docker.ImageInspect(ctx, ref)
		if err == nil {
			p.built[got.ID] = true
		} else if !errdefs.IsNotFound(err) {
			return fmt.Errorf("inspect %s: %w", ref, err)
		}
	}
	return nil
}

func (p *Project) containers(ctx context.Context) ([]container.Summary, error) {
	return p.lab.composed(ctx, p.name)
}

// composed lists the containers of a Compose project.
func (l *Lab) composed(ctx context.Context, project string) ([]container.Summary, error) {
	list, err := l.docker.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: ofProject(project)})
	if err != nil {
		return nil, fmt.Errorf("list containers of Compose project: %w", err)
	}
	return list.Items, nil
}

// ofProject selects what Compose created for a project.
func ofProject(name string) client.Filters {
	return make(client.Filters).Add("label", labelProject+"="+name)
}

// removeProject removes the containers, networks and volumes of a Compose project.
func (l *Lab) removeProject(ctx context.Context, name string) error {
	cs, err := l.composed(ctx, name)
	errs := []error{err}
	for _, c := range cs {
		errs = append(errs, l.removeWithVolumes(ctx, c))
	}
	ns, err := l.docker.NetworkList(ctx, client.NetworkListOptions{Filters: ofProject(name)})
	errs = append(errs, err)
	for _, n := range ns.Items {
		errs = append(errs, l.removeNetwork(ctx, n.ID))
	}
	vs, err := l.docker.VolumeList(ctx, client.VolumeListOptions{Filters: ofProject(name)})
	errs = append(errs, err)
	for _, v := range vs.Items {
		errs = append(errs, l.removeVolume(ctx, v.Name))
	}
	return errors.Join(errs...)
}

// removeOrphans removes the anonymous volumes whose containers no longer exist, and returns how many there were.
// Only a container's list of mounts shows which project an anonymous volume belongs to.
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
		} else if !errdefs.IsNotFound(err) {
			return orphans, fmt.Errorf("remove volume %s: %w", name, err)
		}
	}
	return orphans, nil
}

var anonymousName = regexp.MustCompile(`^[0-9a-f]{64}$`)

// anonymousVolumes lists the volumes whose names the engine made up. Compose passes them by name to a replacement
// container, after which the engine no longer removes them together with the container.
func anonymousVolumes(c container.Summary) []string {
	var names []string
	for _, m := range c.Mounts {
		if m.Type == mount.TypeVolume && anonymousName.MatchString(m.Name) {
			names = append(names, m.Name)
		}
	}
	return names
}

// Service is the state of a service's container.
type Service struct {
	Status            string // such as created, running or exited
	ExitCode          int
	Started, Finished time.Time // zero until then
	Image             string    // image id
	URL               string    // "" if no port is published
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
	for _, bound := range got.Container.NetworkSettings.Ports[portOf(variants.Container{})] {
		s.URL = "http://" + bound.HostIP.String() + ":" + bound.HostPort
	}
	return s, nil
}

// Close ends a command that is still running and removes everything that the project created: containers, networks,
// volumes and images. It is safe to call on a partly opened project.
func (p *Project) Close(ctx context.Context) error {
	var errs []error
	if p.tool != nil {
		errs = append(errs, p.tool.close(ctx))
	}
	_, err := p.removeOrphans(ctx)
	errs = append(errs, err, p.lab.removeProject(ctx, p.name), p.returnImages(ctx))
	if p.dir != "" {
		errs = append(errs, os.RemoveAll(p.dir))
	}
	return errors.Join(errs...)
}

// returnImages gives tags back to the images that had them before, and removes the images that the project built.
func (p *Project) returnImages(ctx context.Context) error {
	errs := []error{p.noteImages(ctx)}
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

// stageIDs returns the ids of all untagged stages on the engine, whether this project built them or not.
func (p *Project) stageIDs(ctx context.Context) (map[string]bool, error) {
	list, err := p.lab.docker.ImageList(ctx, client.ImageListOptions{Filters: untaggedStages()})
	if err != nil {
		return nil, fmt.Errorf("list stages: %w", err)
	}
	ids := map[string]bool{}
	for _, img := range list.Items {
		ids[img.ID] = true
	}
	return ids, nil
}

// removeStages removes the stages that the project's builds left behind, except those that existed before. They come
// from sources changed for an experiment, which will not be built again, so they are useless as a cache.
func (p *Project) removeStages(ctx context.Context) error {
	now, err := p.stageIDs(ctx)
	errs := []error{err}
	for id := range now {
		if short := strings.TrimPrefix(id, "sha256:")[:12]; p.stages[id] || !p.steps[short] {
			continue
		}
		errs = append(errs, p.lab.removeImage(ctx, id, client.ImageRemoveOptions{PruneChildren: true}))
	}
	return errors.Join(errs...)
}
