package lab

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"

	"github.com/moby/moby/api/types/container"
	"github.com/testcontainers/testcontainers-go"
	tcexec "github.com/testcontainers/testcontainers-go/exec"
)

// composeTool runs docker compose in the project's folder and waits for it. The output is standard output, then
// standard error.
type composeTool interface {
	run(ctx context.Context, environ map[string]string, args ...string) (code int, output string, err error)
	close(ctx context.Context) error
}

// composeTool returns the machine's own Docker Compose if that is version 2 or later, or else one in a container.
// Folders are those outside the checkout that it needs to read. The second result is its name and version.
func (l *Lab) composeTool(ctx context.Context, folders ...string) (composeTool, string, error) {
	own := ownCompose{root: l.root}
	if version, ok := composeVersion(ctx, own); ok {
		return own, "Docker Compose " + version, nil
	}
	if l.root == "" {
		return nil, "", errors.New("run Docker Compose: install version 2 or later " +
			"(docs.docker.com/compose/install), or call this in a checkout of spabench, which has one in a container")
	}
	c, err := l.containCompose(ctx, folders)
	if err != nil {
		return nil, "", err
	}
	version, ok := composeVersion(ctx, c)
	if !ok {
		err := errors.New("run Docker Compose in a container: it does not report its version")
		return nil, "", errors.Join(err, c.close(ctx))
	}
	return c, "Docker Compose " + version + " in a container", nil
}

func composeVersion(ctx context.Context, tool composeTool) (string, bool) {
	code, out, err := tool.run(ctx, nil, "version", "--short")
	version := strings.TrimPrefix(strings.TrimSpace(firstLine(out)), "v")
	number, _, _ := strings.Cut(version, ".")
	major, notNumber := strconv.Atoi(number)
	return version, err == nil && code == 0 && notNumber == nil && major >= 2
}

// ownCompose is the plugin of the machine's own docker command.
type ownCompose struct{ root string }

func (c ownCompose) run(ctx context.Context, environ map[string]string, args ...string) (int, string, error) {
	cmd := exec.CommandContext(ctx, "docker", append([]string{"compose"}, args...)...)
	cmd.Dir = c.root
	cmd.Env = append(os.Environ(), assignments(environ)...)
	// On an interrupt Compose cancels its work; if it were killed, the engine would carry on with it.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = stopGrace
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	if ctx.Err() != nil {
		return 0, "", ctx.Err()
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		return exit.ExitCode(), stdout.String() + stderr.String(), nil
	}
	return 0, stdout.String() + stderr.String(), err
}

func (ownCompose) close(context.Context) error { return nil }

// containedCompose runs in a container that has the engine's socket, and the folders that it reads under their own
// paths, because Compose resolves bind mounts to absolute paths, which the engine looks up on the host.
type containedCompose struct {
	lab *Lab
	c   testcontainers.Container
}

func (l *Lab) containCompose(ctx context.Context, folders []string) (*containedCompose, error) {
	if !localEngine() {
		return nil, errors.New("run Docker Compose: it cannot run in a container, because the engine is on another " +
			"machine: install version 2 or later (docs.docker.com/compose/install)")
	}
	l.toolMu.Lock()
	ref, err := l.BuildStage(ctx, "compose/tool", "", Usual)
	l.toolMu.Unlock()
	if err != nil {
		return nil, err
	}
	const socket = "/var/run/docker.sock"
	hostSocket := socket
	if path, ok := strings.CutPrefix(os.Getenv("DOCKER_HOST"), "unix://"); ok {
		hostSocket = path
	}
	binds := []string{hostSocket + ":" + socket}
	for _, folder := range append([]string{l.root}, folders...) {
		binds = append(binds, folder+":"+folder+":ro")
	}
	c, err := l.createContainer(ctx, testcontainers.ContainerRequest{
		Image: l.idOf(ref), Labels: l.labels(),
		HostConfigModifier: func(h *container.HostConfig) {
			h.NetworkMode = "none"
			h.Binds = binds
		},
	})
	if err != nil {
		return nil, fmt.Errorf("run Docker Compose in a container: %w", err)
	}
	if err := c.Start(ctx); err != nil {
		cleanup, cancel := cleanupContext(ctx)
		defer cancel()
		return nil, errors.Join(fmt.Errorf("run Docker Compose in a container: %w", err),
			l.removeContainer(cleanup, c.GetContainerID()))
	}
	return &containedCompose{lab: l, c: c}, nil
}

func (c *containedCompose) run(ctx context.Context, environ map[string]string, args ...string) (int, string, error) {
	code, out, err := c.c.Exec(ctx, append([]string{"docker", "compose"}, args...),
		tcexec.Multiplexed(), tcexec.WithWorkingDir(c.lab.root), tcexec.WithEnv(assignments(environ)))
	if err != nil {
		return 0, "", err
	}
	text, err := io.ReadAll(out)
	return code, string(text), err
}

// close removes the container, which also ends a command that is still running.
func (c *containedCompose) close(ctx context.Context) error {
	return c.lab.removeContainer(ctx, c.c.GetContainerID())
}

// assignments lists the variables as NAME=value, sorted by name.
func assignments(environ map[string]string) []string {
	var list []string
	for _, name := range slices.Sorted(maps.Keys(environ)) {
		list = append(list, name+"="+environ[name])
	}
	return list
}
