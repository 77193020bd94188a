package lab

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/moby/moby/client"
)

// onlyImage is a registry's answers for one image of one layer, by path. The layer's content does not compress, and is
// another each time, so that no engine has it.
func onlyImage(t *testing.T, architecture string) (answers map[string][]byte, types map[string]string) {
	t.Helper()
	content := make([]byte, 1<<20)
	for i := range content {
		content[i] = byte(rand.Uint32())
	}
	var layer, packed bytes.Buffer
	archive := tar.NewWriter(&layer)
	_ = archive.WriteHeader(&tar.Header{Name: "content", Mode: 0o644, Size: int64(len(content))})
	_, _ = archive.Write(content)
	_ = archive.Close()
	zip := gzip.NewWriter(&packed)
	_, _ = zip.Write(layer.Bytes())
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	answers, types = map[string][]byte{"/v2/": []byte("{}")}, map[string]string{}
	digest := func(content []byte) string { return fmt.Sprintf("sha256:%x", sha256.Sum256(content)) }
	descriptor := func(kind string, content []byte) map[string]any {
		return map[string]any{"mediaType": kind, "size": len(content), "digest": digest(content)}
	}
	text := func(v any) []byte {
		b, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	blob := func(content []byte) { answers["/v2/base/blobs/"+digest(content)] = content }
	manifest := func(tag, kind string, content []byte) {
		for _, name := range []string{tag, digest(content)} {
			answers["/v2/base/manifests/"+name], types["/v2/base/manifests/"+name] = content, kind
		}
	}
	const manifestType = "application/vnd.docker.distribution.manifest.v2+json"
	const listType = "application/vnd.docker.distribution.manifest.list.v2+json"
	config := text(map[string]any{
		"os": "linux", "architecture": architecture, "config": map[string]any{},
		"rootfs": map[string]any{"type": "layers", "diff_ids": []string{digest(layer.Bytes())}},
	})
	image := text(map[string]any{
		"schemaVersion": 2, "mediaType": manifestType,
		"config": descriptor("application/vnd.docker.container.image.v1+json", config),
		"layers": []any{descriptor("application/vnd.docker.image.rootfs.diff.tar.gzip", packed.Bytes())},
	})
	of := descriptor(manifestType, image)
	of["platform"] = map[string]string{"os": "linux", "architecture": architecture}
	list := text(map[string]any{"schemaVersion": 2, "mediaType": listType, "manifests": []any{of}})
	blob(packed.Bytes())
	blob(config)
	manifest("image", manifestType, image)
	manifest("1", listType, list)
	return answers, types
}

// registryOf serves what a registry answers through a handler, and returns the name of its image.
func registryOf(
	t *testing.T, architecture string, through func(w http.ResponseWriter, r *http.Request, next http.Handler),
) (ref string) {
	t.Helper()
	answers, types := onlyImage(t, architecture)
	inner := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer, ok := answers[r.URL.Path]
		if !ok {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Docker-Distribution-Api-Version", "registry/2.0")
		if kind := types[r.URL.Path]; kind != "" {
			w.Header().Set("Content-Type", kind)
			w.Header().Set("Docker-Content-Digest", fmt.Sprintf("sha256:%x", sha256.Sum256(answer)))
		}
		http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(answer))
	})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		through(w, r, inner)
	}))
	t.Cleanup(func() {
		server.CloseClientConnections() // an engine does not give up a transfer that stalls
		server.Close()
	})
	return strings.TrimPrefix(server.URL, "http://") + "/base:1"
}

func unchanged(w http.ResponseWriter, r *http.Request, next http.Handler) { next.ServeHTTP(w, r) }

// isLayer: the content of a layer is asked for. The configuration of the image is far smaller.
func isLayer(r *http.Request, next http.Handler) ([]byte, bool) {
	if r.Method != http.MethodGet || !strings.Contains(r.URL.Path, "/blobs/") {
		return nil, false
	}
	answer := httptest.NewRecorder()
	next.ServeHTTP(answer, r)
	return answer.Body.Bytes(), answer.Body.Len() > 1<<18
}

