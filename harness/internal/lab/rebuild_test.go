package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
)

// Steps come from the layer cache unless what they copy has changed, a host with the old image pulls only the other
// layers, and Remove leaves nothing behind, not even of failed builds.
func TestRebuilds(t *testing.T) {
	l := openLab(t)
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	own := fmt.Sprint(os.Getpid(), t.TempDir()) // so that no cache of another run matches
	write("Dockerfile", "ARG BEFORE=1\nFROM scratch\nCOPY a /a\nCOPY b /b\nLABEL spabench.stage=1\n")
	write("a", own)
	write("b", "first"+own)
	r := l.Rebuilds("test")
	t.Cleanup(func() {
		if err := r.Remove(context.WithoutCancel(t.Context())); err != nil {
			t.Error(err)
		}
	})
	build := func(tag string, noCache bool) (string, string) {
		t.Helper()
		ref, steps, err := r.Build(t.Context(),
			Rebuild{Context: dir, Dockerfile: "Dockerfile", Tag: tag, NoCache: noCache})
		if err != nil {
			t.Fatal(err)
		}
		ran := ""
		for _, s := range steps {
			if s.Builds() && !s.Cached {
				ran += s.Instruction + "; "
			}
		}
		return ref, ran
	}
	const all = "COPY a /a; COPY b /b; LABEL spabench.stage=1; "
	first, ran := build("first", false)
	if ran != all {
		t.Errorf("the first build ran %q", ran)
	}
	again, ran := build("again", false)
	if ran != "" {
		t.Errorf("repeating the build ran %q", ran)
	}
	if p, err := l.Pull(t.Context(), []string{first}, []string{again}); err != nil || p != (Pull{Of: 2}) {
		t.Errorf("to get the same image: %+v, %v", p, err)
	}
	if _, ran = build("anew", true); ran != all {
		t.Errorf("a build without a cache ran %q", ran)
	}
	write("b", "second"+own)
	edited, ran := build("edited", false)
	if ran != "COPY b /b; LABEL spabench.stage=1; " {
		t.Errorf("with b changed ran %q", ran)
	}
	p, err := l.Pull(t.Context(), []string{first}, []string{again, edited})
	if err != nil || p.Layers != 1 || p.Of != 3 || p.Compressed < 50 || p.Compressed > 1000 {
		t.Errorf("to get the changed image: %+v, %v", p, err)
	}
	write("Dockerfile", "FROM scratch\nCOPY a /a\nCOPY b /c\nCOPY absent /d\n")
	_, steps, err := r.Build(t.Context(), Rebuild{Context: dir, Dockerfile: "Dockerfile", Tag: "broken"})
	if be := new(BuildError); !errors.As(err, &be) || len(steps) < 3 || len(newImages(steps)) != 1 {
		t.Errorf("a build that fails: %+v, %v", steps, err)
	}
	images := append([]string{}, r.stepImages...)
	if len(images) < 8 {
		t.Errorf("images %q of steps", images)
	}
	if err := r.Remove(t.Context()); err != nil {
		t.Error(err)
	}
	for _, ref := range append(images, first, again, edited) {
		if _, err := l.LayerIDs(t.Context(), ref); err == nil {
			t.Errorf("%s still exists", ref)
		}
	}
}
