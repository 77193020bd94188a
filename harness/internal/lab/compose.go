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
)

// Project is a Compose file of the checkout, opened under a project name of its own.
type Project struct {
	Tool string // name and version, such as "Docker Compose 2.26.1 in a container"

	lab       *Lab
	name      string
	file      string // path of the Compose file, relative to the project's folder
	dir       string // folder of the override file
	environ   map[string]string
	tool      composeTool
	images    map[string]string // image references in the services, with the ids they had at first; "" if none existed
	built     map[string]bool   // every image id that those references have had since
	steps     map[string]bool   // short ids of the images that the classic builder made of single instructions
	stages    map[string]bool   // ids of the untagged stages that existed before
	anonymous map[string]bool   // anonymous volumes of its containers
}

// Otherwise holds the values that override those of the Compose file, by service and key.
type Otherwise map[string]map[string]any

// Ran is a Compose command that was run, and its result.
type Ran struct {
	Command string // as a user would type it
	Code    int
	Output  []string
	Left    int // anonymous volumes that it left without a container; they are removed afterwards
}

// Compose opens the project of dockerfiles/compose/<name>.yaml. It creates no service: [Project.Run] does, and
// everything created that way has the labels by which Sweep finds it. The variable PORT is set to a free port of this
// machine. Contexts are build contexts outside the checkout.
func (l *Lab) Compose(ctx context.Context, name string, other Otherwise, contexts ...string) (p *Project, err error) {
	p = &Project{
		lab: l, name: l.name(name), file: "dockerfiles/compose/" + name + ".yaml",
		images: map[string]string{}, built: map[string]bool{}, steps: map[string]bool{}, anonymous: map[string]bool{},
	}
	defer func() {
		if err != nil {
			cleanup, cancel := cleanupContext(ctx)
			defer cancel()
			err = errors.Join(fmt.Errorf("open Compose project %s: %w", name, err), p.Close(cleanup))
			p = nil
		}
	}()
	if !l.publishedAt.IsLoopback() {
		return p, errors.New("it publishes its ports on the loopback address: this needs an engine on this machine")
	}
	port, err := l.freePort()
	if err != nil {
		return p, err
	}
	p.environ = map[string]string{"PORT": port, "REPOSITORY": l.prefix}
	if p.dir, err = os.MkdirTemp("", "spabench-compose-"); err != nil {
		return p, err
	}
	if p.stages, err = p.stageIDs(ctx); err != nil {
		return p, err
	}
	if p.tool, p.Tool, err = l.composeTool(ctx, append(contexts, p.dir)...); err != nil {
		return p, err
	}
	return p, p.writeOverride(ctx, other)
}

// overrideFile is a second Compose file, which is merged over the first.
type overrideFile struct {
	Services map[string]map[string]any `json:"services"`
	Volumes  map[string]any            `json:"volumes"`
	Networks map[string]any            `json:"networks"`
}

// writeOverride writes the override file: labels, the build arguments that this machine needs, and the values in other.
func (p *Project) writeOverride(ctx context.Context, other Otherwise) error {
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
	override := overrideFile{
		Services: map[string]map[string]any{},
		Volumes:  map[string]any{},
		Networks: map[string]any{"default": labelled},
	}
	for name := range config.Volumes {
		override.Volumes[name] = labelled
	}
	for name := range config.Networks {
		override.Networks[name] = labelled
	}
	for name, service := range config.Services {
		override.Services[name] = maps.Clone(labelled)
		maps.Copy(override.Services[name], other[name])
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
		override.Services[name]["build"] = build
	}
	text, err := json.MarshalIndent(override, "", "  ")
	if err != nil {
		return err
	}
	return os.WriteFile(p.overridePath(), text, 0o644)
}

func (p *Project) overridePath() string { return filepath.Join(p.dir, "added.yaml") }

// Run runs docker compose with the arguments, and with the variables in addition to the usual ones. A command that
// fails is reported by its exit code and is not an error.
func (p *Project) Run(ctx context.Context, variables map[string]string, args ...string) (Ran, error) {
	typed := append(assignments(variables), "docker compose -f", p.file)
	ran := Ran{Command: strings.Join(append(typed, args...), " ")}
	if err := p.noteImages(ctx); err != nil { // because a build moves the tag away from the present image
		return ran, err
	}
	environ := maps.Clone(p.environ)
	maps.Copy(environ, variables)
	allArgs := append([]string{"--ansi", "never", "-p", p.name, "-f", p.file, "-f", p.overridePath()}, args...)
	code, out, err := p.tool.run(ctx, environ, allArgs...)
	if err != nil {
		return ran, fmt.Errorf("run %s: %w", ran.Command, err)
	}
	for _, step := range builtStep.FindAllStringSubmatch(out, -1) {
		p.steps[step[1]] = true
	}
	ran.Code, ran.Output = code, p.linesOf(out)
	ran.Left, err = p.removeOrphans(ctx)
	return ran, err
}

var builtStep = regexp.MustCompile(`(?m)^ ---> ([0-9a-f]{12})\r?$`)

// terminalControl matches escape sequences: "compose logs" begins with one despite --ansi never.
var terminalControl = regexp.MustCompile(`\x1b\[[0-9;]*[A-Za-z]`)

// The output of a build by the classic builder runs from its first instruction to its tag. BuildKit numbers each line.
var (
	classicBuild  = regexp.MustCompile(`(?ms)^Step 1/\d+ : .*^Successfully tagged [^\n]*\n`)
	buildProgress = regexp.MustCompile(`^(Sending build context |\[Warning\] |#\d+ )`)
)

// linesOf returns the lines of a command's output without those of successful builds, and with the project name that
// Compose would use by default.
func (p *Project) linesOf(output string) []string {
	output = terminalControl.ReplaceAllString(strings.ReplaceAll(output, p.name, "compose"), "")
	var lines []string
	for line := range strings.Lines(classicBuild.ReplaceAllString(output, "")) {
		if line = strings.TrimRight(line, " \r\n"); line != "" && !buildProgress.MatchString(line) {
			lines = append(lines, line)
		}
	}
	return lines
}
