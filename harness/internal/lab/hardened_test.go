package lab

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go/exec"

	"spabench/variants"
)

// A hardened container has the privileges that it declares and no others, according to the kernel. Its volume starts
// as a copy of the image's folder, can be written to, and is removed with it.
func TestHardened(t *testing.T) {
	l := openLab(t)
	ref, err := l.Build(t.Context(), "nginx-three-container.frontend")
	if err != nil {
		t.Fatal(err)
	}
	v := variants.Variant{Name: "test", Containers: []variants.Container{
		{Name: "app", Data: "/srv/dist", Scratch: "/tmp"},
	}}
	r, err := l.Create(t.Context(), v, Options{Refs: []string{ref}, Bridge: true, Hardened: true})
	if r != nil {
		defer func() { _ = r.Remove(context.WithoutCancel(t.Context())) }()
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	status := 0
	deadline := time.Now().Add(20 * time.Second)
	for ; time.Now().Before(deadline) && status == 0; time.Sleep(5 * time.Millisecond) {
		if res, err := http.Get(r.URL); err == nil {
			status = res.StatusCode
			_ = res.Body.Close()
		}
	}
	if status != http.StatusOK {
		t.Fatalf("status %d\n%s", status, r.Logs(t.Context()))
	}
	touch := func(path string) (code int) { // as root, so that only the file system can deny it
		t.Helper()
		code, _, err := r.parts[0].c.Exec(t.Context(), []string{"touch", path}, exec.WithUser("0"))
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	if touch("/etc/planted") == 0 {
		t.Error("wrote to the image's own files")
	}
	for _, path := range []string{"/srv/dist/planted", "/srv/dist/index.html", "/tmp/planted"} {
		if touch(path) != 0 {
			t.Errorf("cannot write %s", path)
		}
	}
	got, err := l.docker.ContainerInspect(t.Context(), r.parts[0].c.GetContainerID(), client.ContainerInspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if l.Local() {
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", got.Container.State.Pid))
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{"CapEff:\t0000000000000000\n",
			"CapBnd:\t0000000000000000\n", "NoNewPrivs:\t1\n"} {
			if !strings.Contains(string(text), want) {
				t.Errorf("no %q in\n%s", want, text)
			}
		}
	}
	if err := r.Remove(t.Context()); err != nil {
		t.Fatal(err)
	}
	volumes := 0
	for _, m := range got.Container.Mounts {
		if m.Name == "" {
			continue
		}
		volumes++
		if _, err := l.docker.VolumeInspect(t.Context(), m.Name, client.VolumeInspectOptions{}); err == nil {
			t.Errorf("the volume of %s still exists", m.Destination)
		}
	}
	if volumes != 1 {
		t.Errorf("%d volumes", volumes)
	}
}
