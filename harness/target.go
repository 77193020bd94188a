package harness

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

// ready starts a variant and waits until page and API answer correctly; of a recipe, which may never do so, until
// it answers.
func ready(ctx context.Context, r *lab.Running, v variants.Variant, d dist) error {
	if v.Recipe == "" {
		_, err := coldStart(ctx, r, d)
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
