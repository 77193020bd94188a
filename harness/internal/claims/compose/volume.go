package compose

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
)

// AnonymousVolume is the claim about built files below mounted sources.
func AnonymousVolume() claim.Claim {
	return claim.Claim{
		ID: "anonymous-volume",
		Words: "An anonymous volume keeps the built files under a bind mount; " +
			"after a change, rebuild with docker compose up --build.",
		Test: "Run dockerfiles/compose/dev.yaml with Docker Compose and build A, make build B, bring it up " +
			"in several ways, and check each time which build the page is from",
		Run: experiment(observeVolume, judgeVolume,
			func(o *record.AnonymousVolumeObserved) record.Observed { return record.Observed{AnonymousVolume: o} }),
	}
}

func judgeVolume(o record.AnonymousVolumeObserved) record.Verdict {
	return claim.VerdictOf(o.BuildVisible(), o.AdviceWorks())
}

// volumeSteps are what people type after a new build. Their order matters: each step meets another state of the volume,
// and the one that up has handed on, by name, is what down -v has to remove.
var volumeSteps = []struct {
	build    string
	commands [][]string
	advised  bool
}{
	{build: "A", commands: [][]string{{"up", "-d", "--build"}}},
	{build: "B", commands: [][]string{{"up", "-d", "--build"}}, advised: true},
	{build: "B", commands: [][]string{{"up", "-d", "--build", "--force-recreate"}}},
	{build: "B", commands: [][]string{{"down", "-v"}, {"up", "-d", "--build"}}},
	{build: "A", commands: [][]string{{"up", "-d", "--build", "--renew-anon-volumes"}}},
	{build: "B", commands: [][]string{{"down"}, {"up", "-d", "--build"}}},
}

// observeVolume observes dockerfiles/compose/dev.yaml.
func observeVolume(
	ctx context.Context, l *lab.Lab, told *claim.Transcript,
) (o record.AnonymousVolumeObserved, err error) {
	// After this, what docker compose builds is in the engine's cache, except for the last instructions.
	for _, e := range []lab.Edition{lab.Usual, lab.Next} {
		if _, err := l.BuildStage(ctx, "compose/dev", "", e); err != nil {
			return o, err
		}
	}
	sources, err := os.MkdirTemp("", "spabench-sources-")
	if err != nil {
		return o, fmt.Errorf("copy sources: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(sources)) }()
	library := os.DirFS(filepath.Join(l.Root(), "variants/fastapi/library"))
	if err := os.CopyFS(filepath.Join(sources, "library"), library); err != nil {
		return o, fmt.Errorf("copy sources: %w", err)
	}
	mounted := lab.Otherwise{"app": {"volumes": []string{sources + ":/app"}}} // instead of what is mounted at /app
	p, err := openProject(ctx, l, "dev", mounted, told)
	if err != nil {
		return o, err
	}
	defer rig.CleanUp(ctx, &err, p.Close)
	told.Note("the sources that are mounted are a copy of variants/fastapi")
	image := ""
	for i, typed := range volumeSteps {
		step := record.VolumeStep{Built: typed.build, Advised: typed.advised}
		if image, err = p.step(ctx, &step, typed.commands, image); err != nil {
			return o, err
		}
		o.Steps = append(o.Steps, step)
		if i == 0 {
			if o.HostFolder, err = hostFolder(filepath.Join(sources, "dist")); err != nil {
				return o, err
			}
			told.Note("dist on the host: exists %t, entries %d", o.HostFolder.Exists, o.HostFolder.Entries)
		}
	}
	return o, nil
}

// step types commands, and looks what became of the page and of the container. It returns the image that now runs.
func (p project) step(
	ctx context.Context, step *record.VolumeStep, commands [][]string, before string,
) (string, error) {
	for _, args := range commands {
		ran, err := p.run(ctx, map[string]string{"BUILD_ID": step.Built}, args...)
		if err != nil {
			return before, err
		}
		step.Commands, step.Left = append(step.Commands, ran.Command), step.Left+ran.Left
	}
	var err error
	if step.Page, err = p.page(ctx, "app"); err != nil {
		return before, err
	}
	app, err := p.Service(ctx, "app")
	if err != nil {
		return before, err
	}
	step.Recreated = app.Image != before
	p.told.Note("the image has build %s, the page is of build %s", step.Built, step.Page)
	return app.Image, nil
}

func hostFolder(path string) (record.HostFolder, error) {
	entries, err := os.ReadDir(path)
	if errors.Is(err, fs.ErrNotExist) {
		return record.HostFolder{}, nil
	}
	return record.HostFolder{Exists: true, Entries: len(entries)}, err
}
