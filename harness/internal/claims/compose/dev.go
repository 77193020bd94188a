package compose

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/rig"
)

// Development is what was seen of dockerfiles/compose/dev.yaml: the host's sources are mounted over the image's, and an
// anonymous volume keeps the built files below them.
type Development struct {
	Tool string `json:"tool"`

	Steps      []DevelopmentStep `json:"steps"`
	HostFolder string            `json:"host_folder"` // what the volume's mount made of the folder of that name on the host

	Transcript []string `json:"transcript"`
}

// DevelopmentStep is what commands made of the page.
type DevelopmentStep struct {
	Commands  []string `json:"commands"`
	Built     string   `json:"built"`     // the build in the image of that name, after them
	Page      string   `json:"page"`      // the build that a visitor gets
	Recreated bool     `json:"recreated"` // there is a container of another image than in the step before
	Left      int      `json:"left_over"` // anonymous volumes that they left without a container
}

// developmentSteps are what people type after a new build, in an order in which each step's volume is another matter:
// the one that up has handed on, by name, is what down -v has to remove.
var developmentSteps = []struct {
	build    string
	commands [][]string
}{
	{"A", [][]string{{"up", "-d", "--build"}}},
	{"B", [][]string{{"up", "-d", "--build"}}},
	{"B", [][]string{{"up", "-d", "--build", "--force-recreate"}}},
	{"B", [][]string{{"down", "-v"}, {"up", "-d", "--build"}}},
	{"A", [][]string{{"up", "-d", "--build", "--renew-anon-volumes"}}},
	{"B", [][]string{{"down"}, {"up", "-d", "--build"}}},
}

// development observes dockerfiles/compose/dev.yaml.
func development(ctx context.Context, l *lab.Lab) (d Development, err error) {
	// What docker compose builds is in the engine's cache then, but for the last instructions.
	for _, e := range []lab.Edition{lab.Usual, lab.Next} {
		if _, err := l.BuildStage(ctx, "compose/dev", "", e); err != nil {
			return d, err
		}
	}
	sources, err := os.MkdirTemp("", "spabench-sources-")
	if err != nil {
		return d, fmt.Errorf("copy sources: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(sources)) }()
	if err := os.CopyFS(filepath.Join(sources, "library"), os.DirFS(filepath.Join(l.Root(), "variants/fastapi/library"))); err != nil {
		return d, fmt.Errorf("copy sources: %w", err)
	}
	elsewhere := lab.Otherwise{"app": {"volumes": []string{sources + ":/app"}}} // takes the place of what is mounted at /app
	c, err := openComposed(ctx, l, "dev", elsewhere, &d.Transcript)
	if err != nil {
		return d, err
	}
	defer rig.CleanUp(ctx, &err, c.Close)
	d.Tool = c.Tool
	c.note("the sources that are mounted are a copy of variants/fastapi")
	image := ""
	for i, typed := range developmentSteps {
		step := DevelopmentStep{Built: typed.build}
		for _, args := range typed.commands {
			ran, err := c.run(ctx, map[string]string{"BUILD_ID": typed.build}, args...)
			if err != nil {
				return d, err
			}
			step.Commands, step.Left = append(step.Commands, ran.Command), step.Left+ran.Left
		}
		if step.Page, err = c.page(ctx, "app"); err != nil {
			return d, err
		}
		app, err := c.Service(ctx, "app")
		if err != nil {
			return d, err
		}
		step.Recreated, image = app.Image != image, app.Image
		c.note("the image has build %s, the page is of build %s", step.Built, step.Page)
		d.Steps = append(d.Steps, step)
		if i == 0 {
			d.HostFolder = describeFolder(filepath.Join(sources, "dist"))
			c.note("dist on the host: %s", d.HostFolder)
		}
	}
	return d, nil
}

func describeFolder(path string) string {
	entries, err := os.ReadDir(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return "absent"
	case err != nil:
		return err.Error()
	case len(entries) == 0:
		return "empty"
	}
	return fmt.Sprintf("%d entries", len(entries))
}
