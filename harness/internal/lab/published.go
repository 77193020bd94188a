package lab

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"strings"
)

// hostOverride is the variable by which testcontainers is told at which host the engine publishes ports. The harness
// heeds it, too.
const hostOverride = "TESTCONTAINERS_HOST_OVERRIDE"

// loopback is where a local engine publishes ports, and nobody but this machine reaches them.
var loopback = netip.MustParseAddr("127.0.0.1")

// publishedAt is the address at which the engine is asked to publish ports, and at which they are then reached: that of
// the host in hostOverride or else in a DOCKER_HOST by TCP, or else loopback. It must be an address of the engine's own
// machine.
func publishedAt(ctx context.Context) (netip.Addr, error) {
	host := os.Getenv(hostOverride)
	if u, err := url.Parse(os.Getenv("DOCKER_HOST")); err == nil && u.Scheme == "tcp" {
		host = cmp.Or(host, u.Hostname())
	}
	if host == "" {
		return loopback, nil
	}
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", strings.Trim(host, "[]"))
	if err != nil {
		return netip.Addr{}, fmt.Errorf("find the address at which the engine publishes ports: %w; "+
			"set %s to one of the engine's machine", err, hostOverride)
	}
	for _, a := range found {
		if a = a.Unmap(); a.Is4() { // what engines publish at IPv6 depends on their configuration
			return a, nil
		}
	}
	return found[0], nil
}
