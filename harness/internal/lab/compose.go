package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"
)

// Project is a Compose file of the checkout under a name of its own.
type Project struct {
	Tool string // such as Docker Compose 2.26.1 in a container

	lab       *Lab
	name      string
	file      string // below the project's folder
	dir       string // of the second file, with what this process adds
	environ   map[string]string
	tool      composeTool
	images    map[string]string // references that its services name, to the ids that they had at first; "" for none
	built     map[string]bool   // ids that they have had
	steps     map[string]bool   // short ids of what the classic builder made of instructions
	stages    map[string]bool   // ids of the stages that were there before
	anonymous map[string]bool   // volumes without a name that its containers have
}

// Otherwise is what a run has otherwise than the Compose file, by service and key.
type Otherwise map[string]map[string]any

// Ran is one command of a project, and what came of it.
type Ran struct {
	Command string // as people type it
	Code    int
	Output  []string
	Left    int // anonymous volumes that it left without a container; they are removed afterwards
}

// Compose opens the project of dockerfiles/compose/<name>.yaml. Its services are created by the project's own commands;
// all that they create has the labels by which Sweep finds it. The variable PORT is a free port of this machine. Contexts
// are folders beside the checkout that images are built from.
func (l *Lab) Compose(ctx context.Context, name string, other Otherwise, contexts ...string) (p *Project, err error) {
	p = &Project{
		lab: l, name: l.name(name), file: "dockerfiles/compose/" + name + ".yaml",
		images: map[string]string{}, built: map[string]bool{}, steps: map[string]bool{}, anonymous: map[string]bool{},
	}
	defer func() {
		if err != nil {
			clean, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Minute)
			defer cancel()
			err = errors.Join(fmt.Errorf("open Compose project %s: %w", name, err), p.Close(clean))
			p = nil
		}
	}()
	port, err := freePort()
	if err != nil {
		return p, err
	}
	p.environ = map[string]string{"PORT": port, "REPOSITORY": l.repository}
	if p.dir, err = os.MkdirTemp("", "spabench-compose-"); err != nil {
		return p, err
	}
	if p.stages, err = p.untaggedStages(ctx); err != nil {
		return p, err
	}
	if p.tool, p.Tool, err = l.composeTool(ctx, append(contexts, p.dir)...); err != nil {
		return p, err
	}
	return p, p.add(ctx, other)
}

// added is the second file: a Compose file that is merged over the first.
type added struct {
	Services map[string]map[string]any `json:"services"`
	Volumes  map[string]any            `json:"volumes"`
	Networks map[string]any            `json:"networks"`
}

// add writes the second file: labels, what builds need on this machine, and what is to be otherwise.
func (p *Project) add(ctx context.Context, other Otherwise) error {
	code, out, err := p.tool.run(ctx, p.environ, "-f", p.file, "config", "--format", "json")
	if err != nil {
		return err
	}
	var config struct {
		Services map[string]struct {
			Image string
			Build *struct{ Dockerfile string }
		}
		Volumes, Networks map[string]any
	}
	if err := json.NewDecoder(strings.NewReader(out)).Decode(&config); code != 0 || err != nil {
		return fmt.Errorf("read %s: %s", p.file, tail(out, 5))
	}
	labelled := map[string]any{"labels": p.lab.labels()}
	a := added{Services: map[string]map[string]any{}, Volumes: map[string]any{}, Networks: map[string]any{"default": labelled}}
	for name := range config.Volumes {
		a.Volumes[name] = labelled
	}
	for name := range config.Networks {
		a.Networks[name] = labelled
	}
	for name, service := range config.Services {
		a.Services[name] = maps.Clone(labelled)
		maps.Copy(a.Services[name], other[name])
		if got, err := p.lab.docker.ImageInspect(ctx, service.Image); err == nil {
			p.images[service.Image] = got.ID
		} else {
			p.images[service.Image] = ""
		}
		if service.Build == nil {
			continue
		}
		text, err := os.ReadFile(filepath.Join(p.lab.root, service.Build.Dockerfile))
		if err != nil {
			return err
		}
		args := p.lab.baseArgs(text)
		maps.Copy(args, proxyArgs())
		build := map[string]any{"args": args}
		if more, ok := other[name]["build"].(map[string]any); ok {
			maps.Copy(build, more)
		}
		a.Services[name]["build"] = build
	}
	text, err := json.MarshalIndent(a, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(p.second(), text, 0o644)
}

func (p *Project) second() string { return filepath.Join(p.dir, "added.yaml") }

// Run runs docker compose with the arguments, and these variables beside the usual ones. That the command fails is no
// error: its exit code says so.
func (p *Project) Run(ctx context.Context, variables map[string]string, args ...string) (Ran, error) {
	typed := append(assignments(variables), "docker compose -f", p.file)
	ran := Ran{Command: strings.Join(append(typed, args...), " ")}
	if err := p.remember(ctx); err != nil { // a build takes the name from the image that has it now
		return ran, err
	}
	environ := maps.Clone(p.environ)
	maps.Copy(environ, variables)
	whole := append([]string{"--ansi", "never", "-p", p.name, "-f", p.file, "-f", p.second()}, args...)
	code, out, err := p.tool.run(ctx, environ, whole...)
	if err != nil {
		return ran, fmt.Errorf("run %s: %w", ran.Command, err)
	}
	for _, step := range builtStep.FindAllStringSubmatch(out, -1) {
		p.steps[step[1]] = true
	}
	ran.Code, ran.Output = code, p.said(out)
	ran.Left, err = p.removeOrphans(ctx)
	return ran, err
}

var builtStep = regexp.MustCompile(`(?m)^ ---> ([0-9a-f]{12})\r?$`)

// control are sequences for terminals: logs begins with one in spite of --ansi never.
var control = regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`)

// A build by the classic builder, from its first instruction to its name; BuildKit puts a number before each line.
var (
	builds   = regexp.MustCompile(`(?ms)^Step 1/\d+ : .*^Successfully tagged [^\n]*\n`)
	building = regexp.MustCompile(`^(Sending build context |\[Warning\] |#\d+ )`)
)

// said is a command's output without what tells of builds that go well, and with the names that a checkout of its own
// would have.
func (p *Project) said(output string) []string {
	output = control.ReplaceAllString(strings.ReplaceAll(output, p.name, "compose"), "")
	var lines []string
	for line := range strings.Lines(builds.ReplaceAllString(output, "")) {
		if line = strings.TrimRight(line, " \r\n"); line != "" && !building.MatchString(line) {
			lines = append(lines, line)
		}
	}
	return lines
}
