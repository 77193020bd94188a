package harness

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"time"

	"github.com/andybalholm/brotli"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/spatest"
	"spabench/variants"
)

// buildDist builds the application that every variant serves and copies it out of its image.
// Every variant's own build makes the same bytes again; the conformance checks compare them.
func buildDist(ctx context.Context, l *lab.Lab, e lab.Edition) (dist, error) {
	ref, err := l.BuildStage(ctx, "spa", "dist", e)
	if err != nil {
		return dist{}, err
	}
	dir, err := os.MkdirTemp("", "spabench-dist-")
	if err != nil {
		return dist{}, fmt.Errorf("copy the build: %w", err)
	}
	d := dist{dir: dir}
	if err := l.Extract(ctx, ref, "/dist", dir); err != nil {
		return dist{}, errors.Join(err, d.remove())
	}
	if err := d.open(os.DirFS(dir)); err != nil {
		return dist{}, errors.Join(err, d.remove())
	}
	return d, nil
}

// buildVariant builds all images of a variant. What went wrong is in the build's Err, with the end of its output.
func buildVariant(ctx context.Context, l *lab.Lab, v variants.Variant) (record.Build, lab.Image) {
	b := record.Build{Variant: v.Name, Title: v.Title}
	began := time.Now()
	fail := func(err error) (record.Build, lab.Image) {
		b.Took, b.Err = time.Since(began), err.Error()
		var be *lab.BuildError
		if errors.As(err, &be) {
			b.Log = be.Log
		}
		return b, lab.Image{}
	}
	var refs []string
	for _, c := range v.Containers {
		ref, err := l.Build(ctx, c.Dockerfile)
		if err != nil {
			return fail(err)
		}
		refs = append(refs, ref)
	}
	b.Took = time.Since(began)
	img, err := l.Weigh(ctx, refs)
	if err != nil {
		return fail(err)
	}
	recorded := recordImage(img)
	b.Image = &recorded
	return b, img
}

// Decoders undo the content codings that the standard library lacks: the suite has no dependency of its own.
func Decoders() map[string]func(io.Reader) io.Reader {
	return map[string]func(io.Reader) io.Reader{"br": func(r io.Reader) io.Reader { return brotli.NewReader(r) }}
}

// rig is what a run lends every variant that it checks.
type rig struct {
	lab        *lab.Lab
	dist, next dist            // the build that is served, and another one that checks deploy
	browser    spatest.Browser // nil where none is installed
	checks     []string        // checks and groups that are run; empty: all
}

// conformance starts a variant once and runs every check on it.
func (g rig) conformance(ctx context.Context, v variants.Variant, refs []string) (c record.Conformance) {
	c = record.Conformance{Variant: v.Name, Waived: v.Waive}
	err := g.withRunning(ctx, v, refs, func(target spatest.Target) error {
		report, err := spatest.Inspect(ctx, target)
		c.Report = report
		return err
	}, &c.Log)
	if err != nil {
		c.Err = err.Error()
		var be *lab.BuildError
		if errors.As(err, &be) {
			c.Log = be.Log
		}
	}
	return c
}

// withRunning starts a variant with canaries planted around the folder that it serves, waits until it answers
// correctly, and hands it to f as a target of the conformance suite, with the power to start more servers of its kind.
// On an error, log gets the end of its output.
func (g rig) withRunning(ctx context.Context, v variants.Variant, refs []string, f func(spatest.Target) error, log *string) (err error) {
	r, err := g.lab.Create(ctx, v, lab.Options{Refs: refs})
	if r != nil {
		defer cleaning(ctx, &err, r.Remove)
	}
	if err != nil {
		return err
	}
	target := targetOf(v, r.URL, g.dist.fsys)
	if err := plantCanaries(ctx, r, v, &target); err != nil {
		return err
	}
	if err = ready(ctx, r, v, g.dist); err == nil {
		var h *host
		if h, err = g.newHost(ctx, v, refs); err == nil {
			defer cleaning(ctx, &err, h.close)
			target.Host, target.NextDist, target.Browser = h, g.next.fsys, g.browser
			target.Only = g.checks
			err = f(target)
		}
	}
	if err != nil {
		clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), cleanUpWithin)
		defer cancel()
		*log = r.Logs(clean)
	}
	return err
}

// ready starts a variant and waits until page and API answer correctly; of a recipe, which may never do so, until
// it answers.
func ready(ctx context.Context, r *lab.Running, v variants.Variant, d dist) error {
	if v.Recipe == "" {
		_, _, err := coldStart(ctx, r, d)
		return err
	}
	if err := r.Start(ctx); err != nil {
		return err
	}
	return answering(ctx, r)
}

// targetOf is what the suite is told of a variant: the endpoints are those of variants/openapi.yaml. A recipe has
// an API of one endpoint, or none.
func targetOf(v variants.Variant, url string, build fs.FS) spatest.Target {
	t := spatest.Target{URL: url, Dist: build, Waive: v.Waive, Decoders: Decoders(), API: "/api"}
	switch {
	case v.NoAPI:
		t.API = "-"
	case v.Recipe == "":
		t.APISlow = "/api/slow?ms=1500"
		t.APIFail = "/api/fail?status={status}"
		t.APIEvents = "/api/sse?events=3"
		t.APIWrite = "/api/books"
		t.APILimit = 1 << 20
	}
	return t
}

// canary is the content of files that must never be served, whatever the spelling of the path.
const canary = "spabench-canary-4f1c9a"

// secretBeside is a file with the canary outside the served folder, which its server could read.
func secretBeside(root string) string { return path.Dir(root) + "/secret.txt" }

// guarded are files with the canary that are put into a served folder, and that every server must refuse.
var guarded = []string{"/.env", "/.git/config"}

// plantCanaries writes them into the served folder, above it, and into a sibling whose name begins like it,
// and declares all of them.
func plantCanaries(ctx context.Context, r *lab.Running, v variants.Variant, target *spatest.Target) error {
	target.Canaries = []string{"root:x:0:0:"} // of /etc/passwd, which many images have
	c, ok := v.Files()
	if !ok {
		return nil
	}
	files := []string{secretBeside(c.Root), c.Root + "-secret/secret.txt"}
	for _, file := range guarded {
		files = append(files, c.Root+file)
	}
	for _, file := range files {
		if err := r.Plant(ctx, c.Name, file, []byte(canary)); err != nil {
			return err
		}
	}
	target.Canaries = append(target.Canaries, canary)
	target.Guarded = guarded
	return nil
}