// TestPullFaults pulls from registries that do what registries do to people.
func TestPullFaults(t *testing.T) {
	l := openLab(t)
	if !l.Local() {
		t.Skip("the engine does not reach a registry of this process")
	}
	half := func(w http.ResponseWriter, layer []byte) {
		w.Header().Set("Content-Length", "2000000") // which is not sent in full
		_, _ = w.Write(layer[:len(layer)/2])
		panic(http.ErrAbortHandler)
	}
	var broken atomic.Bool
	for _, c := range []struct {
		name         string
		architecture string
		through      func(w http.ResponseWriter, r *http.Request, next http.Handler)
		silence      time.Duration
		want         string // what the error says; "" if the pull works
	}{
		{name: "breaks off once", architecture: runtime.GOARCH, silence: time.Minute,
			through: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if layer, is := isLayer(r, next); is && broken.CompareAndSwap(false, true) {
					half(w, layer)
				}
				next.ServeHTTP(w, r)
			}},
		{name: "slow", architecture: runtime.GOARCH, silence: time.Minute,
			through: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				layer, is := isLayer(r, next)
				if !is {
					next.ServeHTTP(w, r)
					return
				}
				for part := len(layer)/20 + 1; len(layer) > 0; layer = layer[min(part, len(layer)):] {
					_, _ = w.Write(layer[:min(part, len(layer))])
					w.(http.Flusher).Flush()
					time.Sleep(100 * time.Millisecond)
				}
			}},
		{name: "stalls", architecture: runtime.GOARCH, silence: 2 * time.Second, want: "reported nothing for 2s",
			through: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if layer, is := isLayer(r, next); is {
					_, _ = w.Write(layer[:len(layer)/2])
					w.(http.Flusher).Flush()
					<-r.Context().Done()
					return
				}
				next.ServeHTTP(w, r)
			}},
		{name: "rate limit", architecture: runtime.GOARCH, silence: time.Minute, want: "too many pulls today",
			through: func(w http.ResponseWriter, r *http.Request, next http.Handler) {
				if !strings.Contains(r.URL.Path, "/manifests/") {
					next.ServeHTTP(w, r)
					return
				}
				w.Header().Set("Content-Type", "application/json")
				w.WriteHeader(http.StatusTooManyRequests)
				_, _ = io.WriteString(w, `{"errors":[{"code":"TOOMANYREQUESTS","message":"too many pulls today"}]}`)
			}},
		{name: "other platform", architecture: "s390x", through: unchanged, silence: time.Minute,
			want: "no matching manifest"},
	} {
		t.Run(c.name, func(t *testing.T) {
			ref := registryOf(t, c.architecture, c.through)
			began := time.Now()
			err := l.pull(t.Context(), ref, "", c.silence)
			t.Logf("%s: %v", time.Since(began), err)
			if c.want != "" {
				if err == nil || !strings.Contains(err.Error(), c.want) {
					t.Errorf("error %v, want one that says %q", err, c.want)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if _, err := l.docker.ImageRemove(t.Context(), ref, client.ImageRemoveOptions{}); err != nil {
				t.Error(err)
			}
		})
	}
	if !broken.Load() {
		t.Error("no transfer was broken off")
	}
}

// TestPulledBase holds that an official image has its registry's digest as its id, which is the same on every machine,
// and that the error says which image cannot be had.
func TestPulledBase(t *testing.T) {
	l := openLab(t)
	if !l.Local() {
		t.Skip("the engine does not reach a registry of this process")
	}
	bases := []Base{{Image: registryOf(t, runtime.GOARCH, unchanged)}}
	for range 2 { // it is pulled, and then it is here
		bases[0].ID, bases[0].layers = "", nil
		if err := l.registryAnswers(t.Context(), bases); err != nil {
			t.Fatal(err)
		}
		if err := l.pullBases(t.Context(), bases); err != nil {
			t.Fatal(err)
		}
		got, err := l.docker.ImageInspect(t.Context(), bases[0].Image)
		if err != nil {
			t.Fatal(err)
		}
		name, _, _ := strings.Cut(bases[0].Image, "/")
		if len(bases[0].layers) != 1 || !slices.Contains(got.RepoDigests, name+"/base@"+bases[0].ID) {
			t.Errorf("%+v, the engine knows the digests %q", bases[0], got.RepoDigests)
		}
	}
	if _, err := l.docker.ImageRemove(t.Context(), bases[0].Image, client.ImageRemoveOptions{}); err != nil {
		t.Error(err)
	}
	elsewhere := registryOf(t, "s390x", unchanged)
	err := l.pullBases(t.Context(), []Base{{Image: elsewhere}})
	if err == nil || !strings.Contains(err.Error(), elsewhere) {
		t.Errorf("error %v does not name %s", err, elsewhere)
	}
}
