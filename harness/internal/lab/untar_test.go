package lab

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

// entry is a file of an archive, or a link if it has a target.
type entry struct {
	name, target string
	mode         int64
}

func tarOf(t *testing.T, entries ...entry) io.Reader {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{Name: e.name, Typeflag: tar.TypeReg, Mode: e.mode, Size: int64(len(e.name))}
		if e.target != "" {
			h.Typeflag, h.Linkname, h.Size = tar.TypeSymlink, e.target, 0
		}
		err := w.WriteHeader(h)
		if e.target == "" {
			_, writeErr := io.WriteString(w, e.name)
			err = errors.Join(err, writeErr)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func asNamed(h *tar.Header) string { return h.Name }

// Files keep their names, contents and modes, and links lead where they led; a build loses the folder that it is in.
func TestUntar(t *testing.T) {
	entries := []entry{{name: "dist/index.html", mode: 0o644}, {name: "dist/a/run", mode: 0o755},
		{name: "dist/sealed", mode: 0o000}, {name: "dist/link", target: "a/run"}, {name: "beside", mode: 0o644}}
	for name, c := range map[string]struct {
		as   func(*tar.Header) string
		want []string
	}{
		"a revision": {asNamed, []string{"beside", "dist/a/run", "dist/index.html", "dist/link", "dist/sealed"}},
		"a build":    {fileBelowTop, []string{"a/run", "index.html", "sealed"}},
	} {
		into := t.TempDir()
		if err := Untar(tarOf(t, entries...), into, c.as); err != nil {
			t.Fatal(err)
		}
		var got []string
		err := filepath.WalkDir(into, func(path string, d os.DirEntry, err error) error {
			if err == nil && !d.IsDir() {
				relative, _ := filepath.Rel(into, path)
				got = append(got, filepath.ToSlash(relative))
			}
			return err
		})
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
	into := t.TempDir()
	if err := Untar(tarOf(t, entries...), into, asNamed); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(into, "dist", "link"))
	info, statErr := os.Stat(filepath.Join(into, "dist", "a", "run"))
	if err != nil || statErr != nil || string(text) != "dist/a/run" || info.Mode().Perm()&0o100 == 0 {
		t.Errorf("through the link: %q, %v, %v, %v", text, err, info, statErr)
	}
	if _, err := os.ReadFile(filepath.Join(into, "dist", "sealed")); err != nil {
		t.Errorf("a file that nobody may read in the archive: %v", err)
	}
}

// What an archive writes stays in its folder.
func TestUntarStaysInside(t *testing.T) {
	outside := t.TempDir()
	for name, archive := range map[string]io.Reader{
		"a name that leads out": tarOf(t, entry{name: "../escaped"}),
		"through a link":        tarOf(t, entry{name: "link", target: outside}, entry{name: "link/escaped"}),
	} {
		into := filepath.Join(t.TempDir(), "in")
		if err := os.Mkdir(into, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := Untar(archive, into, asNamed); err == nil {
			t.Errorf("%s: no error", name)
		}
		for _, escaped := range []string{filepath.Join(into, "..", "escaped"), filepath.Join(outside, "escaped")} {
			if _, err := os.Stat(escaped); err == nil {
				t.Errorf("%s: it wrote %s", name, escaped)
			}
		}
	}
}
