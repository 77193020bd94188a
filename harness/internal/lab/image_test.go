package lab

import (
	"archive/tar"
	"bytes"
	"testing"
)

// The unpacked size agrees with the engine's own for one image; images that share layers are smaller than their sum.
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
	if off := float64(a.Unpacked-got.Size) / float64(got.Size); off < -0.01 || off > 0.01 {
		t.Errorf("unpacked %d, the engine says %d", a.Unpacked, got.Size)
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
