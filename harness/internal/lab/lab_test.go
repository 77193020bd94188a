package lab

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"spabench/harness/internal/alone"
	"spabench/variants"
)

const projectRoot = "../../.."

func openLab(t *testing.T) *Lab {
	t.Helper()
	alone.WithEngine(t)
	l, err := Open(t.Context(), projectRoot, TestPrefix, t.Logf)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := l.Close(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	return l
}

// The null server is started, requested, measured, stopped and removed: a variant's whole life on a real engine.
func TestLifeOfAVariant(t *testing.T) {
	l := openLab(t)
	v, _ := variants.Find("null")
	ref, err := l.Build(t.Context(), "null")
	if err != nil {
		t.Fatal(err)
	}
	r, err := l.Create(t.Context(), v, Options{Refs: []string{ref}, CPUSet: "0"})
	if err != nil {
		t.Fatal(err)
	}
	removed := false
	defer func() {
		if !removed {
			_ = r.Remove(context.WithoutCancel(t.Context()))
		}
	}()
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	var body []byte
	deadline := time.Now().Add(20 * time.Second)
	for ; time.Now().Before(deadline) && len(body) == 0; time.Sleep(5 * time.Millisecond) {
		if res, err := http.Get(r.URL); err == nil {
			body, _ = io.ReadAll(res.Body)
			_ = res.Body.Close()
		}
	}
	if !strings.Contains(string(body), "<html") {
		t.Fatalf("page: %.80q", body)
	}
	got, err := l.docker.ContainerInspect(t.Context(), r.parts[0].c.GetContainerID(), client.ContainerInspectOptions{})
	if err != nil {
		t.Fatal(err)
	}
	want := portOf(variants.Container{})
	for port, bindings := range got.Container.NetworkSettings.Ports {
		if len(bindings) != 1 || bindings[0].HostIP.String() != "127.0.0.1" || port != want {
			t.Errorf("published %s at %v; want only port %s, on the loopback address", port, bindings, want)
		}
	}
	before, err := r.Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for range 200 {
		if res, err := http.Get(r.URL); err == nil {
			_, _ = io.Copy(io.Discard, res.Body)
			_ = res.Body.Close()
		}
	}
	after, err := r.Usage(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if after[0].CPU <= before[0].CPU || after[0].Memory <= 0 || after[0].WorkingSet > after[0].Memory {
		t.Errorf("counters before %+v, after %+v", before, after)
	}
	stopped, err := r.Stop(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if stopped.ExitCodes["app"] != 0 || stopped.Took > stopGrace {
		t.Errorf("stopped %+v", stopped)
	}
	if name, code, ok := r.Exited(t.Context()); !ok || name != "app" || code != 0 {
		t.Errorf("Exited() = %s, %d, %t", name, code, ok)
	}
	if err := r.Remove(t.Context()); err != nil {
		t.Fatal(err)
	}
	removed = true
	for what, count := range leftovers(t, l) {
		if count > 0 {
			t.Errorf("%d %s left", count, what)
		}
	}
}

// leftovers counts the resources that this process has created and not removed.
func leftovers(t *testing.T, l *Lab) map[string]int {
	t.Helper()
	mine := make(client.Filters).Add("label", labelOwner+"="+l.labels()[labelOwner])
	cs, err := l.docker.ContainerList(t.Context(), client.ContainerListOptions{All: true, Filters: mine})
	if err != nil {
		t.Fatal(err)
	}
	ns, err := l.docker.NetworkList(t.Context(), client.NetworkListOptions{Filters: mine})
	if err != nil {
		t.Fatal(err)
	}
	vs, err := l.docker.VolumeList(t.Context(), client.VolumeListOptions{Filters: mine})
	if err != nil {
		t.Fatal(err)
	}
	return map[string]int{"containers": len(cs.Items), "networks": len(ns.Items), "volumes": len(vs.Items)}
}

// Only the entry publishes a port: the containers behind it can be reached only on the private network.
func TestPrivateContainers(t *testing.T) {
	l := openLab(t)
	ref, err := l.Build(t.Context(), "null")
	if err != nil {
		t.Fatal(err)
	}
	v := variants.Variant{Name: "test", Containers: []variants.Container{{Name: "behind"}, {Name: "entry"}}}
	r, err := l.Create(t.Context(), v, Options{Refs: []string{ref, ref}})
	if r != nil {
		defer func() { _ = r.Remove(context.WithoutCancel(t.Context())) }()
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{0, 1} {
		got, err := l.docker.ContainerInspect(t.Context(), r.parts[i].c.GetContainerID(),
			client.ContainerInspectOptions{})
		if err != nil {
			t.Fatal(err)
		}
		published := 0
		for _, bindings := range got.Container.NetworkSettings.Ports {
			published += len(bindings)
		}
		if published != want {
			t.Errorf("%s publishes %v", r.parts[i].name, got.Container.NetworkSettings.Ports)
		}
	}
}
