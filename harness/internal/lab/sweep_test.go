package lab

import (
	"context"
	"os/exec"
	"slices"
	"strconv"
	"testing"

	"github.com/moby/moby/client"
)

// A sweep removes what a dead process left behind, and nothing of a live process.
func TestSweep(t *testing.T) {
	l := openLab(t)
	dead := exec.Command("true")
	if err := dead.Run(); err != nil {
		t.Fatal(err)
	}
	host := l.labels()[labelHost]
	network := func(name, owner string) {
		t.Helper()
		_, err := l.docker.NetworkCreate(t.Context(), name, client.NetworkCreateOptions{
			Driver: "bridge", Labels: map[string]string{labelOwner: owner, labelHost: host},
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() {
			_, _ = l.docker.NetworkRemove(context.WithoutCancel(t.Context()), name, client.NetworkRemoveOptions{})
		})
	}
	network("spabench-test-alive", "1")
	volume := client.VolumeCreateOptions{
		Name:   "spabench-test-dead",
		Labels: map[string]string{labelOwner: strconv.Itoa(dead.Process.Pid), labelHost: host},
	}
	t.Cleanup(func() {
		_, _ = l.docker.VolumeRemove(context.WithoutCancel(t.Context()), volume.Name, client.VolumeRemoveOptions{})
	})
	var s Swept
	for range 5 { // another process that uses the engine may sweep first
		network("spabench-test-dead", strconv.Itoa(dead.Process.Pid))
		_, err := l.docker.VolumeCreate(t.Context(), volume)
		if err != nil {
			t.Fatal(err)
		}
		if s, err = l.Sweep(t.Context()); err != nil {
			t.Fatal(err)
		}
		_, err = l.docker.VolumeInspect(t.Context(), volume.Name, client.VolumeInspectOptions{})
		if err == nil {
			t.Fatalf("swept %+v; the dead process's volume still exists", s)
		}
		if s.Volumes > 0 {
			break
		}
	}
	if s.Volumes == 0 || !slices.Contains(s.InUse, 1) {
		t.Errorf("swept %+v; a dead process had a volume, and process 1 is alive", s)
	}
	has := func(name string) bool {
		_, err := l.docker.NetworkInspect(t.Context(), name, client.NetworkInspectOptions{})
		return err == nil
	}
	if has("spabench-test-dead") || !has("spabench-test-alive") {
		t.Error("the dead process's network still exists, or the live one's does not")
	}
}

// Engines show the names of images in forms of their own. Another's name that only contains ours is not ours.
func TestPrefixOf(t *testing.T) {
	for tag, want := range map[string]string{
		"spabench/null:latest":                Prefix,
		"localhost/spabench/null:latest":      Prefix,
		"docker.io/spabench-test/null:latest": TestPrefix,
		"registry.example/spabench/null:1":    "registry.example",
		"docker.io/library/nginx:1.26":        "library",
		"nginx:1.26":                          "nginx:1.26",
	} {
		if got := prefixOf(tag); got != want {
			t.Errorf("%s: %q, want %q", tag, got, want)
		}
	}
}
