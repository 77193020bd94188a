package lab

import (
	"archive/tar"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// writeFiles writes files into a new folder, each with its own name as its content unless it has another one.
func writeFiles(t *testing.T, files map[string]string) (folder string) {
	t.Helper()
	folder = t.TempDir()
	for name, text := range files {
		path := filepath.Join(folder, filepath.FromSlash(name))
		err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o644))
		if err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// TestWithoutResults holds which files are sent to the engine: neither results, wherever they are and whatever the
// .dockerignore makes an exception of, nor what that file names.
func TestWithoutResults(t *testing.T) {
	files := map[string]string{
		"web/prod.Dockerfile": "FROM scratch\nCOPY . .\n", "main.js": "", "big/data": "",
		"spabench-results/2026-01-01-a/run.jsonl": "", "shop/spabench-results/run.jsonl": "", "spabench.yaml": "",
	}
	for ignore, left := range map[string][]string{
		"":                           nil,
		"big\nweb\n.dockerignore\n":  {"big/data"},
		"!spabench-results\n**/*.js": {"main.js"},
	} {
		files := maps.Clone(files)
		want := []string{"web/prod.Dockerfile", "main.js", "big/data", "spabench.yaml"}
		if ignore != "" {
			files[".dockerignore"] = ignore
			want = append(want, ".dockerignore")
		}
		want = slices.DeleteFunc(want, func(name string) bool { return slices.Contains(left, name) })
		o, err := withoutResults{&testcontainers.ContainerRequest{FromDockerfile: testcontainers.FromDockerfile{
			Context: writeFiles(t, files), Dockerfile: "web/prod.Dockerfile", Repo: "a", Tag: "b",
			BuildOptionsModifier: func(o *client.ImageBuildOptions) { o.Target = "c" },
		}}}.BuildOptions()
		if err != nil || o.Target != "c" || !slices.Equal(o.Tags, []string{"a:b"}) {
			t.Fatalf("%+v, %v", o, err)
		}
		var sent []string
		for r := tar.NewReader(o.Context); ; {
			h, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if h.Typeflag == tar.TypeReg {
				sent = append(sent, h.Name)
			}
		}
		slices.Sort(want)
		if slices.Sort(sent); !slices.Equal(sent, want) {
			t.Errorf("%q: sent are %q, want %q", ignore, sent, want)
		}
	}
}

// TestSendsResults holds when a user is told that results are a part of a context that Compose sends.
func TestSendsResults(t *testing.T) {
	results := map[string]string{"spabench-results/run.jsonl": ""}
	for ignore, want := range map[string]bool{
		"": true, "node_modules\n": true, "spabench-results\n": false, "/spabench-results/\n": false,
		"spabench-*": false, "*\n!src": false, "*\n!spabench-results": true, "spabench-results/*": false,
	} {
		results[".dockerignore"] = ignore
		if got := sendsResults(writeFiles(t, results)); got != want {
			t.Errorf("%q: %t, want %t", ignore, got, want)
		}
	}
	if sendsResults(t.TempDir()) {
		t.Error("a folder without results")
	}
}
