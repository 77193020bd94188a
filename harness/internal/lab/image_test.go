package lab

import (
	"archive/tar"
	"bytes"
	"errors"
	"io"
	"testing"
)

// The unpacked size agrees with the engine's own for one image, whatever that counts beside the content of files.
// Images that share layers are smaller than their sum.
func TestWeigh(t *testing.T) {
	l := openLab(t)
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
	least, most := a.Unpacked-a.Unpacked/100, a.Unpacked+a.Unpacked/100
	facts, err := l.Facts(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if facts.ImageStore != GraphDriver {
		// These stores count the blocks that files take on disk, of 4 KiB, or the headers and the padding of archives,
		// of up to 1 KiB for each file: our count, which has neither, is the smallest.
		least, most = a.Unpacked, a.Unpacked+4096*entries(t, l, one)
	}
	if got.Size < least || got.Size > most {
		t.Errorf("unpacked %d, the engine (%s) says %d, which is not from %d to %d",
			a.Unpacked, facts.ImageStore, got.Size, least, most)
	}
	if a.Compressed >= a.Unpacked || a.Compressed == 0 {
		t.Errorf("compressed %d of %d", a.Compressed, a.Unpacked)
	}
	if a.Own <= 0 || a.Own >= a.Unpacked {
		t.Errorf("own %d of %d", a.Own, a.Unpacked)
	}
	if both.Unpacked >= a.Unpacked+b.Unpacked || both.Unpacked < max(a.Unpacked, b.Unpacked) ||
		both.Own != a.Own+b.Own {
		t.Errorf("one %+v\ntwo %+v\nboth %+v", a, b, both)
	}
}

// entries counts the files and folders of an image.
func entries(t *testing.T, l *Lab, ref string) (n int64) {
	t.Helper()
	err := l.Export(t.Context(), ref, func(archive io.Reader) error {
		for tr := tar.NewReader(archive); ; n++ {
			if _, err := tr.Next(); errors.Is(err, io.EOF) {
				return nil
			} else if err != nil {
				return err
			}
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func TestWeighLayer(t *testing.T) {
	var b bytes.Buffer
	tw := tar.NewWriter(&b)
	for _, n := range []int{0, 1, 5000} {
		err := tw.WriteHeader(&tar.Header{Name: "f", Typeflag: tar.TypeReg, Size: int64(n), Mode: 0o644})
		if err != nil {
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
		t.Error("no error from a truncated layer")
	}
}
