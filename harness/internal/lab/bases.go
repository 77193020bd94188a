package lab

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/moby/moby/client"
)

// caBundle is the host's certificate bundle on Debian, which root.sh puts into the stand-ins.
const caBundle = "/etc/ssl/certs/ca-certificates.crt"

// Base is a base image that the Dockerfiles take as a build argument.
type Base struct {
	Arg     string // NODE_IMAGE, GO_IMAGE, PYTHON_IMAGE, NGINX_IMAGE, DEBIAN_IMAGE
	Image   string // the reference that builds use
	ID      string // content-addressed id, or the registry's digest
	StandIn bool

	layers []string // diff ids; nil until the image is on this machine
}

// standIns are the images that dockerfiles/bases makes, by build argument.
// The tag is the major and minor version that they share with the official image.
var standIns = []struct{ arg, name, tag string }{
	{"DEBIAN_IMAGE", "debian", "trixie"},
	{"GO_IMAGE", "golang", "1.26"},
	{"NGINX_IMAGE", "nginx", "1.26"},
	{"NODE_IMAGE", "node", "24"},
	{"PYTHON_IMAGE", "python", "3.13"},
}

// Bases returns the base images in use, by the names of their build arguments.
func (l *Lab) Bases() []Base { return slices.Clone(l.bases) }

// ensureBases decides for all bases at once: the official images when their registry answers or they are here
// already, else stand-ins, so that no run mixes the two.
func (l *Lab) ensureBases(ctx context.Context) ([]Base, error) {
	official, err := officialBases(filepath.Join(l.root, "dockerfiles"))
	if err != nil {
		return nil, err
	}
	cause := l.registryAnswers(ctx, official)
	if cause == nil {
		return official, nil
	}
	l.log("base images: stand-ins from Debian packages (spabench/…), because no registry answers: %s", firstLine(cause.Error()))
	bases, err := l.ensureStandIns(ctx)
	if err != nil {
		return nil, fmt.Errorf("make stand-in base images: %w", err)
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
				return nil, fmt.Errorf("%s: %s is %s here and %s in another Dockerfile; they must agree", f, m[1], m[2], was)
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

// registryAnswers fills in the digests of the official images, or says why it cannot.
func (l *Lab) registryAnswers(ctx context.Context, bases []Base) error {
	ctx, cancel := context.WithTimeout(ctx, 20*time.Second)
	defer cancel()
	for i, b := range bases {
		if got, err := l.docker.ImageInspect(ctx, b.Image); err == nil {
			bases[i].ID = got.ID
			continue
		}
		d, err := l.docker.DistributionInspect(ctx, b.Image, client.DistributionInspectOptions{})
		if err != nil {
			return err
		}
		bases[i].ID = string(d.Descriptor.Digest)
	}
	return nil
}

// ensureStandIns makes the stand-ins that are missing or were made from other content: the root, then the rest at once.
func (l *Lab) ensureStandIns(ctx context.Context) ([]Base, error) {
	dir := filepath.Join(l.root, "dockerfiles", "bases")
	rootRef := Prefix + "/root:trixie" // stand-ins are a cache, which tests share; never an official name
	rootHash, err := contentHash(filepath.Join(dir, "root.sh"), caBundle)
	if err != nil {
		return nil, err
	}
	if !l.hasContent(ctx, rootRef, rootHash) {
		// Installing the tools may bring newer certificates, which are part of what the root is made from.
		if err := l.installTools(ctx); err != nil {
			return nil, err
		}
		if rootHash, err = contentHash(filepath.Join(dir, "root.sh"), caBundle); err != nil {
			return nil, err
		}
		if err := l.importRoot(ctx, dir, rootRef, rootHash); err != nil {
			return nil, err
		}
	}
	bases := make([]Base, len(standIns))
	errs := make([]error, len(standIns))
	var wg sync.WaitGroup
	for i, s := range standIns {
		wg.Go(func() {
			ref := fmt.Sprintf("%s/%s:%s", Prefix, s.name, s.tag)
			errs[i] = l.ensureStandIn(ctx, dir, s.name, ref, rootRef, rootHash)
			if errs[i] == nil {
				bases[i], errs[i] = l.inspectBase(ctx, Base{Arg: s.arg, Image: ref, StandIn: true})
			}
		})
	}
	wg.Wait()
	return bases, errors.Join(errs...)
}

func (l *Lab) ensureStandIn(ctx context.Context, dir, name, ref, rootRef, rootHash string) error {
	files := []string{filepath.Join(dir, name+".Dockerfile")}
	if extra := filepath.Join(dir, name+".conf"); exists(extra) {
		files = append(files, extra)
	}
	hash, err := contentHash(files...)
	if err != nil {
		return err
	}
	hash = rootHash[:16] + hash[:16]
	if l.hasContent(ctx, ref, hash) {
		return nil
	}
	l.log("making the stand-in %s", ref)
	return l.build(ctx, buildRequest{
		context: dir, dockerfile: name + ".Dockerfile", ref: ref,
		args:   map[string]string{"ROOT_IMAGE": rootRef},
		labels: map[string]string{labelContent: hash},
	})
}

// installTools installs what makes the root file system, where it is missing.
func (l *Lab) installTools(ctx context.Context) error {
	if os.Geteuid() != 0 || !exists("/etc/debian_version") {
		return errors.New("they need root on Debian or Ubuntu; reach a container registry instead, or pull the official images by hand")
	}
	if _, err := exec.LookPath("mmdebstrap"); err == nil && exists("/usr/share/keyrings/debian-archive-keyring.gpg") {
		return nil
	}
	l.log("installing mmdebstrap from the distribution")
	return install(ctx, "mmdebstrap", "debian-archive-keyring", "ca-certificates")
}

// importRoot makes the root file system with mmdebstrap and imports it as one layer.
func (l *Lab) importRoot(ctx context.Context, dir, ref, hash string) error {
	l.log("making the stand-ins' root file system with mmdebstrap")
	cmd := exec.CommandContext(ctx, "sh", filepath.Join(dir, "root.sh"))
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("run root.sh: %w", err)
	}
	res, importErr := l.docker.ImageImport(ctx, client.ImageImportSource{Source: out, SourceName: "-"}, ref,
		client.ImageImportOptions{Changes: []string{"LABEL " + labelContent + "=" + hash}})
	if importErr == nil {
		_, importErr = discard(res)
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("run root.sh: %w\n%s", err, tail(stderr.String(), 15))
	}
	return importErr
}

func (l *Lab) inspectBase(ctx context.Context, b Base) (Base, error) {
	got, err := l.docker.ImageInspect(ctx, b.Image)
	if err != nil {
		return b, fmt.Errorf("inspect %s: %w", b.Image, err)
	}
	if b.ID == "" {
		b.ID = got.ID
	}
	b.layers = got.RootFS.Layers
	return b, nil
}

func (l *Lab) hasContent(ctx context.Context, ref, hash string) bool {
	got, err := l.docker.ImageInspect(ctx, ref)
	return err == nil && got.Config != nil && got.Config.Labels[labelContent] == hash
}

func contentHash(files ...string) (string, error) {
	h := sha256.New()
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			return "", err
		}
		fmt.Fprintf(h, "%s %d\n", filepath.Base(f), len(b))
		h.Write(b)
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}
