package compose

import (
	"context"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/rig"
)

// Mounts is what was seen of dockerfiles/compose/mounts.yaml: what is served where a volume, a bind mount and the image
// have files at one path, and what becomes of it with another image.
type Mounts struct {
	Tool       string       `json:"tool"`
	Steps      []MountsStep `json:"steps"`
	Transcript []string     `json:"transcript"`
}

// MountsStep is what commands made of the pages.
type MountsStep struct {
	Commands []string          `json:"commands"`
	Built    string            `json:"built"` // the build in the image
	Pages    map[string]string `json:"pages"` // by service: the build A or B, the host's page, or the status
}

// mountsSteps begin with all services; the volumes below a bind mount are those that a new image should reach.
var mountsSteps = []struct {
	build, tag string
	commands   [][]string
	services   []string
}{
	{"A", "latest", [][]string{{"up", "-d"}}, []string{
		"bind", "anonymous-below-bind", "named-below-bind",
		"bind-then-named", "named-then-bind", "bind-then-anonymous", "anonymous-then-bind",
	}},
	{"B", "next", [][]string{{"up", "-d"}}, volumesBelow},
	{"B", "next", [][]string{{"up", "-d", "--renew-anon-volumes"}}, volumesBelow}, // containers are the image's already
	{"B", "next", [][]string{{"up", "-d", "--renew-anon-volumes", "--force-recreate"}}, volumesBelow},
	{"A", "latest", [][]string{{"up", "-d", "--renew-anon-volumes"}}, volumesBelow},
	{"B", "next", [][]string{{"down"}, {"up", "-d"}}, volumesBelow},
	{"B", "next", [][]string{{"down", "-v"}, {"up", "-d"}}, volumesBelow},
}

var volumesBelow = []string{"anonymous-below-bind", "named-below-bind"}

// mounts observes dockerfiles/compose/mounts.yaml.
func mounts(ctx context.Context, l *lab.Lab) (m Mounts, err error) {
	for _, e := range []lab.Edition{lab.Usual, lab.Next} {
		if _, err := l.BuildStage(ctx, "compose/dev", "", e); err != nil {
			return m, err
		}
	}
	c, err := openComposed(ctx, l, "mounts", nil, &m.Transcript)
	if err != nil {
		return m, err
	}
	defer rig.CleanUp(ctx, &err, c.Close)
	m.Tool = c.Tool
	for _, typed := range mountsSteps {
		step := MountsStep{Built: typed.build, Pages: map[string]string{}}
		for _, args := range typed.commands {
			if args[0] == "up" {
				args = append(args, typed.services...)
			}
			ran, err := c.run(ctx, map[string]string{"TAG": typed.tag}, args...)
			if err != nil {
				return m, err
			}
			step.Commands = append(step.Commands, ran.Command)
		}
		for _, service := range typed.services {
			if step.Pages[service], err = c.page(ctx, service); err != nil {
				return m, err
			}
			c.note("%s: %s", service, step.Pages[service])
		}
		m.Steps = append(m.Steps, step)
	}
	return m, nil
}
