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

// Executed is how a command in a container ended.
type Executed struct {
	Code   int    // not 0 too where the container has no such command
	Output string // standard output, then standard error; the last lines
}

// Exec is docker exec in the container of that name, which runs; the user "" is the image's own.
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

// Copy is docker cp into the container of that name, running or not: a file that is there is replaced by a new one.
func (r *Running) Copy(ctx context.Context, name, path string, content []byte, mode fs.FileMode) error {
	p, err := r.part(name)
	if err != nil {
		return fmt.Errorf("copy %s: %w", path, err)
	}
	var b bytes.Buffer
	tw := tar.NewWriter(&b)
	header := &tar.Header{Name: strings.TrimPrefix(path, "/"), Typeflag: tar.TypeReg, Size: int64(len(content)), Mode: int64(mode), ModTime: time.Now()}
	err = tw.WriteHeader(header)
	if err == nil {
		_, err = tw.Write(content)
	}
	if err = errors.Join(err, tw.Close()); err != nil {
		return fmt.Errorf("copy %s: %w", path, err)
	}
	_, err = r.lab.docker.CopyToContainer(ctx, p.c.GetContainerID(), client.CopyToContainerOptions{DestinationPath: "/", Content: &b})
	if err != nil {
		return fmt.Errorf("copy %s: %w", path, err)
	}
	return nil
}

// BesideRoot is where a container beside another one sees that one's file system.
const BesideRoot = "/proc/1/root"

// Beside lends a container with a shell that shares the processes of the one of that name, and so sees its files below
// [BesideRoot]: as root it may look into processes of other users (CAP_SYS_PTRACE), as any other user only into its own.
// It ends when the other one does. The user "" is root.
func (r *Running) Beside(ctx context.Context, name, user string, use func(exec func(command ...string) (Executed, error)) error) (err error) {
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
		clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
		defer cancel()
		err = errors.Join(err, r.lab.removeContainer(clean, c))
	}()
	if err := c.Start(ctx); err != nil {
		return fmt.Errorf("start a container beside %s: %w", name, err)
	}
	return use(func(command ...string) (Executed, error) { return execute(ctx, c, user, command) })
}

// shellImage has a shell and coreutils, whichever is in use: the base image of nginx.
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
