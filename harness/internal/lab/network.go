package lab

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"

	"github.com/containerd/errdefs"
	"github.com/moby/moby/client"
)

// createNetwork creates a bridge network and returns its name, which is unique and contains what it is for.
func (l *Lab) createNetwork(ctx context.Context, what string) (string, error) {
	name := l.name(what)
	_, err := uninterrupted(ctx, func(ctx context.Context) (client.NetworkCreateResult, error) {
		return l.docker.NetworkCreate(ctx, name, client.NetworkCreateOptions{Driver: "bridge", Labels: l.labels()})
	})
	if err != nil {
		return "", fmt.Errorf("create network %s: %w", name, err)
	}
	return name, nil
}

// removeNetwork removes a network by its name or id, if it still exists. The empty name stands for none.
func (l *Lab) removeNetwork(ctx context.Context, name string) error {
	if name == "" {
		return nil
	}
	_, err := l.docker.NetworkRemove(ctx, name, client.NetworkRemoveOptions{})
	if err != nil && !errdefs.IsNotFound(err) {
		return fmt.Errorf("remove network %s: %w", name, err)
	}
	return nil
}

// freePort finds a port that nobody listens on. It is below the range that Linux uses for outgoing connections
// (ip_local_port_range), so that none of those takes the port before the engine binds it. Another server still could;
// the engine's error says so then, as it does where another machine has the ports, which nobody can try here.
func (l *Lab) freePort() (string, error) {
	const first, last = 20000, 32767
	if !l.publishedAt.IsLoopback() {
		return strconv.Itoa(first + rand.IntN(last-first+1)), nil
	}
	var err error
	for range 100 {
		port := strconv.Itoa(first + rand.IntN(last-first+1))
		var ln net.Listener
		if ln, err = net.Listen("tcp", net.JoinHostPort(l.publishedAt.String(), port)); err == nil {
			return port, ln.Close()
		}
	}
	return "", err
}
