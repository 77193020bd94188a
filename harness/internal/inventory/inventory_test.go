package inventory

import (
	"archive/tar"
	"bytes"
	"io"
	"strings"
	"testing"
)

// entry is an entry of a test archive: a folder if its name ends in a slash, a link if it has one, or else a file.
type entry struct {
	name, content string
	mode          int64 // 0: 0o755 of a folder, 0o644 of a file
	link          string
	hard          bool
	user, group   int
}

func archive(t *testing.T, entries ...entry) io.Reader {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{
			Name: strings.TrimPrefix(e.name, "/"), Typeflag: tar.TypeReg, Mode: e.mode,
			Size: int64(len(e.content)), Uid: e.user, Gid: e.group,
		}
		switch {
		case strings.HasSuffix(e.name, "/"):
			h.Typeflag = tar.TypeDir
			if h.Mode == 0 {
				h.Mode = 0o755
			}
		case e.link != "":
			h.Typeflag, h.Linkname, h.Mode = tar.TypeSymlink, e.link, 0o777
			if e.hard {
				h.Typeflag, h.Mode = tar.TypeLink, e.mode
			}
		case h.Mode == 0:
			h.Mode = 0o644
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func read(t *testing.T, c Config, entries ...entry) Image {
	t.Helper()
	img, err := Read(archive(t, entries...), c)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// The archive of an image with one file also contains what the engine adds, which must not be reported.
func TestBareImage(t *testing.T) {
	img := read(t, Config{User: "65532:65532", Entrypoint: []string{"/server"}},
		entry{name: "/.dockerenv"}, entry{name: "/dev/"}, entry{name: "/dev/console"},
		entry{name: "/dev/shm/", mode: 0o1777}, entry{name: "/proc/"}, entry{name: "/sys/"},
		entry{name: "/etc/"}, entry{name: "/etc/hosts"}, entry{name: "/etc/hostname"},
		entry{name: "/etc/resolv.conf"}, entry{name: "/etc/mtab", link: "/proc/mounts"},
		entry{name: "/data/", mode: 0o755}, entry{name: "/data/books.db", content: "SQLite"},
	)
	if img.Files != 1 || img.Bytes != 6 || img.Executables != 0 ||
		len(img.Findings) != 0 || len(img.Packages) != 0 || len(img.Binaries) != 0 {
		t.Errorf("%+v", img)
	}
	if img.Entry.Path != "" || img.Entry.Alone() || img.Config.Root() {
		t.Errorf("entry %+v", img.Entry)
	}
	for user, root := range map[string]bool{
		"": true, "0": true, "root:root": true, "0:0": true, "nginx": false, "1000:0": false,
	} {
		if (Config{User: user}).Root() != root {
			t.Errorf("user %q", user)
		}
	}
}

func TestTruncatedArchive(t *testing.T) {
	b, err := io.ReadAll(archive(t, entry{name: "/file", content: strings.Repeat("x", 5000)}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Read(bytes.NewReader(b[:2000]), Config{}); err == nil {
		t.Error("no error")
	}
}
