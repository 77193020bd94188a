package lab

import (
	"context"
	"fmt"
	"io"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// Config is what an image says of how its containers run.
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
	got, err := l.docker.ImageInspect(ctx, ref)
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

// Export hands read the final file system of an image as a tar archive. It is that of a container which was created and
// never started, so the files that the engine puts into each container are in it, too, empty.
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

// unstarted lends f a container of the image that is never started, and removes it.
func (l *Lab) unstarted(ctx context.Context, ref string, f func(id string) error) error {
	c, err := l.createContainer(ctx, testcontainers.ContainerRequest{
		Image: ref, Labels: l.labels(), Cmd: []string{"/never-started"}, // the engine asks for some command, even of an image of files alone
	})
	if err != nil {
		return err
	}
	defer func() { _ = l.removeContainer(context.WithoutCancel(ctx), c) }()
	return f(c.GetContainerID())
}
