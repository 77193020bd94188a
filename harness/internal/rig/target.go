package rig

import (
	"context"
	"io"
	"io/fs"
	"path"

	"github.com/andybalholm/brotli"

	"spabench/harness/internal/lab"
	"spabench/harness/spatest"
	"spabench/variants"
)

// Decoders undo the content codings that the standard library lacks: the suite has no dependency of its own.
func Decoders() map[string]func(io.Reader) io.Reader {
	return map[string]func(io.Reader) io.Reader{"br": func(r io.Reader) io.Reader { return brotli.NewReader(r) }}
}

// AwaitReady starts a variant and waits until page and API answer correctly; of a recipe, which may never do so, until
// it answers.
func AwaitReady(ctx context.Context, r *lab.Running, v variants.Variant, d Dist) error {
	if v.Kind != variants.Recipe {
		_, err := ColdStart(ctx, r, d)
		return err
	}
	if err := r.Start(ctx); err != nil {
		return err
	}
	return AwaitAnswer(ctx, r)
}

// TargetOf is what the suite is told of a variant: the endpoints are those of variants/openapi.yaml. A recipe has
// an API of one endpoint, or none.
func TargetOf(v variants.Variant, url string, build fs.FS) spatest.Target {
	t := spatest.Target{URL: url, Dist: build, Waive: v.Waive, Decoders: Decoders(), API: "/api"}
	switch v.API {
	case variants.NoAPI:
		t.API = "-"
	case variants.FullAPI:
		t.APISlow = "/api/slow?ms=1500"
		t.APIFail = "/api/fail?status={status}"
		t.APIEvents = "/api/sse?events=3"
		t.APIWrite = "/api/books"
		t.APILimit = 1 << 20
	}
	return t
}

// Canary is the content of files that must never be served, whatever the spelling of the path.
const Canary = "spabench-canary-4f1c9a"

// secretBeside is a file with the canary outside the served folder, which its server could read.
func secretBeside(root string) string { return path.Dir(root) + "/secret.txt" }

// Guarded are files with the canary that are put into a served folder, and that every server must refuse.
var Guarded = []string{"/.env", "/.git/config"}

// plantCanaries writes them into the served folder, above it, and into a sibling whose name begins like it,
// and declares all of them.
func plantCanaries(ctx context.Context, r *lab.Running, v variants.Variant, target *spatest.Target) error {
	target.Canaries = []string{"root:x:0:0:"} // of /etc/passwd, which many images have
	c, ok := v.Files()
	if !ok {
		return nil
	}
	files := []string{secretBeside(c.Root), c.Root + "-secret/secret.txt"}
	for _, file := range Guarded {
		files = append(files, c.Root+file)
	}
	for _, file := range files {
		if err := r.Plant(ctx, c.Name, file, []byte(Canary)); err != nil {
			return err
		}
	}
	target.Canaries = append(target.Canaries, Canary)
	target.Guarded = Guarded
	return nil
}

// QuickChecks are those that start neither servers nor a browser.
func QuickChecks() []string {
	slow := []spatest.Feature{
		spatest.FeatureHost, spatest.FeatureNext, spatest.FeatureFolder, spatest.FeatureEmpty, spatest.FeatureUpstream, spatest.FeatureBrowser,
	}
	var names []string
	for _, c := range spatest.Checks() {
		if !c.NeedsAny(slow...) {
			names = append(names, c.Name)
		}
	}
	return names
}
