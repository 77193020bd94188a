package lab

import (
	"archive/tar"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/moby/moby/client"

	"spabench/harness/internal/alone"
	"spabench/variants"
)

const projectRoot = "../../.."

func open(t *testing.T) *Lab {
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

// The floor is started, asked, counted, stopped and gone: the whole life of a variant on a real engine.
func TestLifeOfAVariant(t *testing.T) {
	l := open(t)
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
	for deadline := time.Now().Add(20 * time.Second); time.Now().Before(deadline) && len(body) == 0; time.Sleep(5 * time.Millisecond) {
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
	for port, bindings := range got.Container.NetworkSettings.Ports {
		if len(bindings) != 1 || bindings[0].HostIP.String() != "127.0.0.1" || port != containerPort {
			t.Errorf("published %s at %v; want port %s alone, on the loopback address", port, bindings, containerPort)
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
	if stopped.ExitCodes["app"] != 0 || stopped.Took > grace {
		t.Errorf("stopped %+v", stopped)
	}
	if name, code, ok := r.Exited(t.Context()); !ok || name != "app" || code != 0 {
		t.Errorf("Exited() = %s, %d, %t", name, code, ok)
	}
	if err := r.Remove(t.Context()); err != nil {
		t.Fatal(err)
	}
	removed = true
	for what, count := range left(t, l) {
		if count > 0 {
			t.Errorf("%d %s left", count, what)
		}
	}
}

func left(t *testing.T, l *Lab) map[string]int {
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

// Nothing is published but the entry: the containers behind it are reached on the private network alone.
func TestPrivateContainers(t *testing.T) {
	l := open(t)
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
		got, err := l.docker.ContainerInspect(t.Context(), r.parts[i].c.GetContainerID(), client.ContainerInspectOptions{})
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

// Unpacked agrees with what the engine itself says of one image; images that share layers weigh less than their sum.
func TestWeigh(t *testing.T) {
	l := open(t)
	one, err := l.Build(t.Context(), "nginx-three-container.frontend")
	if err != nil {
		t.Fatal(err)
	}
	two, err := l.Build(t.Context(), "nginx-three-container.proxy")
	if err != nil {
		t.Fatal(err)
	}
	weigh := func(refs ...string) Image {
		t.Helper()
		img, err := l.Weigh(t.Context(), refs)
		if err != nil {
			t.Fatal(err)
		}
		return img
	}
	a, b, both := weigh(one), weigh(two), weigh(one, two)
	got, err := l.docker.ImageInspect(t.Context(), one)
	if err != nil {
		t.Fatal(err)
	}
	if off := float64(a.Unpacked-got.Size) / float64(got.Size); off < -0.01 || off > 0.01 {
		t.Errorf("unpacked %d, the engine says %d", a.Unpacked, got.Size)
	}
	if a.Compressed >= a.Unpacked || a.Compressed == 0 {
		t.Errorf("compressed %d of %d", a.Compressed, a.Unpacked)
	}
	if a.Own <= 0 || a.Own >= a.Unpacked {
		t.Errorf("own %d of %d", a.Own, a.Unpacked)
	}
	if both.Unpacked >= a.Unpacked+b.Unpacked || both.Unpacked < max(a.Unpacked, b.Unpacked) || both.Own != a.Own+b.Own {
		t.Errorf("one %+v\ntwo %+v\nboth %+v", a, b, both)
	}
}

func TestBuildError(t *testing.T) {
	l := open(t)
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("bad.Dockerfile", "FROM "+l.bases[0].Image+"\nRUN echo about to fail && exit 3\n")
	err := l.build(t.Context(), buildRequest{context: dir, dockerfile: "bad.Dockerfile", ref: l.repository + "/bad:latest"})
	var be *BuildError
	if !errors.As(err, &be) || !strings.Contains(be.Log, "about to fail") || !strings.Contains(err.Error(), "bad.Dockerfile") {
		t.Errorf("error %v, log %q", err, be)
	}
	if _, err := l.Build(t.Context(), "no-such"); !errors.As(err, &be) {
		t.Errorf("missing Dockerfile: %v", err)
	}
}

// What a dead process left is removed; what a living one has is not.
func TestSweep(t *testing.T) {
	l := open(t)
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
	network("spabench-test-dead", strconv.Itoa(dead.Process.Pid))
	network("spabench-test-alive", "1")
	_, err := l.docker.VolumeCreate(t.Context(), client.VolumeCreateOptions{
		Name: "spabench-test-dead", Labels: map[string]string{labelOwner: strconv.Itoa(dead.Process.Pid), labelHost: host},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _ = l.docker.VolumeRemove(context.WithoutCancel(t.Context()), "spabench-test-dead", client.VolumeRemoveOptions{})
	})
	s, err := l.Sweep(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Contains(s.InUse, 1) {
		t.Errorf("swept %+v; process 1 is alive", s)
	}
	if _, err := l.docker.VolumeInspect(t.Context(), "spabench-test-dead", client.VolumeInspectOptions{}); err == nil || s.Volumes == 0 {
		t.Errorf("swept %+v; the dead process's volume is there", s)
	}
	has := func(name string) bool {
		_, err := l.docker.NetworkInspect(t.Context(), name, client.NetworkInspectOptions{})
		return err == nil
	}
	if has("spabench-test-dead") || !has("spabench-test-alive") {
		t.Error("the dead process's network is there, or the living one's is not")
	}
}

func TestOpenOutsideACheckout(t *testing.T) {
	if _, err := Open(t.Context(), t.TempDir(), TestPrefix, t.Logf); err == nil || !strings.Contains(err.Error(), "not a spabench checkout") {
		t.Errorf("error %v", err)
	}
}

func TestEnsureEngineNamesTheWayOut(t *testing.T) {
	t.Setenv("DOCKER_HOST", "unix://"+filepath.Join(t.TempDir(), "no.sock"))
	err := EnsureEngine(t.Context(), t.Logf)
	if !errors.Is(err, ErrNoEngine) || !strings.Contains(err.Error(), "DOCKER_HOST") {
		t.Errorf("error %v", err)
	}
}

// The defaults of the Dockerfiles are the official images, pinned, each of the version that the stand-in has.
func TestOfficialBases(t *testing.T) {
	bases, err := officialBases(filepath.Join(projectRoot, "dockerfiles"))
	if err != nil {
		t.Fatal(err)
	}
	if len(bases) != len(standIns) {
		t.Fatalf("bases %+v", bases)
	}
	for i, b := range bases {
		name, tag, _ := strings.Cut(b.Image, ":")
		if name != standIns[i].name || !strings.HasPrefix(tag, standIns[i].tag+".") && !strings.HasPrefix(tag, standIns[i].tag+"-") {
			t.Errorf("%s: official %s, stand-in %s:%s", b.Arg, b.Image, standIns[i].name, standIns[i].tag)
		}
	}
	dir := t.TempDir()
	for name, image := range map[string]string{"a": "golang:1", "b": "golang:2"} {
		if err := os.WriteFile(filepath.Join(dir, name+".Dockerfile"), []byte("ARG GO_IMAGE="+image+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := officialBases(dir); err == nil {
		t.Error("no error from Dockerfiles that disagree")
	}
}

// Every stage before the last ends with the label by which RemoveImages finds it; an empty base holds nothing.
func TestStagesAreLabelled(t *testing.T) {
	var files []string
	for _, pattern := range []string{"*.Dockerfile", "bases/*.Dockerfile", "compose/*.Dockerfile"} {
		found, err := filepath.Glob(filepath.Join(projectRoot, "dockerfiles", pattern))
		if err != nil || len(found) == 0 {
			t.Fatal(found, err)
		}
		files = append(files, found...)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		stages := strings.Split(string(text), "\nFROM ")[1:]
		for _, stage := range stages[:len(stages)-1] {
			name, _, _ := strings.Cut(stage, "\n")
			if !strings.HasPrefix(name, "scratch") && !strings.Contains(stage, "\nLABEL spabench.stage=1\n") {
				t.Errorf("%s: the stage FROM %s has no LABEL spabench.stage=1", file, name)
			}
		}
	}
}

func TestWeighLayer(t *testing.T) {
	var b bytes.Buffer
	tw := tar.NewWriter(&b)
	for _, n := range []int{0, 1, 5000} {
		if err := tw.WriteHeader(&tar.Header{Name: "f", Typeflag: tar.TypeReg, Size: int64(n), Mode: 0o644}); err != nil {
			t.Fatal(err)
		}
		if _, err := tw.Write(bytes.Repeat([]byte("x"), n)); err != nil {
			t.Fatal(err)
		}
	}
	if err := tw.WriteHeader(&tar.Header{Name: "d", Typeflag: tar.TypeDir}); err != nil {
		t.Fatal(err)
	}
	if err := tw.Close(); err != nil {
		t.Fatal(err)
	}
	_, w, err := weighLayer(bytes.NewReader(b.Bytes()))
	if err != nil || w.Unpacked != 5001 || w.Compressed == 0 || w.Compressed > 1000 {
		t.Errorf("%+v, %v", w, err)
	}
	if _, _, err := weighLayer(bytes.NewReader(b.Bytes()[:700])); err == nil {
		t.Error("no error from a layer that is cut off")
	}
}

func TestTail(t *testing.T) {
	if got := tail("a\nb\nc\n", 2); got != "b\nc" {
		t.Errorf("tail = %q", got)
	}
}
