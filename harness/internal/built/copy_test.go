package built

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
)

// A copy has every file, and compressed copies of the text beside it, which decode to it. The folder stays as it was.
func TestCopy(t *testing.T) {
	long := strings.Repeat("let größe = 'x';\n", 200)
	given := map[string]string{
		"index.html": app, "small.html": "x", script: long, script + ".gz": zipped(t, long), "b ü/c.css": long,
		"photo.png": long,
		"lib.wasm":  long, "tiny.wasm": strings.Repeat("x", 1000), "app.js.map": long,
	}
	dir := write(t, given)
	if err := os.Chmod(filepath.Join(dir, "photo.png"), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	to := t.TempDir()
	if err := f.Copy(t.Context(), to); err != nil {
		t.Fatal(err)
	}
	copied, names := os.DirFS(to), []string{}
	err = fs.WalkDir(copied, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if readable := os.FileMode(0o444); info.Mode()&readable != readable && name != "." {
			t.Errorf("%s: mode %s", name, info.Mode())
		}
		if entry.IsDir() {
			return nil
		}
		names = append(names, name)
		if !info.ModTime().Equal(copiedAt) {
			t.Errorf("%s: time %s", name, info.ModTime())
		}
		checkContent(t, copied, given, name)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"app.js.map", script, script + ".br", script + ".gz", "b ü/c.css", "b ü/c.css.br", "b ü/c.css.gz", "index.html",
		"index.html.br", "index.html.gz", "lib.wasm", "lib.wasm.br", "lib.wasm.gz", "photo.png", "small.html",
		"tiny.wasm",
	}
	if !slices.Equal(names, want) {
		t.Errorf("files %q, want %q", names, want)
	}
	if again, err := Read(dir); err != nil || again.Digest != f.Digest || len(again.Files) != len(given) {
		t.Errorf("the folder was changed: %+v, %v", again, err)
	}
}

// checkContent holds that a file of a copy has the content of the given one, or is that, compressed.
func checkContent(t *testing.T, copied fs.FS, given map[string]string, name string) {
	t.Helper()
	content, err := fs.ReadFile(copied, name)
	if err != nil {
		t.Error(err)
		return
	}
	if text, ok := given[name]; ok {
		if string(content) != text {
			t.Errorf("%s: other content", name)
		}
		return
	}
	var decoded io.Reader = brotli.NewReader(bytes.NewReader(content))
	if strings.HasSuffix(name, ".gz") {
		if decoded, err = gzip.NewReader(bytes.NewReader(content)); err != nil {
			t.Errorf("%s: %v", name, err)
			return
		}
	}
	text, err := io.ReadAll(decoded)
	if of, _ := original(name); err != nil || string(text) != given[of] {
		t.Errorf("%s: %v, decodes to %d bytes", name, err, len(text))
	}
}

// What is copied is what was read: else the run would say of one build what is true of another.
func TestCopyChanged(t *testing.T) {
	dir := write(t, map[string]string{"index.html": app, script: "1"})
	f, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, script), []byte("2"), 0o644); err != nil {
		t.Fatal(err)
	}
	err = f.Copy(t.Context(), t.TempDir())
	if err == nil || !strings.Contains(err.Error(), script+" has changed since") {
		t.Errorf("%v", err)
	}
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	if err := f.Copy(ended, t.TempDir()); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
}

func TestTransfer(t *testing.T) {
	long := strings.Repeat("let size = 'x';\n", 500)
	f, err := Read(write(t, map[string]string{
		"index.html": app + `<img src="/photo.png"><!-- ` + long + ` -->`, script: long, "photo.png": long,
		"books/index.html": "x", "about": "x",
	}))
	if err != nil {
		t.Fatal(err)
	}
	s, err := f.Transfer()
	text, photo := int64(len(long)), int64(len(long))
	if err != nil || s.Page <= 0 || s.Page > text/4 || s.Script <= 0 || s.Script > text/4 ||
		s.Visit != s.Page+s.Script+photo || s.Requests != 3 || s.Unfresh != 2 {
		t.Errorf("%+v, %v", s, err)
	}
	for route, want := range map[string]string{
		"/": "", "/orders/42": "", "/about": "about", "/about?x=1": "about", "/books": "books/index.html",
		"/books/": "books/index.html", "/b%6Foks": "books/index.html", "/books/1": "", "/%zz": "",
	} {
		if got := f.At(route); got != want {
			t.Errorf("%s: %q, want %q", route, got, want)
		}
	}
}
