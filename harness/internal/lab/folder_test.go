package lab

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	tcexec "github.com/testcontainers/testcontainers-go/exec"

	"spabench/variants"
)

// runInFolder runs a script in the second container and returns its output.
func runInFolder(t *testing.T, f *Folder, script string) string {
	t.Helper()
	cmd := []string{"sh", "-c", "cd " + mountedAt + "; " + script}
	_, out, err := f.editor.Exec(t.Context(), cmd, tcexec.Multiplexed())
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(out)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(text))
}

// startServing starts a variant of one container whose image serves a folder. Podman fills the folder's volume at the
// start of the container, Docker when it creates it.
func startServing(t *testing.T, l *Lab, serve Serve) *Running {
	t.Helper()
	name := "nginx-three-container.frontend"
	ref, err := l.Build(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	v := variants.Variant{Name: "test", Containers: []variants.Container{
		{Name: "app", Dockerfile: name, Root: "/srv/dist"},
	}}
	r, err := l.Create(t.Context(), v, Options{Refs: []string{ref}, Serve: serve})
	if r != nil {
		t.Cleanup(func() {
			ctx := context.WithoutCancel(t.Context())
			if err := r.Remove(ctx); err != nil {
				t.Error(err)
			}
		})
	}
	if err == nil {
		err = r.Start(t.Context())
	}
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// The volume starts as a copy of the image's folder, modification times included. What is put into it has the present
// time and is visible at once.
func TestFolder(t *testing.T) {
	l := openLab(t)
	f, err := startServing(t, l, Writable).Folder()
	if err != nil {
		t.Fatal(err)
	}
	do := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	put := func(only bool, files ...string) {
		t.Helper()
		var all []File
		for _, file := range files {
			name, content, _ := strings.Cut(file, "=")
			all = append(all, File{name, []byte(content)})
		}
		do(f.Put(t.Context(), all, only))
	}
	put(false, "new/with space=1", "fünke.txt=2", "index.html.gz=3")
	if got := runInFolder(t, f, "cat 'new/with space' fünke.txt index.html.gz"); got != "123" {
		t.Errorf("put %q", got)
	}
	seconds := func(name string) int64 {
		t.Helper()
		n, err := strconv.ParseInt(runInFolder(t, f, "stat -c %Y '"+name+"'"), 10, 64)
		do(err)
		return n
	}
	if age := time.Now().Unix() - seconds("fünke.txt"); age < -5 || age > 60 {
		t.Errorf("a new file is %d s old", age)
	}
	stamped := seconds("robots.txt") // the Dockerfile derives the time from the content
	if age := time.Now().Unix() - stamped; age > -60 && age < 24*3600 {
		t.Errorf("a file of the image is %d s old: it lost its time", age)
	}
	if got := runInFolder(t, f, "stat -c '%a %U' 'new/with space' new"); got != "644 root\n755 root" {
		t.Errorf("rights %q", got)
	}

	do(f.Forbid(t.Context(), "fünke.txt"))
	do(f.Link(t.Context(), "new/link", "/srv/secret.txt"))
	do(f.Remove(t.Context(), "index.html.gz"))
	got := runInFolder(t, f, "stat -c %a fünke.txt; readlink new/link; ls index.html*")
	if got != "0\n/srv/secret.txt\nindex.html\nindex.html.br" {
		t.Errorf("changed: %q", got)
	}
	if err := f.Remove(t.Context(), "index.html.gz"); err == nil || !strings.Contains(err.Error(), "No such file") {
		t.Errorf("removed twice: %v", err)
	}
	if err := f.Put(t.Context(), []File{{Name: "../x"}}, false); err == nil {
		t.Error("put a file outside")
	}

	// A file with the same content keeps its time; the coded form of a changed file never looks older than that.
	runInFolder(t, f, "printf old >page; printf same >page.gz; touch -d 2020-01-01 page.gz; cp -p page.gz equal")
	put(true, "page=new", "page.gz=same", "equal=same")
	got = runInFolder(t, f, "find . -type f -o -type l -o -mindepth 1 -type d | sort; "+
		"[ page.gz -ot page ] && echo older; cat page")
	if got != "./equal\n./page\n./page.gz\nnew" {
		t.Errorf("put with only: %q", got)
	}
	if year := time.Unix(seconds("equal"), 0).UTC().Year(); year != 2020 {
		t.Errorf("a file with the same content was written again, in %d", year)
	}
}

func TestEmptyFolder(t *testing.T) {
	l := openLab(t)
	f, err := startServing(t, l, Empty).Folder()
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Put(t.Context(), nil, false); err != nil {
		t.Fatal(err)
	}
	if got := runInFolder(t, f, "ls -A"); got != "" {
		t.Errorf("empty: %q", got)
	}
}

func TestNoFolder(t *testing.T) {
	l := openLab(t)
	if _, err := startServing(t, l, AsBuilt).Folder(); err == nil {
		t.Error("the image's own folder can be changed")
	}
}

// A cancelled creation leaves nothing behind, not even the volume of a container that was being created.
func TestCreateCancelled(t *testing.T) {
	l := openLab(t)
	ref, err := l.Build(t.Context(), "nginx-three-container.frontend")
	if err != nil {
		t.Fatal(err)
	}
	v := variants.Variant{Name: "test", Containers: []variants.Container{{Name: "app", Root: "/srv/dist"}}}
	for _, after := range []time.Duration{20, 60, 100, 150, 200} {
		ctx, cancel := context.WithTimeout(t.Context(), after*time.Millisecond)
		r, _ := l.Create(ctx, v, Options{Refs: []string{ref}, Serve: Writable})
		cancel()
		if r != nil {
			if err := r.Remove(t.Context()); err != nil {
				t.Error(err)
			}
		}
	}
	for what, count := range leftovers(t, l) {
		if count > 0 {
			t.Errorf("%d %s left", count, what)
		}
	}
}

// A container that ignores its stop signal is killed after the grace period, and that is reported.
func TestKilled(t *testing.T) {
	l := openLab(t)
	dir := t.TempDir()
	// The kernel applies no default action for signals to process 1, so sleep ignores them.
	text := "FROM " + l.bases[0].Image + "\nCMD [\"sleep\", \"infinity\"]\n"
	if err := os.WriteFile(filepath.Join(dir, "deaf.Dockerfile"), []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	ref := l.prefix + "/deaf:latest"
	if err := l.build(t.Context(), buildRequest{context: dir, dockerfile: "deaf.Dockerfile", ref: ref}); err != nil {
		t.Fatal(err)
	}
	v := variants.Variant{Name: "test", Containers: []variants.Container{{Name: "app"}}}
	r, err := l.Create(t.Context(), v, Options{Refs: []string{ref}})
	if r != nil {
		defer func() { _ = r.Remove(context.WithoutCancel(t.Context())) }()
	}
	if err != nil {
		t.Fatal(err)
	}
	if err := r.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	s, err := r.Stop(t.Context())
	if err != nil || !slices.Equal(s.Killed, []string{"app"}) || s.ExitCodes["app"] != killedCode ||
		s.Took < stopGrace {
		t.Errorf("stopped %+v, %v", s, err)
	}
}
