package lab

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
	tcexec "github.com/testcontainers/testcontainers-go/exec"
)

// Executed is the result of a command in a container.
type Executed struct {
	Code   int    // also not 0 if the container has no such command
	Output string // the last lines of standard output, then of standard error
}

// Exec does what docker exec does, in the running container of that name. The user "" is the image's own.
func (r *Running) Exec(ctx context.Context, name, user string, command ...string) (Executed, error) {
	p, err := r.part(name)
	if err != nil {
		return Executed{}, fmt.Errorf("run a command: %w", err)
	}
	return execute(ctx, p.c, user, command)
}

func execute(ctx context.Context, c testcontainers.Container, user string, command []string) (Executed, error) {
	code, out, err := c.Exec(ctx, command, tcexec.Multiplexed(), tcexec.WithUser(user))
	if err != nil {
		return Executed{}, fmt.Errorf("run a command: %w", err)
	}
	text, err := io.ReadAll(io.LimitReader(out, 1<<16))
	if err != nil {
		return Executed{}, fmt.Errorf("run a command: %w", err)
	}
	return Executed{Code: code, Output: tail(string(text), 5)}, nil
}

// Copy does what docker cp does: it copies a file into the container of that name, running or not. An existing file is
// replaced by a new one.
func (r *Running) Copy(ctx context.Context, name, path string, content []byte, mode fs.FileMode) error {
	p, err := r.part(name)
	if err != nil {
		return fmt.Errorf("copy %s: %w", path, err)
	}
	var b bytes.Buffer
	tw := tar.NewWriter(&b)
	err = tw.WriteHeader(&tar.Header{
		Name: strings.TrimPrefix(path, "/"), Typeflag: tar.TypeReg,
		Size: int64(len(content)), Mode: int64(mode), ModTime: time.Now(),
	})
	if err == nil {
		_, err = tw.Write(content)
	}
	if err = errors.Join(err, tw.Close()); err != nil {
		return fmt.Errorf("copy %s: %w", path, err)
	}
	_, err = r.lab.docker.CopyToContainer(ctx, p.c.GetContainerID(), client.CopyToContainerOptions{
		DestinationPath: "/", Content: &b,
	})
	if err != nil {
		return fmt.Errorf("copy %s: %w", path, err)
	}
	return nil
}

// BesideRoot is where a container started by [Running.Beside] sees the file system of the other container.
const BesideRoot = "/proc/1/root"

// Beside starts a container with a shell in the process namespace of the container of that name, as a sidecar for
// debugging, and calls use with a function that runs commands in it. It sees the other container's files in
// [BesideRoot]: as root it may access processes of all users (CAP_SYS_PTRACE), as any other user only its own. It
// exits when the other container does. The user "" is root.
func (r *Running) Beside(
	ctx context.Context, name, user string,
	use func(exec func(command ...string) (Executed, error)) error,
) (err error) {
	p, err := r.part(name)
	if err != nil {
		return fmt.Errorf("run a container beside: %w", err)
	}
	if user == "" {
		user = "0"
	}
	c, err := r.lab.createContainer(ctx, testcontainers.ContainerRequest{
		Image: r.lab.shellImage(), Labels: r.lab.labels(), User: user, Entrypoint: []string{"sleep", "infinity"},
		HostConfigModifier: func(h *container.HostConfig) {
			h.NetworkMode = "none"
			h.PidMode = container.PidMode("container:" + p.c.GetContainerID())
			if user == "0" {
				h.CapAdd = []string{"SYS_PTRACE"}
			}
		},
	})
	if err != nil {
		return fmt.Errorf("create a container beside %s: %w", name, err)
	}
	defer func() {
		cleanup, cancel := cleanupContext(ctx)
		defer cancel()
		err = errors.Join(err, r.lab.removeContainer(cleanup, c.GetContainerID()))
	}()
	if err := c.Start(ctx); err != nil {
		return fmt.Errorf("start a container beside %s: %w", name, err)
	}
	return use(func(command ...string) (Executed, error) { return execute(ctx, c, user, command) })
}

// shellImage returns an image with a shell and coreutils: the base image of nginx, whether official or a stand-in.
func (l *Lab) shellImage() string {
	for _, b := range l.bases {
		if b.Arg == "NGINX_IMAGE" {
			return b.Image
		}
	}
	return ""
}

func (r *Running) part(name string) (part, error) {
	for _, p := range r.parts {
		if p.name == name {
			return p, nil
		}
	}
	return part{}, fmt.Errorf("%s has no container %s", r.variant.Name, name)
}
