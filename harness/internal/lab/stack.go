package lab

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Stack is somebody's own Compose project: its images are ready, and it can be started again and again, each time as a
// project of its own.
type Stack struct {
	Services []string // the one that browsers talk to comes last
	Images   []string // their ids, in the same order

	lab     *Lab
	tool    composeTool
	file    string            // of the project
	dir     string            // for override files
	environ map[string]string // that the file is interpolated with
	config  composeConfig
}

// composeConfig is what is asked of a Compose file.
type composeConfig struct {
	Services map[string]composeService
	Networks map[string]struct {
		Name     string
		External bool
	}
	Volumes map[string]struct {
		Name     string
		External bool
	}
}

type composeService struct {
	Image       string
	Build       *struct{ Context string }
	Environment map[string]*string
	NetworkMode string         `json:"network_mode"`
	Networks    map[string]any // nil for the default network alone
}

// OpenStack reads the Compose file of a source, builds and pulls the images of its services, and returns it ready to be
// started. Images that are built get names of the project's, made of this name; those that the file gives them stay
// with the images that have them.
func (l *Lab) OpenStack(
	ctx context.Context, name string, of Source, environ map[string]string,
) (s *Stack, err error) {
	file, err := filepath.Abs(of.Compose)
	if err != nil {
		return nil, err
	}
	entry := of.Entry
	s = &Stack{lab: l, file: file, environ: environ}
	defer func() {
		if err != nil {
			cleanup, cancel := cleanupContext(ctx)
			defer cancel()
			err = errors.Join(err, s.Close(cleanup))
		}
	}()
	if s.dir, err = os.MkdirTemp("", "spabench-stack-"); err != nil {
		return s, err
	}
	if s.tool, _, err = l.composeTool(ctx, filepath.Dir(file), s.dir); err != nil {
		return s, err
	}
	out, err := s.compose(ctx, "read "+Shown(file), "-f", file, "config", "--format", "json")
	if err != nil {
		return s, err
	}
	if err := json.NewDecoder(strings.NewReader(out)).Decode(&s.config); err != nil {
		return s, fmt.Errorf("read %s: %w", Shown(file), err)
	}
	if err := s.check(entry); err != nil {
		return s, fmt.Errorf("%s: %w", Shown(file), err)
	}
	isEntry := func(service string) bool { return service == entry }
	s.Services = slices.DeleteFunc(slices.Sorted(maps.Keys(s.config.Services)), isEntry)
	s.Services = append(s.Services, entry)
	own, err := l.ownName(name, of)
	if err != nil {
		return s, err
	}
	return s, s.obtain(ctx, name, own)
}

// check refuses what could not be measured.
func (s *Stack) check(entry string) error {
	if _, ok := s.config.Services[entry]; !ok {
		names := slices.Sorted(maps.Keys(s.config.Services))
		return fmt.Errorf("it has no service %q; it has %s", entry, strings.Join(names, ", "))
	}
	for _, name := range slices.Sorted(maps.Keys(s.config.Services)) {
		if mode := s.config.Services[name].NetworkMode; mode == "host" {
			return fmt.Errorf("the service %s uses the network of the host, in which two projects cannot run side by "+
				"side", name)
		}
	}
	for _, v := range s.config.Volumes {
		if v.External && anonymousName.MatchString(v.Name) { // it would be removed with the containers
			return fmt.Errorf("the volume %.12s… is external, and has a name that the engine made up: "+
				"give it one of yours (docker volume create)", v.Name)
		}
	}
	return nil
}

// obtain builds the images that the file builds, under names that begin with this one, pulls the others, and notes the
// ids of all.
func (s *Stack) obtain(ctx context.Context, name, ownName string) error {
	own := func(service string) string { return ownName + "-" + service + ":latest" }
	override := map[string]map[string]any{}
	for service, c := range s.config.Services {
		if c.Build != nil {
			labels := map[string]any{"labels": map[string]string{labelStage: "1"}} // see Obtain
			override[service] = map[string]any{"image": own(service), "build": labels}
			if sendsResults(c.Build.Context) {
				s.lab.log("%s is in the build context of %s, which is built anew after each run because of it: "+
					"name it in the .dockerignore there, or write results elsewhere (--out)", ResultsFolder, service)
			}
		}
	}
	if len(override) > 0 {
		s.lab.log("building %s from %s", name, s.file)
		file, err := s.write("build.yaml", map[string]any{"services": override})
		if err != nil {
			return err
		}
		err = s.lab.namingStages(ctx, ownName, func(steps io.Writer) error {
			out, err := s.compose(ctx, "build "+Shown(s.file), "-f", s.file, "-f", file, "build")
			_, _ = io.WriteString(steps, out)
			return err
		})
		if err != nil {
			return err
		}
		for service := range override {
			s.lab.keep(own(service))
		}
	}
	for _, service := range s.Services {
		ref := own(service)
		if c := s.config.Services[service]; c.Build == nil {
			ref = c.Image
			if err := s.lab.have(ctx, ref); err != nil {
				return err
			}
		}
		got, err := s.lab.docker.ImageInspect(ctx, ref)
		if err != nil {
			return fmt.Errorf("inspect %s: %w", ref, err)
		}
		s.Images = append(s.Images, got.ID)
	}
	return nil
}

// compose runs docker compose, and returns what it prints. What is for an error.
func (s *Stack) compose(ctx context.Context, what string, args ...string) (string, error) {
	code, out, err := s.tool.run(ctx, s.environ, append([]string{"--ansi", "never"}, args...)...)
	switch {
	case err != nil:
		return out, fmt.Errorf("%s: %w", what, err)
	case code != 0:
		said := strings.ReplaceAll(mask(tail(out, 15), s.environ), filepath.Dir(s.file)+string(filepath.Separator), "")
		return out, fmt.Errorf("%s: docker compose exits with %d:\n%s", what, code, said)
	}
	return out, nil
}

// secrets are the values of the variables of a service, and of those that the file is interpolated with.
func (s *Stack) secrets(service string) map[string]string {
	all := maps.Clone(s.environ)
	if all == nil {
		all = map[string]string{}
	}
	for name, value := range s.config.Services[service].Environment {
		if value != nil {
			all[name] = *value
		}
	}
	return all
}

// write writes a file that is merged over the project's.
func (s *Stack) write(name string, content any) (string, error) {
	text, err := json.MarshalIndent(content, "", "  ") // JSON is YAML, too
	if err != nil {
		return "", err
	}
	file := filepath.Join(s.dir, name)
	return file, os.WriteFile(file, text, 0o644)
}

// Close ends the tool and removes the files that were written. Images stay, as a cache.
func (s *Stack) Close(ctx context.Context) error {
	var errs []error
	if s.tool != nil {
		errs = append(errs, s.tool.close(ctx))
	}
	if s.dir != "" {
		errs = append(errs, os.RemoveAll(s.dir))
	}
	return errors.Join(errs...)
}
