package lab

import (
	"net/netip"
	"slices"
	"strings"
	"testing"
)

// The tables have the addresses as numbers of this machine, which is little-endian wherever the test runs in practice.
func TestParseSockets(t *testing.T) {
	const tables = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 21 1 0 100 0 0 10 0
   1: 0B00007F:9C41 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 22 1 0 100 0 0 10 0
   2: 0200A8C0:1F90 0300A8C0:D431 01 00000000:00000000 00:00000000 00000000     0        0 23 1 0 100 0 0 10 0
   3: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A 00000000:00000000 00:0 0 0 0 24
   4: 00000000000000000000000001000000:0BB8 00000000000000000000000000000000:0000 0A 00000000:00000000 00:0 0 0 0 25
   5: nonsense
`
	var got []string
	for _, s := range parseSockets(tables) {
		got = append(got, s.String())
	}
	want := []string{"127.0.0.1:8080", "127.0.0.11:40001", "[::]:80", "[::1]:3000"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestUnreached(t *testing.T) {
	for _, c := range []struct {
		sockets string
		refuses bool
		want    string // "" for nothing
	}{
		{"", true, ""},
		{"0.0.0.0:8080", true, ""},
		{"[::]:8080", false, ""}, // for both
		{"[::]:8080", true, "it listens at [::]:8080 for IPv6 alone"},
		{"127.0.0.1:8080", true, "it listens at 127.0.0.1:8080 alone, which only its own container reaches"},
		{"127.0.0.1:8080 [::1]:8080", true, "it listens at 127.0.0.1:8080, [::1]:8080 alone"},
		{"127.0.0.1:8080 172.17.0.2:8080", true, ""},
		{"[::]:3000 [::]:3000", true, "it listens at [::]:3000, but not on port 8080: name the port"},
	} {
		var sockets []netip.AddrPort
		for s := range strings.FieldsSeq(c.sockets) {
			sockets = append(sockets, netip.MustParseAddrPort(s))
		}
		got := unreached(8080, sockets, func() bool { return c.refuses })
		if (got == "") != (c.want == "") || !strings.HasPrefix(got, c.want) {
			t.Errorf("%q: %q, want %q", c.sockets, got, c.want)
		}
	}
}
