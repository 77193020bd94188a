package compose

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/browser"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rawhttp"
	"spabench/harness/internal/rig"
)

// Reloading is what was seen of dockerfiles/compose/reload.yaml: how soon a visitor gets what is saved on the host.
type Reloading struct {
	Tool       string   `json:"tool"`
	FastAPI    Saves    `json:"fastapi"`     // uvicorn --reload, a source of the server
	GoDev      Saves    `json:"go_dev"`      // DEV=true, a built file
	GoEmbedded Saves    `json:"go_embedded"` // docker compose up --build after each save, a source of the app
	Unbuilt    Unbuilt  `json:"unbuilt"`     // what the third showed before its first build
	Transcript []string `json:"transcript"`
}

// Saves are saves of one file.
type Saves struct {
	File string          `json:"file"`
	Seen []time.Duration `json:"seen"` // from each save to the first answer with it
}

// Unbuilt reports whether a save was answered with although nothing was built.
type Unbuilt struct {
	Waited        time.Duration `json:"waited"` // for each
	Seen          bool          `json:"seen"`
	SeenByRestart bool          `json:"seen_by_restart"` // after docker compose restart
}

const (
	HotSaves     = 5
	rebuiltSaves = 3
	unbuiltWait  = 2 * time.Second
)

// reloading observes dockerfiles/compose/reload.yaml.
func reloading(ctx context.Context, l *lab.Lab) (r Reloading, err error) {
	host, err := os.MkdirTemp("", "spabench-saved-")
	if err != nil {
		return r, fmt.Errorf("copy sources: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(host)) }()
	if err := copyReloaded(ctx, l, host); err != nil {
		return r, fmt.Errorf("copy sources: %w", err)
	}
	build := map[string]any{"context": host}
	elsewhere := lab.Otherwise{
		"fastapi":     {"volumes": []string{host + "/variants/fastapi/library:/app/library"}},
		"go-dev":      {"volumes": []string{host + "/dist:/srv/dist:ro"}, "build": build},
		"go-embedded": {"build": build},
	}
	c, err := openComposed(ctx, l, "reload", elsewhere, &r.Transcript, host)
	if err != nil {
		return r, err
	}
	defer rig.CleanUp(ctx, &err, c.Close)
	r.Tool = c.Tool
	c.note("what is mounted and built is a copy of the checkout, with the built app in variants/spa/dist")
	if _, err := c.run(ctx, nil, "up", "-d", "--build"); err != nil {
		return r, err
	}
	for _, service := range []string{"fastapi", "go-dev", "go-embedded"} {
		if _, err := c.ask(ctx, service, "/", nil); err != nil {
			return r, err
		}
	}
	source := saved{c, "fastapi", "/api/health", filepath.Join(host, "variants/fastapi/library/api.py"), `"status": "ok"`, `"status": "%s"`}
	if r.FastAPI, err = source.hot(ctx, "variants/fastapi/library/api.py"); err != nil {
		return r, err
	}
	built := saved{c, "go-dev", "/", filepath.Join(host, "dist/index.html"), "<title>Marginalia<", "<title>%s<"}
	if r.GoDev, err = built.hot(ctx, "variants/spa/dist/index.html"); err != nil {
		return r, err
	}
	page := saved{c, "go-embedded", "/", filepath.Join(host, "variants/spa/index.html"), "<title>Marginalia<", "<title>%s<"}
	return r, page.rebuilt(ctx, &r)
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

// saved is a file on the host that a service answers a target with, in whatever way.
type saved struct {
	composed
	service, target string
	file            string
	before, after   string // what is changed in it, and the format of what it becomes
}

// hot saves the file time after time and waits for answers with each.
func (s saved) hot(ctx context.Context, name string) (Saves, error) {
	saves := Saves{File: name}
	original, err := os.ReadFile(s.file)
	if err != nil {
		return saves, err
	}
	for range HotSaves {
		text, begun, err := s.save(original)
		if err != nil {
			return saves, err
		}
		seen, err := s.seen(ctx, text, rig.ReadyWithin)
		if err != nil {
			return saves, err
		}
		if !seen {
			s.note("%s: a save of %s is not seen within %s", s.service, name, rig.ReadyWithin)
			return saves, nil
		}
		saves.Seen = append(saves.Seen, time.Since(begun))
	}
	s.note("%s: saves of %s are seen after %s", s.service, name, listed(saves.Seen))
	return saves, nil
}

// rebuilt saves the file, waits in vain, restarts in vain, and builds after each further save.
func (s saved) rebuilt(ctx context.Context, r *Reloading) error {
	const name = "variants/spa/index.html"
	r.GoEmbedded.File, r.Unbuilt.Waited = name, unbuiltWait
	original, err := os.ReadFile(s.file)
	if err != nil {
		return err
	}
	text, _, err := s.save(original)
	if err != nil {
		return err
	}
	if r.Unbuilt.Seen, err = s.seen(ctx, text, unbuiltWait); err != nil {
		return err
	}
	s.note("%s: a save of %s is seen within %s: %t", s.service, name, unbuiltWait, r.Unbuilt.Seen)
	if _, err := s.run(ctx, nil, "restart", s.service); err != nil {
		return err
	}
	if r.Unbuilt.SeenByRestart, err = s.seen(ctx, text, unbuiltWait); err != nil {
		return err
	}
	s.note("%s: it is seen within %s after that: %t", s.service, unbuiltWait, r.Unbuilt.SeenByRestart)
	for range rebuiltSaves {
		text, begun, err := s.save(original)
		if err != nil {
			return err
		}
		if _, err := s.run(ctx, nil, "up", "-d", "--build", s.service); err != nil {
			return err
		}
		seen, err := s.seen(ctx, text, rig.ReadyWithin)
		if err != nil {
			return err
		}
		if !seen {
			s.note("%s: a save of %s is not seen within %s after that", s.service, name, rig.ReadyWithin)
			return nil
		}
		r.GoEmbedded.Seen = append(r.GoEmbedded.Seen, time.Since(begun))
	}
	s.note("%s: saves of %s and builds are seen after %s", s.service, name, listed(r.GoEmbedded.Seen))
	return nil
}

// save writes a text into the file that no save had before: neither the server nor the builder knows it already.
func (s saved) save(original []byte) (text string, begun time.Time, err error) {
	text = fmt.Sprintf("saved at %d", time.Now().UnixNano())
	if !bytes.Contains(original, []byte(s.before)) {
		return text, begun, fmt.Errorf("save %s: it does not say %s", filepath.Base(s.file), s.before)
	}
	content := bytes.Replace(original, []byte(s.before), fmt.Appendf(nil, s.after, text), 1)
	begun = time.Now()
	return text, begun, os.WriteFile(s.file, content, 0o644)
}

// seen reports whether an answer has the text within that time.
func (s saved) seen(ctx context.Context, text string, within time.Duration) (bool, error) {
	service, err := s.Service(ctx, s.service)
	if err != nil {
		return false, err
	}
	waiting, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	has := func(res rawhttp.Response) error {
		if !bytes.Contains(res.Body, []byte(text)) {
			return fmt.Errorf("the answer does not have %q", text)
		}
		return nil
	}
	p := rig.Probe{Addr: strings.TrimPrefix(service.URL, "http://"), Target: s.target, Header: browser.Header("document", "identity"), Correct: has, Every: 2 * time.Millisecond}
	if _, err := p.Await(waiting); err != nil {
		return false, ctx.Err() // not seen, unless the whole was called off
	}
	return true, nil
}

func listed(times []time.Duration) string {
	var list []string
	for _, d := range slices.Sorted(slices.Values(times)) {
		list = append(list, d.Round(time.Millisecond).String())
	}
	return strings.Join(list, ", ")
}
