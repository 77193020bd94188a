package lab

import (
	"context"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"

	"github.com/moby/moby/api/types/container"
	"github.com/moby/moby/client"
)

// Unreached says why no connection to the entry comes about, and what can be done about it, as far as the restarts of
// the containers and the sockets of the entry tell; "" if they do not.
func (r *Running) Unreached(ctx context.Context) string {
	var c container.InspectResponse
	for _, p := range r.parts {
		got, err := r.lab.docker.ContainerInspect(ctx, p.c.GetContainerID(), client.ContainerInspectOptions{})
		if err != nil || got.Container.State == nil {
			return ""
		}
		if c = got.Container; c.RestartCount > 0 {
			return fmt.Sprintf("its container %s has exited by itself and was restarted %d times",
				p.name, c.RestartCount)
		}
	}
	sockets := socketsOf(c.State.Pid, c.ID)
	port := r.parts[len(r.parts)-1].port
	return unreached(port, sockets, func() bool { return refusesIPv4(ctx, c, port) })
}

// unreached is what the listening sockets of a container tell of a port. Whether it refuses connections over IPv4 is
// asked only where the sockets do not tell: one for all IPv6 addresses usually stands for those of IPv4, too.
func unreached(port int, sockets []netip.AddrPort, refuses func() bool) string {
	if len(sockets) == 0 {
		return "" // it may listen yet
	}
	here := slices.DeleteFunc(slices.Clone(sockets), func(s netip.AddrPort) bool { return int(s.Port()) != port })
	is := func(property func(netip.Addr) bool) func(netip.AddrPort) bool {
		return func(s netip.AddrPort) bool { return property(s.Addr()) }
	}
	without := func(property func(netip.Addr) bool) bool { return !slices.ContainsFunc(here, is(property)) }
	switch {
	case len(here) == 0:
		return fmt.Sprintf("it listens at %s, but not on port %d: name the port where it responds", list(sockets), port)
	case without(func(a netip.Addr) bool { return !a.IsLoopback() }):
		return fmt.Sprintf("it listens at %s alone, which only its own container reaches: let it listen at 0.0.0.0",
			list(here))
	case without(netip.Addr.Is4) && refuses():
		return fmt.Sprintf("it listens at %s for IPv6 alone, and is reached over IPv4: let it listen at 0.0.0.0, too",
			list(here))
	}
	return ""
}

func list(sockets []netip.AddrPort) string {
	var all []string
	for _, s := range sockets {
		all = append(all, s.String())
	}
	slices.Sort(all)
	return strings.Join(slices.Compact(all), ", ")
}

// refusesIPv4 reports whether the container itself, and not the engine in front of it, refuses a connection.
func refusesIPv4(ctx context.Context, c container.InspectResponse, port int) bool {
	if c.NetworkSettings == nil {
		return false
	}
	for _, n := range c.NetworkSettings.Networks {
		if n == nil || !n.IPAddress.Is4() {
			continue
		}
		dialer := net.Dialer{Timeout: time.Second}
		conn, err := dialer.DialContext(ctx, "tcp4", netip.AddrPortFrom(n.IPAddress, uint16(port)).String())
		if err == nil {
			_ = conn.Close()
		}
		return errors.Is(err, syscall.ECONNREFUSED)
	}
	return false
}

// socketsOf are the addresses at which the container listens whose first process has this id, but for the engine's own
// name server. There are none where that process is on another kernel, or in another name space of processes.
func socketsOf(pid int, containerID string) []netip.AddrPort {
	if cgroupsOf(pid, containerID) == "" {
		return nil
	}
	var all []netip.AddrPort
	for _, table := range []string{"tcp", "tcp6"} {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/net/%s", pid, table))
		if err != nil {
			continue // there is no IPv6
		}
		all = append(all, parseSockets(string(text))...)
	}
	return slices.DeleteFunc(all, func(s netip.AddrPort) bool { return s.Addr() == engineNames })
}

// engineNames is where the engine resolves names inside of each container on a network of its own.
var engineNames = netip.MustParseAddr("127.0.0.11")

// parseSockets reads the listening sockets of /proc/net/tcp or tcp6 (proc_net_tcp in the kernel's documentation).
func parseSockets(table string) []netip.AddrPort {
	const listening = "0A"
	var all []netip.AddrPort
	for line := range strings.Lines(table) {
		fields := strings.Fields(line)
		if len(fields) < 4 || fields[3] != listening {
			continue
		}
		address, port, _ := strings.Cut(fields[1], ":")
		number, err := strconv.ParseUint(port, 16, 16)
		words, err2 := hex.DecodeString(address)
		if err != nil || err2 != nil || len(words)%4 != 0 {
			continue
		}
		for i := 0; i < len(words); i += 4 { // each word is a number of this machine
			binary.NativeEndian.PutUint32(words[i:], binary.BigEndian.Uint32(words[i:]))
		}
		if a, ok := netip.AddrFromSlice(words); ok {
			all = append(all, netip.AddrPortFrom(a.Unmap(), uint16(number)))
		}
	}
	return all
}
