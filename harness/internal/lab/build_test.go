package lab

import (
	"errors"
	"maps"
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

// Without a build of the app, an image can only be built of a Dockerfile that has a stage for it, whatever arguments
// the Dockerfile takes.
func TestTakes(t *testing.T) {
	l := &Lab{root: t.TempDir()}
	if err := os.Mkdir(filepath.Join(l.root, "dockerfiles"), 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"both":  "# x\nARG DIST=spa\nFROM scratch AS spa\nFROM scratch AS none\nFROM ${DIST} AS dist\nARG BUILD_ID=A\n",
		"files": "# x\nARG DIST=spa\nFROM scratch AS spa\nFROM ${DIST} AS dist\nARG BUILD_ID=A\n",
		"proxy": "# no ARG DIST=spa\nFROM scratch AS none\n",
	} {
		file := filepath.Join(l.root, "dockerfiles", name+".Dockerfile")
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	for _, test := range []struct {
		name    string
		edition Edition
		want    bool
	}{
		{"both", Nothing, true}, {"both", Files("x", "an-image"), true}, {"both", Next, true},
		{"files", Nothing, false}, {"files", Files("x", "an-image"), true}, {"files", Next, true},
		{"proxy", Nothing, false}, {"proxy", Files("x", "an-image"), false}, {"proxy", Next, false},
		{"absent", Nothing, false},
	} {
		if got := l.Takes(test.name, test.edition); got != test.want {
			t.Errorf("%s takes %s=%s: %t", test.name, test.edition.Arg, test.edition.Value, got)
		}
	}
}

// A Dockerfile that is not of the catalogue gets the stand-ins whose arguments it declares, unless others are given.
func TestArgsOf(t *testing.T) {
	l := &Lab{bases: []Base{
		{Arg: "GO_IMAGE", Image: "spabench/golang:1", StandIn: true},
		{Arg: "NODE_IMAGE", Image: "spabench/node:1", StandIn: true}, {Arg: "NGINX_IMAGE", Image: "nginx:1"},
	}}
	text := []byte("ARG GO_IMAGE=golang:1\nARG NGINX_IMAGE=nginx:1\nFROM ${GO_IMAGE}\n")
	for _, c := range []struct{ given, want map[string]string }{
		{nil, map[string]string{"GO_IMAGE": "spabench/golang:1"}},
		{map[string]string{"A": "b"}, map[string]string{"GO_IMAGE": "spabench/golang:1", "A": "b"}},
		{map[string]string{"GO_IMAGE": "mine"}, map[string]string{"GO_IMAGE": "mine"}},
	} {
		if got := l.argsOf(Source{Args: c.given}, text); !maps.Equal(got, c.want) {
			t.Errorf("given %v: %v, want %v", c.given, got, c.want)
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
