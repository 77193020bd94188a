package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
)

// Swept says what a sweep found.
type Swept struct {
	Containers, Networks, Volumes, Images int
	Groups                                int   // cgroups above limited containers
	InUse                                 []int // process ids that still use theirs
}

// Sweep removes the containers, networks, volumes and cgroups that this process or one that has ended created, and the
// images of tests that have ended.
// What another living process created stays.
func (l *Lab) Sweep(ctx context.Context) (Swept, error) {
	var s Swept
	var errs []error
	mine := make(client.Filters).Add("label", labelOwner)
	cs, err := l.docker.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: mine})
	if err != nil {
		return s, fmt.Errorf("list containers: %w", err)
	}
	inUse := map[int]bool{}
	for _, c := range cs.Items {
		if pid := foreign(c.Labels); pid != 0 {
			inUse[pid] = true
			continue
		}
		if err := l.removeWithVolumes(ctx, c); err != nil {
			errs = append(errs, err)
			continue
		}
		s.Containers++
	}
	ns, err := l.docker.NetworkList(ctx, client.NetworkListOptions{Filters: mine})
	if err != nil {
		return s, fmt.Errorf("list networks: %w", err)
	}
	for _, n := range ns.Items {
		if pid := foreign(n.Labels); pid != 0 {
			inUse[pid] = true
			continue
		}
		if _, err := l.docker.NetworkRemove(ctx, n.ID, client.NetworkRemoveOptions{}); err != nil && !gone(err) {
			errs = append(errs, fmt.Errorf("remove network %s: %w", n.Name, err))
			continue
		}
		s.Networks++
	}
	vs, err := l.docker.VolumeList(ctx, client.VolumeListOptions{Filters: mine})
	if err != nil {
		return s, fmt.Errorf("list volumes: %w", err)
	}
	for _, v := range vs.Items {
		if pid := foreign(v.Labels); pid != 0 {
			inUse[pid] = true
			continue
		}
		if err := l.removeVolume(ctx, v.Name); err != nil {
			errs = append(errs, err)
			continue
		}
		s.Volumes++
	}
	groups, owners, err := l.sweepGroups(ctx, cgroupMount) // after the containers in them
	s.Groups, errs = groups, append(errs, err)
	s.Images, err = l.sweepTestImages(ctx)
	errs = append(errs, err)
	for _, pid := range owners {
		inUse[pid] = true
	}
	for pid := range inUse {
		s.InUse = append(s.InUse, pid)
	}
	return s, errors.Join(errs...)
}

// removeWithVolumes removes a container and the anonymous volumes that it has, those too that it was given by name.
func (l *Lab) removeWithVolumes(ctx context.Context, c container.Summary) error {
	_, err := l.docker.ContainerRemove(ctx, c.ID, client.ContainerRemoveOptions{Force: true, RemoveVolumes: true})
	if err != nil && !gone(err) {
		return fmt.Errorf("remove container %s: %w", c.ID[:12], err)
	}
	var errs []error
	for _, name := range anonymousVolumes(c) {
		errs = append(errs, l.removeVolume(ctx, name))
	}
	return errors.Join(errs...)
}

// RemoveImages removes every image under the project's own name, and the stages that the classic builder leaves
// untagged beside them: each has a label for this, its last instruction, so that nobody else's images are taken.
func (l *Lab) RemoveImages(ctx context.Context) (int, error) {
	list, err := l.docker.ImageList(ctx, client.ImageListOptions{})
	if err != nil {
		return 0, fmt.Errorf("list images: %w", err)
	}
	removed := 0
	var errs []error
	for _, img := range list.Items {
		for _, tag := range img.RepoTags {
			if !strings.HasPrefix(tag, Prefix+"/") && !strings.HasPrefix(tag, TestPrefix+"-") {
				continue
			}
			if err := l.removeImage(ctx, tag, client.ImageRemoveOptions{Force: true, PruneChildren: true}); err != nil {
				errs = append(errs, err)
				continue
			}
			removed++
		}
	}
	pruned, err := l.docker.ImagePrune(ctx, client.ImagePruneOptions{Filters: untagged()})
	if err != nil {
		return removed, errors.Join(append(errs, fmt.Errorf("remove untagged stages: %w", err))...)
	}
	for _, d := range pruned.Report.ImagesDeleted {
		if d.Deleted != "" {
			removed++
		}
	}
	return removed, errors.Join(errs...)
}

// removeImage removes an image by its name or id; one that has gone already is no error.
func (l *Lab) removeImage(ctx context.Context, ref string, o client.ImageRemoveOptions) error {
	if _, err := l.docker.ImageRemove(ctx, ref, o); err != nil && !gone(err) {
		return fmt.Errorf("remove image %s: %w", ref, err)
	}
	return nil
}

// untagged finds the project's stages that have no name, by the label that each ends with.
func untagged() client.Filters {
	return make(client.Filters).Add("dangling", "true").Add("label", "spabench.stage")
}

// foreign returns the id of the living process, not this one, that owns the labelled thing; 0 when none does.
func foreign(labels map[string]string) int {
	pid, err := strconv.Atoi(labels[labelOwner])
	if err != nil || pid == os.Getpid() {
		return 0
	}
	if host, _ := os.Hostname(); labels[labelHost] != host {
		return pid // another machine's, on an engine that is shared: not ours to judge
	}
	if !alive(pid) {
		return 0
	}
	return pid
}

// gone says that the thing was removed meanwhile.
func gone(err error) bool {
	s := err.Error()
	return strings.Contains(s, "No such") || strings.Contains(s, "no such volume") || strings.Contains(s, "not found") || strings.Contains(s, "already in progress")
}
