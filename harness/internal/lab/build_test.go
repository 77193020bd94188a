package lab

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// Every edition has a tag of its own, except for the usual one, which has that of the stage.
func TestTag(t *testing.T) {
	for _, test := range []struct {
		stage    string
		editions []Edition
		want     string
	}{
		{"", nil, "latest"},
		{"", []Edition{Usual}, "latest"},
		{"", []Edition{Next}, "next"},
		{"dist", []Edition{Usual}, "dist"},
		{"dist", []Edition{Nothing}, "dist-nothing"},
		{"dist", []Edition{Front("vue"), Usual}, "dist-vue"},
		{"dist", []Edition{Front("vue"), Next}, "dist-vue-next"},
		{"", []Edition{Files("vue-next", "an-image")}, "vue-next"},
	} {
		if got := imageTag(test.stage, test.editions...); got != test.want {
			t.Errorf("stage %q in %v: tag %q, want %q", test.stage, test.editions, got, test.want)
		}
	}
}

func TestBuildError(t *testing.T) {
	l := openLab(t)
	dir := t.TempDir()
	write := func(name, text string) {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	write("bad.Dockerfile", "FROM "+l.bases[0].Image+"\nRUN echo about to fail && exit 3\n")
	ref := l.prefix + "/bad:latest"
	err := l.build(t.Context(), buildRequest{context: dir, dockerfile: "bad.Dockerfile", ref: ref})
	var be *BuildError
	if !errors.As(err, &be) || !strings.Contains(be.Log, "about to fail") ||
		!strings.Contains(err.Error(), "bad.Dockerfile") {
		t.Errorf("error %v, log %q", err, be)
	}
	if _, err := l.Build(t.Context(), "no-such"); !errors.As(err, &be) {
		t.Errorf("missing Dockerfile: %v", err)
	}
}
