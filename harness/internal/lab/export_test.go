package lab

import (
	"archive/tar"
	"errors"
	"io"
	"slices"
	"strings"
	"testing"
)

// An export contains the image's files and the engine's empty ones, and leaves no container behind.
func TestExport(t *testing.T) {
	l := openLab(t)
	ref, err := l.Build(t.Context(), "null")
	if err != nil {
		t.Fatal(err)
	}
	c, err := l.Config(t.Context(), ref)
	if err != nil || c.User != "65532:65532" || !slices.Equal(c.Entrypoint, []string{"/server"}) ||
		!strings.HasPrefix(c.ID, "sha256:") {
		t.Errorf("config %+v, %v", c, err)
	}
	full := map[string]int64{} // files that are not empty
	err = l.Export(t.Context(), ref, func(archive io.Reader) error {
		for tr := tar.NewReader(archive); ; {
			h, err := tr.Next()
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
			if h.Typeflag == tar.TypeReg && h.Size > 0 {
				full[h.Name] = h.Size
			}
		}
	})
	if err != nil || len(full) != 1 || full["server"] < 1e6 {
		t.Errorf("exported %v, %v", full, err)
	}
	var program int64
	err = l.ReadFile(t.Context(), ref, "/server", func(content io.Reader) error {
		program, err = io.Copy(io.Discard, content)
		return err
	})
	if err != nil || program != full["server"] {
		t.Errorf("read %d bytes of %v, %v", program, full, err)
	}
	if err := l.ReadFile(t.Context(), ref, "/", nil); err == nil || !strings.Contains(err.Error(), "regular file") {
		t.Errorf("read a folder: %v", err)
	}
	stop := errors.New("enough")
	if err := l.Export(t.Context(), ref, func(io.Reader) error { return stop }); !errors.Is(err, stop) {
		t.Errorf("error %v", err)
	}
	for what, count := range leftovers(t, l) {
		if count > 0 {
			t.Errorf("%d %s left", count, what)
		}
	}
	if err := l.Export(t.Context(), "spabench/no-such:latest", nil); err == nil {
		t.Error("exported an image that does not exist")
	}
}
