package lab

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/moby/moby/client"
	"github.com/testcontainers/testcontainers-go"
)

// BuildError reports a Dockerfile that did not build.
type BuildError struct {
	Dockerfile string
	Log        string // the end of the build's output
	Err        error
}

func (e *BuildError) Error() string {
	return fmt.Sprintf("build %s: %v", e.Dockerfile, e.Err)
}

func (e *BuildError) Unwrap() error { return e.Err }

// Edition is an alternative form of an image, built with one more build argument and tagged with the edition's name.
type Edition struct{ Name, Arg, Value string }

// Front is the edition of the front ends' image that contains the one in that folder of variants/fronts/.
func Front(folder string) Edition { return Edition{folder, "FRONT", folder} }

// Files is the edition of a server's image that contains the build of the app in the image ref.
func Files(name, ref string) Edition { return Edition{name, Nothing.Arg, ref} }

// Editions of the images that contain the app.
var (
	Usual   = Edition{}
	Next    = Edition{"next", "BUILD_ID", "B"}   // another build of the app
	Nothing = Edition{"nothing", "DIST", "none"} // no build of the app
)

// Build builds dockerfiles/<name>.Dockerfile from the project's folder on the bases in use and returns its reference.
// The image stays, tagged: removing an image would take its layer cache with it.
func (l *Lab) Build(ctx context.Context, name string) (string, error) {
	return l.BuildStage(ctx, name, "", Usual)
}

// Takes reports whether the Dockerfile of that name declares the edition's argument. If not, the image of that edition
// is the same as the usual one. Without a build of the app, only a Dockerfile can be built that has a stage for it.
func (l *Lab) Takes(name string, e Edition) bool {
	text, err := os.ReadFile(filepath.Join(l.root, "dockerfiles", name+".Dockerfile"))
	hasStage := e != Nothing || bytes.Contains(text, []byte(" AS "+Nothing.Value+"\n"))
	return err == nil && hasStage && bytes.Contains(text, []byte("\nARG "+e.Arg+"="))
}

// BuildStage is like Build, but stops at the stage of that name ("" is the last one) and applies one or more editions.
func (l *Lab) BuildStage(ctx context.Context, name, stage string, editions ...Edition) (string, error) {
	dockerfile := filepath.Join("dockerfiles", name+".Dockerfile")
	text, err := os.ReadFile(filepath.Join(l.root, dockerfile))
	if err != nil {
		return "", &BuildError{Dockerfile: dockerfile, Err: err}
	}
	args := l.baseArgs(text)
	for _, e := range editions {
		if e != Usual {
			args[e.Arg] = e.Value
		}
	}
	own := l.prefix + "/" + name
	ref := own + ":" + imageTag(stage, editions...)
	return ref, l.turns.build(ctx, func() error {
		return l.namingStages(ctx, own, func(output io.Writer) error {
			return l.build(ctx, buildRequest{
				context: l.root, dockerfile: dockerfile, ref: ref, args: args, target: stage, output: output,
			})
		})
	})
}

// baseArgs returns the build arguments that make a Dockerfile use the present stand-ins.
func (l *Lab) baseArgs(dockerfile []byte) map[string]string {
	args := map[string]string{}
	for _, b := range l.bases {
		if b.StandIn && bytes.Contains(dockerfile, []byte("ARG "+b.Arg+"=")) {
			args[b.Arg] = b.Image
		}
	}
	return args
}

// proxyArgs returns the proxy settings of this process as build arguments, for builds behind a proxy. The engine
// accepts them for every Dockerfile.
func proxyArgs() map[string]string {
	args := map[string]string{}
	for _, k := range []string{"HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "http_proxy", "https_proxy", "no_proxy"} {
		if v, ok := os.LookupEnv(k); ok {
			args[k] = v
		}
	}
	return args
}

// imageTag gives every combination of stage and editions a tag of its own.
func imageTag(stage string, editions ...Edition) string {
	names := []string{stage}
	for _, e := range editions {
		names = append(names, e.Name)
	}
	names = slices.DeleteFunc(names, func(name string) bool { return name == "" })
	return cmp.Or(strings.Join(names, "-"), "latest")
}

type buildRequest struct {
	context, dockerfile, ref string
	args, labels             map[string]string
	target                   string
	noCache                  bool
	theirs                   bool      // somebody's own project, in which there may be results
	output                   io.Writer // also receives the output, unless it is nil
}

func (l *Lab) build(ctx context.Context, b buildRequest) error {
	repo, tag, _ := strings.Cut(b.ref, ":")
	args := map[string]*string{}
	for k, v := range b.args {
		args[k] = &v
	}
	for k, v := range proxyArgs() {
		args[k] = &v
	}
	var out bytes.Buffer
	var log io.Writer = &out
	if b.output != nil {
		log = io.MultiWriter(&out, b.output)
	}
	req := &testcontainers.ContainerRequest{FromDockerfile: testcontainers.FromDockerfile{
		Context: b.context, Dockerfile: filepath.ToSlash(b.dockerfile), Repo: repo, Tag: tag,
		BuildArgs: args, BuildLogWriter: log, KeepImage: true,
		BuildOptionsModifier: func(o *client.ImageBuildOptions) {
			o.Labels, o.Target, o.NoCache = b.labels, b.target, b.noCache
		},
	}}
	// Half an hour is enough even on a slow network. Without a bound, testcontainers would retry some failures forever.
	ctx, cancel := context.WithTimeout(ctx, 30*time.Minute)
	defer cancel()
	var info testcontainers.ImageBuildInfo = req
	if b.theirs {
		info = withoutResults{req}
	}
	if _, err := l.provider.BuildImage(ctx, info); err != nil {
		return &BuildError{Dockerfile: b.dockerfile, Log: tail(out.String(), 40), Err: err}
	}
	return l.noteBuilt(ctx, b.ref, out.String())
}

// builtID is how the classic builder says which image it made.
var builtID = regexp.MustCompile(`(?m)^Successfully built ([0-9a-f]{12,64})\r?$`)

// noteBuilt notes the id of an image that was built, as the build's output has it. From now on this process uses that
// image under the reference, whatever another one builds under the same name meanwhile, perhaps from another checkout.
func (l *Lab) noteBuilt(ctx context.Context, ref, output string) error {
	made := ref // of a builder that does not say it
	if all := builtID.FindAllStringSubmatch(output, -1); len(all) > 0 {
		made = all[len(all)-1][1]
	}
	got, err := l.docker.ImageInspect(ctx, made)
	if err != nil {
		return fmt.Errorf("inspect %s, which was built as %s: %w", made, ref, err)
	}
	l.built.Store(ref, got.ID)
	return nil
}

// idOf is the id of an image that this process built under the reference, or else the reference.
func (l *Lab) idOf(ref string) string {
	if id, ok := l.built.Load(ref); ok {
		return id.(string)
	}
	return ref
}

// idsOf is idOf for each of several.
func (l *Lab) idsOf(refs []string) []string {
	var ids []string
	for _, ref := range refs {
		ids = append(ids, l.idOf(ref))
	}
	return ids
}

// discard reads a stream of the engine to its end, because the engine's work is done only then.
func discard(r io.ReadCloser) (int64, error) {
	defer func() { _ = r.Close() }()
	return io.Copy(io.Discard, r)
}
