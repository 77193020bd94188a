package lab

import (
	"errors"
	"strings"
	"testing"
)

func TestPublishedAt(t *testing.T) {
	for _, tc := range []struct{ host, override, want string }{
		{"", "", "127.0.0.1"},
		{"unix:///run/docker.sock", "", "127.0.0.1"},
		{"tcp://192.0.2.7:2375", "", "192.0.2.7"},
		{"tcp://[2001:db8::7]:2376", "", "2001:db8::7"},
		{"unix:///tmp/forwarded.sock", "192.0.2.8", "192.0.2.8"},
		{"tcp://192.0.2.7:2375", "[2001:db8::8]", "2001:db8::8"},
		{"tcp://absent.invalid:2375", "", "set TESTCONTAINERS_HOST_OVERRIDE"},
	} {
		t.Setenv("DOCKER_HOST", tc.host)
		t.Setenv(hostOverride, tc.override)
		got, err := publishedAt(t.Context())
		if err == nil && got.String() != tc.want || err != nil && !strings.Contains(err.Error(), tc.want) {
			t.Errorf("DOCKER_HOST=%s, override %q: %s, %v; want %s", tc.host, tc.override, got, err, tc.want)
		}
	}
}

// An engine by SSH is refused with the way out, and not as one that does not respond.
func TestSSH(t *testing.T) {
	t.Setenv("DOCKER_HOST", "ssh://me@elsewhere")
	err := EnsureEngine(t.Context(), t.Logf)
	if !errors.Is(err, ErrNoEngine) || !strings.Contains(err.Error(), "-L /tmp/engine.sock:/var/run/docker.sock") {
		t.Errorf("error %v", err)
	}
}
