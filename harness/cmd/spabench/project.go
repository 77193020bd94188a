package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/spf13/pflag"

	"spabench/harness/internal/described"
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
	if !given("dist", "har") {
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
		all = append(all, s.Name+"="+s.Value)
	}
	return all, described.Declare(new(spatest.Target), p)
}

// waiversOf are the expected failures of a project, as --waive has them.
func waiversOf(p *project.Project) ([]string, error) {
	var all []string
	for _, s := range p.App.Waive {
		all = append(all, s.Name+"="+s.Value)
	}
	return all, described.CheckWaivers(p)
}
