package lab

import (
	"context"
	"fmt"
	"io"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// Config is how an image configures its containers.
type Config struct {
	ID         string // content-addressed
	User       string // "" is root
	Entrypoint []string
	Command    []string
	Env        []string // NAME=value
	WorkingDir string
}

// Config reads the configuration of an image.
func (l *Lab) Config(ctx context.Context, ref string) (Config, error) {
	got, err := l.docker.ImageInspect(ctx, l.idOf(ref))
	if err != nil {
		return Config{}, fmt.Errorf("inspect %s: %w", ref, err)
	}
	c := Config{ID: got.ID}
	if got.Config != nil {
		c.User, c.Entrypoint, c.Command = got.Config.User, got.Config.Entrypoint, got.Config.Cmd
		c.Env, c.WorkingDir = got.Config.Env, got.Config.WorkingDir
	}
	return c, nil
}

// Export passes the final file system of an image to read, as a tar archive. It is that of a container which was
// created but never started, so it also contains the empty files that the engine puts into every container.
func (l *Lab) Export(ctx context.Context, ref string, read func(archive io.Reader) error) error {
	err := l.unstarted(ctx, ref, func(id string) error {
		archive, err := l.docker.ContainerExport(ctx, id, client.ContainerExportOptions{})
		if err != nil {
			return err
		}
		defer func() { _ = archive.Close() }()
		return read(archive)
	})
	if err != nil {
		return fmt.Errorf("export %s: %w", ref, err)
	}
	return nil
}

// unstarted calls f with the id of a container of the image that is never started, and removes the container
// afterwards.
func (l *Lab) unstarted(ctx context.Context, ref string, f func(id string) error) error {
	c, err := l.createContainer(ctx, testcontainers.ContainerRequest{
		Image: l.idOf(ref), Labels: l.labels(),
		Cmd: []string{"/never-started"}, // the engine requires a command, even for an image that has only files
	})
	if err != nil {
		return err
	}
	defer func() {
		cleanup, cancel := cleanupContext(ctx)
		defer cancel()
		_ = l.removeContainer(cleanup, c.GetContainerID())
	}()
	return f(c.GetContainerID())
}
