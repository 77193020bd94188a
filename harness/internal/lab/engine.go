package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/moby/moby/client"
)

const (
	defaultSocket = "unix:///var/run/docker.sock"
	engineLog     = "/var/log/spabench-dockerd.log"
)

// ErrNoEngine means that no container engine responds and that none could be started here.
var ErrNoEngine = errors.New("no container engine")

// EnsureEngine returns as soon as a container engine responds. A running one is used as it is; otherwise, as root on
// Debian or Ubuntu, the distribution's engine is installed and started. It keeps running after this process, so that
// the next run finds its images and layer cache.
func EnsureEngine(ctx context.Context, log Log) error {
	cause := ping(ctx)
	if cause == nil {
		return nil
	}
	if err := startable(cause); err != nil {
		return err
	}
	if !engineInstalled() {
		if err := installEngine(ctx, log); err != nil {
			return err
		}
	}
	return startEngine(ctx, log)
}

// Prospect says whether an engine runs. Where none does, it says whether [EnsureEngine] would have to install one, and
// why it could not; it changes nothing.
func Prospect(ctx context.Context) (running, install bool, err error) {
	cause := ping(ctx)
	if cause == nil {
		return true, false, nil
	}
	return false, !engineInstalled(), startable(cause)
}

// startable returns nil if an engine can be started here, if necessary after its installation, or else an error that
// says what the user can do. The cause is why no engine responds.
func startable(cause error) error {
	switch {
	case runtime.GOOS != "linux":
		return fmt.Errorf("%w: start Docker Desktop (or set DOCKER_HOST) and try again: %w", ErrNoEngine, cause)
	case strings.HasPrefix(os.Getenv("DOCKER_HOST"), "ssh:"):
		return fmt.Errorf("%w: DOCKER_HOST=%s is reached by SSH, which is not supported; forward the engine's socket "+
			"(ssh -nNT -L /tmp/engine.sock:/var/run/docker.sock USER@HOST), and set "+
			"DOCKER_HOST=unix:///tmp/engine.sock and %s=HOST", ErrNoEngine, os.Getenv("DOCKER_HOST"), hostOverride)
	case os.Getenv("DOCKER_HOST") != "" && os.Getenv("DOCKER_HOST") != defaultSocket:
		return fmt.Errorf("%w: the engine at DOCKER_HOST=%s does not respond; start it, or unset DOCKER_HOST: %w",
			ErrNoEngine, os.Getenv("DOCKER_HOST"), cause)
	case os.Geteuid() != 0:
		return fmt.Errorf("%w: start one (sudo systemctl start docker), join the docker group if one is running, "+
			"or run as root to have one installed: %w", ErrNoEngine, cause)
	case engineInstalled():
		return nil
	}
	id, err := os.ReadFile("/etc/os-release")
	if err != nil || !strings.Contains(string(id), "debian") && !strings.Contains(string(id), "ubuntu") {
		return fmt.Errorf("%w: install Docker Engine for this distribution (docs.docker.com/engine/install) "+
			"and try again", ErrNoEngine)
	}
	return nil
}

func engineInstalled() bool {
	_, err := exec.LookPath("dockerd")
	return err == nil
}

func ping(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	c, err := client.New(client.FromEnv)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	_, err = c.Ping(ctx, client.PingOptions{NegotiateAPIVersion: true})
	return err
}

func installEngine(ctx context.Context, log Log) error {
	log("installing docker.io from the distribution, because no container engine responds")
	if err := install(ctx, "docker.io", "iptables"); err != nil {
		return fmt.Errorf("%w: %w", ErrNoEngine, err)
	}
	return nil
}

// install installs packages of Debian or Ubuntu. It needs root.
func install(ctx context.Context, packages ...string) error {
	list := strings.Join(packages, " ")
	script := "apt-get update -qq && apt-get install -y -qq --no-install-recommends " + list
	cmd := exec.CommandContext(ctx, "sh", "-c", script)
	cmd.Env = append(os.Environ(), "DEBIAN_FRONTEND=noninteractive")
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("install %s: %w\n%s", list, err, tail(string(out), 15))
	}
	return nil
}

// startEngine starts the installed engine: through systemd if that is running, or else directly.
func startEngine(ctx context.Context, log Log) error {
	if ping(ctx) == nil {
		return nil // installing it started it
	}
	log("starting the container engine")
	if _, err := os.Stat("/run/systemd/system"); err == nil {
		if out, err := exec.CommandContext(ctx, "systemctl", "start", "docker").CombinedOutput(); err != nil {
			return fmt.Errorf("%w: systemctl start docker: %w\n%s", ErrNoEngine, err, tail(string(out), 15))
		}
		return awaitEngine(ctx, nil)
	}
	out, err := os.OpenFile(engineLog, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o644)
	if err != nil {
		return fmt.Errorf("%w: start dockerd: %w", ErrNoEngine, err)
	}
	defer func() { _ = out.Close() }()
	// The engine is detached and not bound to ctx, because it outlives this process and its Ctrl-C.
	cmd := exec.Command("dockerd")
	cmd.Stdout, cmd.Stderr = out, out
	detach(cmd)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("%w: start dockerd: %w", ErrNoEngine, err)
	}
	exited := make(chan error, 1)
	go func() { exited <- cmd.Wait() }()
	return awaitEngine(ctx, exited)
}

func awaitEngine(ctx context.Context, exited <-chan error) error {
	deadline := time.After(time.Minute)
	for {
		if ping(ctx) == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case err := <-exited:
			return fmt.Errorf("%w: dockerd exited: %w; the end of %s:\n%s",
				ErrNoEngine, err, engineLog, fileTail(engineLog))
		case <-deadline:
			return fmt.Errorf("%w: dockerd did not respond within a minute; the end of %s:\n%s",
				ErrNoEngine, engineLog, fileTail(engineLog))
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func fileTail(path string) string {
	b, _ := os.ReadFile(path)
	return tail(string(b), 15)
}

// tail returns the last n lines of s.
func tail(s string, n int) string {
	lines := strings.Split(strings.TrimRight(s, "\n"), "\n")
	if len(lines) > n {
		lines = lines[len(lines)-n:]
	}
	return strings.Join(lines, "\n")
}
