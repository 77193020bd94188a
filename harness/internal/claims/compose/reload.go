package compose

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// HotReload is the claim about saves on the host that a server picks up.
func HotReload() claim.Claim {
	return claim.Claim{
		ID: "hot-reload",
		Words: "In development a bind mount gives hot reload: FastAPI with --reload, Go with DEV=true; " +
			"embedded files need a rebuild.",
		Test: "Run dockerfiles/compose/reload.yaml with Docker Compose, save files on the host, " +
			"and measure the time from each save to the first response that shows it",
		Run: experiment(observeReload, judgeReload,
			func(o *record.ReloadObserved) record.Observed { return record.Observed{Reload: o} }),
	}
}

func judgeReload(o record.ReloadObserved) record.Verdict {
	return claim.VerdictOf(o.Hot(), o.NeedsBuild())
}

const (
	hotSaves     = 5
	rebuiltSaves = 3
	unbuiltWait  = 2 * time.Second
)

// observeReload observes dockerfiles/compose/reload.yaml.
func observeReload(ctx context.Context, l *lab.Lab, told *claim.Transcript) (o record.ReloadObserved, err error) {
	host, err := os.MkdirTemp("", "spabench-saved-")
	if err != nil {
		return o, fmt.Errorf("copy sources: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(host)) }()
	if err := copyReloaded(ctx, l, host); err != nil {
		return o, fmt.Errorf("copy sources: %w", err)
	}
	p, err := openProject(ctx, l, "reload", mountedFrom(host), told, host)
	if err != nil {
		return o, err
	}
	defer rig.CleanUp(ctx, &err, p.Close)
	told.Note("what is mounted and built is a copy of the checkout, with the built app in variants/spa/dist")
	if _, err := p.run(ctx, nil, "up", "-d", "--build"); err != nil {
		return o, err
	}
	for _, service := range []string{"fastapi", "go-dev", "go-embedded"} {
		if _, err := p.ask(ctx, service, "/", nil); err != nil {
			return o, err
		}
	}
	source := savedFile{
		project: p, service: "fastapi", target: "/api/health",
		name: "variants/fastapi/library/api.py", path: filepath.Join(host, "variants/fastapi/library/api.py"),
		before: `"status": "ok"`, after: `"status": "%s"`,
	}
	if o.FastAPI, err = source.hot(ctx); err != nil {
		return o, err
	}
	built := savedFile{
		project: p, service: "go-dev", target: "/",
		name: "variants/spa/dist/index.html", path: filepath.Join(host, "dist/index.html"),
		before: "<title>Marginalia<", after: "<title>%s<",
	}
	if o.GoDev, err = built.hot(ctx); err != nil {
		return o, err
	}
	page := savedFile{
		project: p, service: "go-embedded", target: "/",
		name: "variants/spa/index.html", path: filepath.Join(host, "variants/spa/index.html"),
		before: "<title>Marginalia<", after: "<title>%s<",
	}
	if o.Unbuilt, err = page.unbuilt(ctx); err != nil {
		return o, err
	}
	o.GoEmbedded, err = page.rebuilt(ctx)
	return o, err
}

// mountedFrom lets the services mount and build what is copied to the host's folder.
func mountedFrom(host string) lab.Otherwise {
	build := map[string]any{"context": host}
	return lab.Otherwise{
		"fastapi":     {"volumes": []string{host + "/variants/fastapi/library:/app/library"}},
		"go-dev":      {"volumes": []string{host + "/dist:/srv/dist:ro"}, "build": build},
		"go-embedded": {"build": build},
	}
}

// copyReloaded copies what reload.yaml mounts and builds, and the built app out of an image.
func copyReloaded(ctx context.Context, l *lab.Lab, host string) error {
	for _, path := range []string{
		".dockerignore", "go.mod", "go.sum", "dockerfiles/embedded-go.Dockerfile",
		"variants/books.sql", "variants/fiber", "variants/fastapi/library",
	} {
		if err := copyInto(host, l.Root(), path); err != nil {
			return err
		}
	}
	app, err := os.ReadDir(filepath.Join(l.Root(), "variants/spa"))
	if err != nil {
		return err
	}
	for _, e := range app {
		if e.Name() == "node_modules" || e.Name() == "dist" {
			continue // as .dockerignore has it
		}
		if err := copyInto(host, l.Root(), "variants/spa/"+e.Name()); err != nil {
			return err
		}
	}
	ref, err := l.BuildStage(ctx, "compose/dev", "", lab.Usual)
	if err != nil {
		return err
	}
	if err := os.Mkdir(filepath.Join(host, "dist"), 0o755); err != nil {
		return err
	}
	if err := os.Chmod(host, 0o755); err != nil { // the server is another user
		return err
	}
	return l.Extract(ctx, ref, "/app/dist", filepath.Join(host, "dist"))
}

// copyInto copies the file or folder of that path from one root to another.
func copyInto(to, from, path string) error {
	source, target := filepath.Join(from, path), filepath.Join(to, path)
	info, err := os.Stat(source)
	if err != nil {
		return err
	}
	if info.IsDir() {
		return os.CopyFS(target, os.DirFS(source))
	}
	text, err := os.ReadFile(source)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
		return err
	}
	return os.WriteFile(target, text, 0o644)
}
