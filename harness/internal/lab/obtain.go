package lab

import (
	"cmp"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Source is where the image of a server that is not in the catalogue comes from: Image, or a Dockerfile, or the images
// of a Compose project.
type Source struct {
	Image string // a reference that the engine has, or pulls

	Compose string // the path of a Compose file
	Entry   string // the service of it that browsers talk to

	Dockerfile string            // a path below Context
	Context    string            // folder
	Target     string            // the stage that is built; "" for the last
	Args       map[string]string // build arguments

	Home string // the folder of the project, for the names of its images; "" for Context, or that of the Compose file
}

// ownName names what is built for a server of this name: servers of two projects may have the same name, and neither
// may take the other's images. So it has a digest of the project's folder.
func (l *Lab) ownName(name string, s Source) (string, error) {
	home := cmp.Or(s.Home, s.Context)
	if s.Compose != "" {
		home = cmp.Or(s.Home, filepath.Dir(s.Compose))
	}
	home, err := filepath.Abs(home)
	sum := sha256.Sum256([]byte(home))
	return fmt.Sprintf("%s/added-%s-%x", l.prefix, name, sum[:4]), err
}

// Obtain makes an image ready, and returns its reference. An image that is built here gets a name of the project's,
// made of this one; an image that the engine has, or that is pulled, is neither renamed nor ever removed.
func (l *Lab) Obtain(ctx context.Context, name string, s Source) (string, error) {
	if s.Image != "" {
		return s.Image, l.have(ctx, s.Image)
	}
	text, err := os.ReadFile(filepath.Join(s.Context, s.Dockerfile))
	if err != nil {
		if of := new(fs.PathError); errors.As(err, &of) {
			err = of.Err
		}
		return "", &BuildError{Dockerfile: Shown(filepath.Join(s.Context, s.Dockerfile)), Err: err}
	}
	own, err := l.ownName(name, s)
	if err != nil {
		return "", err
	}
	ref := own + ":latest"
	l.log("building %s from %s", name, filepath.Join(s.Context, s.Dockerfile))
	err = l.namingStages(ctx, own, func(output io.Writer) error {
		return l.build(ctx, buildRequest{
			context: s.Context, dockerfile: s.Dockerfile, ref: ref, target: s.Target, output: output, theirs: true,
			args:   l.argsOf(s, text),
			labels: map[string]string{labelStage: "1"}, // by which RemoveImages finds it when it has lost its name
		})
	})
	if err == nil {
		l.keep(ref)
	}
	if failed := new(BuildError); errors.As(err, &failed) { // what is recorded has no secret of theirs
		failed.Log = mask(failed.Log, s.Args)
	}
	return ref, err
}

// argsOf are the build arguments of a source. A Dockerfile that takes its bases as those of the project do gets the
// stand-ins in use, unless the source names others.
func (l *Lab) argsOf(s Source, dockerfile []byte) map[string]string {
	args := l.baseArgs(dockerfile)
	maps.Copy(args, s.Args)
	return args
}

// have pulls an image unless the engine has it.
func (l *Lab) have(ctx context.Context, ref string) error {
	if _, err := l.docker.ImageInspect(ctx, ref); err == nil {
		return nil
	}
	l.log("pulling %s", ref)
	credentials, err := credentialsFor(ctx, ref)
	if err != nil {
		return err
	}
	if err := l.pull(ctx, ref, credentials, silence); err != nil {
		return fmt.Errorf("the engine does not have the image %s, and cannot pull it (build it, correct its name, "+
			"or docker login): %w", ref, err)
	}
	l.keep(ref)
	return nil
}

// PortOf is the port on which the containers of an image listen, by what it declares as exposed.
func (l *Lab) PortOf(ctx context.Context, ref string) (int, error) {
	got, err := l.docker.ImageInspect(ctx, l.idOf(ref))
	if err != nil {
		return 0, fmt.Errorf("inspect %s: %w", ref, err)
	}
	var ports []string
	if got.Config != nil {
		for p := range got.Config.ExposedPorts {
			if number, isTCP := strings.CutSuffix(p, "/tcp"); isTCP {
				ports = append(ports, number)
			}
		}
	}
	slices.Sort(ports)
	switch len(ports) {
	case 0:
		return 0, errors.New("the image declares no port with EXPOSE")
	case 1:
		return strconv.Atoi(ports[0])
	}
	return 0, fmt.Errorf("the image declares several ports with EXPOSE: %s", strings.Join(ports, ", "))
}
