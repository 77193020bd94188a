package rig

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"path"
	"time"

	"github.com/andybalholm/brotli"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/spatest"
	"spabench/variants"
)

// Conformance starts a variant once and runs every check on it.
func (g Rig) Conformance(ctx context.Context, v variants.Variant, refs []string) (c record.Conformance) {
	c = record.Conformance{Variant: v.Name, Waived: v.Waive}
	err := g.WithRunning(ctx, v, refs, func(target spatest.Target) error {
		report, err := spatest.Inspect(ctx, target)
		c.Report = report
		return err
	}, &c.Log)
	if err != nil {
		c.Err = err.Error()
		var failed *lab.BuildError
		if errors.As(err, &failed) {
			c.Log = failed.Log
		}
	}
	return c
}

// WithRunning starts a variant with canaries planted around the folder that it serves, waits until it is ready, and
// calls f with it as a target of the conformance suite, which can start more servers of its kind. If there is an error,
// log gets the end of the containers' output.
func (g Rig) WithRunning(
	ctx context.Context, v variants.Variant, refs []string, f func(spatest.Target) error, log *string,
) (err error) {
	if g, err = g.For(ctx, v); err != nil {
		return err
	}
	r, err := g.Lab.Create(ctx, v, lab.Options{Refs: refs, Bridge: true, Stack: g.Stack(v)})
	if r != nil {
		defer RemoveLogged(ctx, &err, r, log)
	}
	if err != nil {
		return err
	}
	target := TargetOf(v, r.URL, g.Dist.FS)
	if err := plantCanaries(ctx, r, v, &target); err != nil {
		return err
	}
	if err := g.Start(ctx, r, v); err != nil {
		return err
	}
	h := g.host(v, refs)
	if v.Kind != variants.Added { // of which there is no other edition
		if h, err = g.NewHost(ctx, v, refs); err != nil {
			return err
		}
	}
	defer CleanUp(ctx, &err, h.Close)
	target.Host, target.NextDist, target.Browser = h, g.Next.FS, g.Browser
	target.Only = g.Checks
	return f(target)
}

// timeoutOfTheirs is how long one exchange may take with somebody's own build. A check may take twelve times as long:
// some ask for every file, in every spelling of its name, and there may be thousands.
const timeoutOfTheirs = 30 * time.Second

// TargetOf is the suite's view of a variant that runs at this URL and serves this build. Its endpoints are those of
// variants/openapi.yaml, as far as the variant has them.
func TargetOf(v variants.Variant, url string, build fs.FS) spatest.Target {
	t := spatest.Target{
		URL: url, Dist: build, Waive: v.Waive, Decoders: Decoders(), Routes: v.App.Routes, API: "/api",
	}
	if v.App.Image != "" {
		t.Timeout = timeoutOfTheirs
	}
	switch {
	case v.Kind == variants.Added:
		t.API, t.APIGet = v.App.API, v.App.APIGet
	case v.API == variants.NoAPI:
		t.API = "-"
	case v.API == variants.FullAPI:
		t.APISlow = "/api/slow?ms=1500"
		t.APIFail = "/api/fail?status={status}"
		t.APIEvents = "/api/sse?events=3"
		t.APIWrite = "/api/books"
		t.APILimit = 1 << 20
	}
	return t
}

// Decoders decode the content codings that the standard library lacks, since the suite depends on nothing else.
func Decoders() map[string]func(io.Reader) io.Reader {
	return map[string]func(io.Reader) io.Reader{"br": func(r io.Reader) io.Reader { return brotli.NewReader(r) }}
}

// Canary is the content of files that must never be served, whatever the spelling of their path.
const Canary = "spabench-canary-4f1c9a"

// passwdLine is what a served /etc/passwd, which many images have, would contain.
const passwdLine = "root:x:0:0:"

// GuardedFiles are files with the canary that are put into a served folder, and that every server must refuse to serve.
func GuardedFiles() []string { return []string{"/.env", "/.git/config"} }

// secretBeside is a file with the canary outside the served folder, which its server could read.
func secretBeside(root string) string { return path.Dir(root) + "/secret.txt" }

// plantCanaries writes canaries into the served folder, above it, and into a sibling whose name begins like its own.
// The target then names all of them.
func plantCanaries(ctx context.Context, r *lab.Running, v variants.Variant, target *spatest.Target) error {
	target.Canaries = []string{passwdLine}
	c, ok := v.Files()
	if !ok {
		return nil
	}
	files := []string{secretBeside(c.Root), c.Root + "-secret/secret.txt"}
	for _, file := range GuardedFiles() {
		files = append(files, c.Root+file)
	}
	for _, file := range files {
		if err := r.Plant(ctx, c.Name, file, []byte(Canary)); err != nil {
			return err
		}
	}
	target.Canaries = append(target.Canaries, Canary)
	target.Guarded = GuardedFiles()
	return nil
}

// QuickChecks are the checks that start neither servers nor a browser.
func QuickChecks() []string {
	var names []string
	for _, c := range spatest.Checks() {
		if !c.StartsServers() && !c.NeedsAny(spatest.FeatureBrowser) {
			names = append(names, c.Name)
		}
	}
	return names
}
