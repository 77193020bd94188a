package lab

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/api/types/image"
	"github.com/moby/moby/client"
)

// Swept says what a sweep removed, and what it left alone.
type Swept struct {
	Containers, Networks, Volumes, Images int
	Groups                                int   // cgroups above limited containers
	InUse                                 []int // ids of other live processes that own resources
}

// sweep is one sweep in progress.
type sweep struct {
	Swept
	inUse map[int]bool
	errs  []error
}

// remove counts a resource as removed, unless a live process owns it or removing it fails.
func (s *sweep) remove(labels map[string]string, removed *int, remove func() error) {
	if pid := livingOwner(labels); pid != 0 {
		s.inUse[pid] = true
		return
	}
	if err := remove(); err != nil {
		s.errs = append(s.errs, err)
		return
	}
	*removed++
}

// Sweep removes the containers, networks, volumes and cgroups that were created by this process or by one that has
// ended. Whatever another live process created stays.
func (l *Lab) Sweep(ctx context.Context) (Swept, error) {
	s := sweep{inUse: map[int]bool{}}
	labelled := make(client.Filters).Add("label", labelOwner)
	cs, err := l.docker.ContainerList(ctx, client.ContainerListOptions{All: true, Filters: labelled})
	if err != nil {
		return s.Swept, fmt.Errorf("list containers: %w", err)
	}
	for _, c := range cs.Items {
		s.remove(c.Labels, &s.Containers, func() error { return l.removeWithVolumes(ctx, c) })
	}
	ns, err := l.docker.NetworkList(ctx, client.NetworkListOptions{Filters: labelled})
	if err != nil {
		return s.Swept, fmt.Errorf("list networks: %w", err)
	}
	for _, n := range ns.Items {
		s.remove(n.Labels, &s.Networks, func() error { return l.removeNetwork(ctx, n.ID) })
	}
	vs, err := l.docker.VolumeList(ctx, client.VolumeListOptions{Filters: labelled})
	if err != nil {
		return s.Swept, fmt.Errorf("list volumes: %w", err)
	}
	for _, v := range vs.Items {
		s.remove(v.Labels, &s.Volumes, func() error { return l.removeVolume(ctx, v.Name) })
	}
	groups, owners, err := l.sweepGroups(ctx, cgroupMount) // only after the containers in them
	s.Groups, s.errs = groups, append(s.errs, err)
	for _, pid := range owners {
		s.inUse[pid] = true
	}
	s.InUse = slices.Collect(maps.Keys(s.inUse))
	return s.Swept, errors.Join(s.errs...)
}

// removeWithVolumes removes a container and its anonymous volumes, including those that it was given by name.
func (l *Lab) removeWithVolumes(ctx context.Context, c container.Summary) error {
	if err := l.removeContainer(ctx, c.ID); err != nil {
		return err
	}
	var errs []error
	for _, name := range anonymousVolumes(c) {
		errs = append(errs, l.removeVolume(ctx, name))
	}
	return errors.Join(errs...)
}

// RemoveImages removes every image under the project's own name, and the untagged stages that the classic builder
// leaves beside them. The last instruction of each stage is a label for this purpose, so that nobody else's images are
// removed.
func (l *Lab) RemoveImages(ctx context.Context) (int, error) {
	removed, untagErr := l.untag(ctx, keepNothing, Prefix, TestPrefix)
	pruned, err := l.docker.ImagePrune(ctx, client.ImagePruneOptions{Filters: untaggedStages()})
	if err != nil {
		return removed, errors.Join(untagErr, fmt.Errorf("remove untagged stages: %w", err))
	}
	for _, d := range pruned.Report.ImagesDeleted {
		if d.Deleted != "" {
			removed++
		}
	}
	return removed, untagErr
}

// What untag leaves under its name.
func keepNothing(string, image.Summary) bool { return false }

// keepStages keeps stages of the project's Dockerfiles, as a cache. The last instruction of each is a label: without
// their names, they would be removed, and what they are made of would stay without the label. What a final stage adds
// to them is copied files, and costs the next build nothing. Added servers are a test's own.
func keepStages(tag string, i image.Summary) bool {
	return i.Labels[labelStage] != "" && !strings.Contains(tag, "/added-")
}

// untag removes the names of all images that begin with one of the prefixes, with what is left without a name then, and
// says how many there were.
func (l *Lab) untag(
	ctx context.Context, keep func(tag string, i image.Summary) bool, prefixes ...string,
) (removed int, err error) {
	list, err := l.docker.ImageList(ctx, client.ImageListOptions{})
	if err != nil {
		return 0, fmt.Errorf("list images: %w", err)
	}
	var errs []error
	for _, img := range list.Items {
		for _, tag := range img.RepoTags {
			if !slices.Contains(prefixes, prefixOf(tag)) || keep(tag, img) {
				continue
			}
			o := client.ImageRemoveOptions{Force: true, PruneChildren: true}
			if err := l.removeImage(ctx, tag, o); err != nil {
				errs = append(errs, err)
				continue
			}
			removed++
		}
	}
	return removed, errors.Join(errs...)
}

// prefixOf is what a name begins with, before the first slash. Podman puts a registry before names that have none:
// localhost where it loaded the image, and docker.io where it built it for a client of Docker's.
func prefixOf(tag string) string {
	for _, registry := range []string{"localhost/", "docker.io/"} {
		tag = strings.TrimPrefix(tag, registry)
	}
	prefix, _, _ := strings.Cut(tag, "/")
	return prefix
}

// removeImage removes an image by its name or id. It is not an error if the image no longer exists.
func (l *Lab) removeImage(ctx context.Context, ref string, o client.ImageRemoveOptions) error {
	if _, err := l.docker.ImageRemove(ctx, ref, o); err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("remove image %s: %w", ref, err)
	}
	return nil
}

// untaggedStages selects the project's untagged stages, by the label that each ends with.
func untaggedStages() client.Filters {
	return make(client.Filters).Add("dangling", "true").Add("label", labelStage)
}

// livingOwner returns the id of the live process, other than this one, that owns the labelled resource, or 0.
func livingOwner(labels map[string]string) int {
	pid, err := strconv.Atoi(labels[labelOwner])
	if err != nil || pid == os.Getpid() {
		return 0
	}
	if host, _ := os.Hostname(); labels[labelHost] != host {
		return pid // from another machine that shares the engine: we cannot tell whether it is alive
	}
	if !alive(pid) {
		return 0
	}
	return pid
}
