package inventory

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// A Go program without cgo is static and contains its build information; a program of the system is dynamic and names
// its libraries.
func TestBinaries(t *testing.T) {
	dir := t.TempDir()
	err := os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nfunc main() {}\n"), 0o644)
	if err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", "static", "main.go")
	build.Dir, build.Env = dir, append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOFLAGS=", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	static, err := os.ReadFile(filepath.Join(dir, "static"))
	if err != nil {
		t.Fatal(err)
	}
	img := read(t, Config{Entrypoint: []string{"server"}, Env: []string{"PATH=/opt:/usr"}},
		entry{name: "/opt/server", content: "not executable"},
		entry{name: "/usr/server", content: string(static), mode: 0o755},
		entry{name: "/usr/again", link: "usr/server", hard: true, mode: 0o755},
		entry{name: "/usr/broken", content: "\x7fELF", mode: 0o755})
	if len(img.Binaries) != 2 || len(img.Formed(Static)) != 1 || len(img.Formed(Other)) != 1 ||
		img.Executables != 2 || img.Files != 4 {
		t.Fatalf("%+v", img)
	}
	b := img.Formed(Static)[0]
	if b.Go == nil || !strings.HasPrefix(b.Go.Version, "go1.") || b.Go.Cgo || b.Loader != "" || len(b.Needs) != 0 ||
		b.Bytes != int64(len(static)) {
		t.Errorf("%+v, Go %+v", b, b.Go)
	}
	if !img.Entry.Alone() || img.Entry.Path != "/usr/server" {
		t.Errorf("entry %+v", img.Entry)
	}

	ls, err := os.ReadFile("/bin/ls")
	if err != nil || !bytes.HasPrefix(ls, []byte("\x7fELF")) {
		t.Skip("no ELF program /bin/ls here")
	}
	img = read(t, Config{Command: []string{"/bin/ls"}}, entry{name: "/bin/ls", content: string(ls), mode: 0o755})
	b = img.Binaries[0]
	linked := bytes.Contains(ls, []byte("/ld-linux")) || bytes.Contains(ls, []byte("/ld-musl"))
	if linked != (b.Form == Dynamic) {
		t.Errorf("names a loader: %v; %+v", linked, b)
	}
	switch b.Form {
	case Static:
	case Dynamic:
		if b.Loader == "" || len(b.Needs) == 0 || b.Go != nil {
			t.Errorf("%+v", b)
		}
		if img.Entry.Alone() || !slices.Equal(slices.Sorted(slices.Values(b.Needs)), img.Entry.Missing) {
			t.Errorf("entry %+v", img.Entry)
		}
	default:
		t.Errorf("%+v", b)
	}
}
