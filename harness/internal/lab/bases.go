package lab

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/moby/moby/client"
)

// caBundle is the host's certificate bundle on Debian, which root.sh puts into the stand-ins.
const caBundle = "/etc/ssl/certs/ca-certificates.crt"

// Base is a base image that the Dockerfiles take as a build argument.
type Base struct {
	Arg     string // NODE_IMAGE, GO_IMAGE, PYTHON_IMAGE, NGINX_IMAGE, DEBIAN_IMAGE
	Image   string // the reference that builds use
	ID      string // the registry's digest, or else the engine's id of the image
	StandIn bool   // built here from Debian packages

	layers []string // diff ids; nil until the image is on this machine
}

// standIns lists the images that dockerfiles/bases builds, by build argument.
// The tag is the version that they have in common with the official image.
var standIns = []struct{ arg, name, tag string }{
	{"DEBIAN_IMAGE", "debian", "trixie"},
	{"GO_IMAGE", "golang", "1.26"},
	{"NGINX_IMAGE", "nginx", "1.26"},
	{"NODE_IMAGE", "node", "24"},
	{"PYTHON_IMAGE", "python", "3.13"},
}

// Bases returns the base images in use, sorted by build argument.
func (l *Lab) Bases() []Base { return slices.Clone(l.bases) }

// ensureBases decides for all bases together, so that no run mixes the two kinds: the official images if each is on
// this machine or can be pulled, or else stand-ins. All of them are on the machine afterwards: sizes are split into the
// bases' layers and those above, even of an image that was built long ago, and a shell is borrowed from one.
func (l *Lab) ensureBases(ctx context.Context) ([]Base, error) {
	official, err := officialBases(filepath.Join(l.root, "dockerfiles"))
	if err != nil {
		return nil, err
	}
	cause := l.registryAnswers(ctx, official) // sooner known than by a pull
	if cause == nil || errors.Is(cause, ErrCannotAsk) {
		cause = l.pullBases(ctx, official)
	}
	if cause == nil {
		return official, nil
	}
	l.log("base images: using stand-ins built from Debian packages (spabench/…), because the official ones cannot be "+
		"had: %s", firstLine(cause.Error()))
	bases, err := l.ensureStandIns(ctx)
	if err != nil {
		return nil, fmt.Errorf("build stand-in base images: %w", err)
	}
	return bases, nil
}

var baseArg = regexp.MustCompile(`(?m)^ARG ([A-Z]+_IMAGE)=(\S+)$`)

// officialBases reads the defaults of the build arguments from the Dockerfiles, which must agree with each other.
func officialBases(dir string) ([]Base, error) {
	files, err := filepath.Glob(filepath.Join(dir, "*.Dockerfile"))
	if err != nil {
		return nil, err
	}
	for _, folder := range []string{"recipes", "compose", "runtime", "arguments"} {
		more, err := filepath.Glob(filepath.Join(dir, folder, "*.Dockerfile"))
		if err != nil {
			return nil, err
		}
		files = append(files, more...)
	}
	found := map[string]string{}
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			return nil, fmt.Errorf("read base images: %w", err)
		}
		for _, m := range baseArg.FindAllStringSubmatch(string(text), -1) {
			if was, ok := found[m[1]]; ok && was != m[2] {
				return nil, fmt.Errorf("%s: %s is %s here and %s in another Dockerfile; they must agree",
					f, m[1], m[2], was)
			}
			found[m[1]] = m[2]
		}
	}
	var bases []Base
	for _, s := range standIns {
		if ref, ok := found[s.arg]; ok {
			bases = append(bases, Base{Arg: s.arg, Image: ref})
		}
	}
	return bases, nil
}

// ErrCannotAsk means that only a pull can tell whether a registry responds.
var ErrCannotAsk = errors.New("the engine cannot ask a registry about an image without pulling it")

// registryAnswers returns nil if each of the official images is on this machine or its registry knows it, or else an
// error that says why not: one that wraps [ErrCannotAsk] says nothing about the registry.
func (l *Lab) registryAnswers(ctx context.Context, bases []Base) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for _, b := range bases {
		if _, err := l.docker.ImageInspect(ctx, b.Image); err == nil {
			continue
		}
		if !l.engine.asksRegistries() {
			return ErrCannotAsk
		}
		if _, err := l.docker.DistributionInspect(ctx, b.Image, client.DistributionInspectOptions{}); err != nil {
			return err
		}
	}
	return nil
}

func (l *Lab) inspectBase(ctx context.Context, b Base) (Base, error) {
	got, err := l.docker.ImageInspect(ctx, b.Image)
	if err != nil {
		return b, fmt.Errorf("inspect %s: %w", b.Image, err)
	}
	b.ID, b.layers = got.ID, got.RootFS.Layers
	for _, digest := range got.RepoDigests { // what the registry calls it, which is the same on every machine
		if _, hash, ok := strings.Cut(digest, "@"); ok && !b.StandIn {
			b.ID = hash
		}
	}
	return b, nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
