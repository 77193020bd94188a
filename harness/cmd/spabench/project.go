package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/pflag"

	"spabench/harness/internal/project"
	"spabench/harness/spatest"
)

// readProject completes the flags with what the project's file says of the app: a flag that was given replaces what the
// file says of the same thing. Without --project, a file named spabench.yaml in the working directory is read, if there
// is one; an empty --project reads none.
func (f *checkFlags) readProject(flags *pflag.FlagSet, stderr io.Writer) (*project.Project, error) {
	if flags.Changed("project") && f.project == "" {
		return nil, nil
	}
	p, err := project.Find(".", f.project)
	if err != nil || p == nil {
		return nil, err
	}
	_, _ = fmt.Fprintf(stderr, "reading %s\n", p.File)
	given := func(names ...string) bool { return slices.ContainsFunc(names, flags.Changed) }
	if !given("dist") {
		if err := p.App.Missing(); err != nil {
			return nil, err
		}
		f.dist = p.App.Dist
	}
	if !given("api") {
		f.apis = p.App.APIs
	}
	if !given("api-get") {
		f.apiGet = p.App.APIGet
	}
	if !given("routes") {
		f.routes = p.App.Routes
	}
	if !given("features") {
		if f.features, err = featuresOf(p); err != nil {
			return nil, err
		}
	}
	if !given("waive", "expect") {
		f.waive, err = waiversOf(p)
	}
	return p, err
}

// featuresOf are the features of a project, as --features has them.
func featuresOf(p *project.Project) ([]string, error) {
	var all []string
	for _, s := range p.App.Features {
		item := s.Name + "=" + s.Value
		i := slices.IndexFunc(features(), func(known feature) bool { return known.name == s.Name })
		if err := features()[i].set(new(spatest.Target), s.Value); err != nil {
			return nil, fmt.Errorf("%s: %w", p.Where(s.Key), err)
		}
		all = append(all, item)
	}
	return all, nil
}

// waiversOf are the expected failures of a project, as --waive has them.
func waiversOf(p *project.Project) ([]string, error) {
	var all []string
	for _, s := range p.App.Waive {
		if !slices.Contains(checkNames(), s.Name) {
			return nil, fmt.Errorf("%s: %w", p.Where(s.Key),
				unknownName("check", s.Name, checkNames(), "spabench list checks"))
		}
		all = append(all, s.Name+"="+s.Value)
	}
	return all, nil
}
