package described

import (
	"context"
	"errors"
	"fmt"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/nearest"
	"spabench/harness/internal/project"
	"spabench/harness/internal/rig"
	"spabench/harness/spatest"
	"spabench/variants"
)

// Server finds a server of the project's file. The flag, or whatever asks for the server, is for errors.
func Server(p *project.Project, flag, name string) (rig.Added, error) {
	if p == nil {
		return rig.Added{}, fmt.Errorf("%s %s: there is no %s here that describes this server",
			flag, name, project.FileName)
	}
	s, ok := p.Server(name)
	switch {
	case ok && s.Missing() != nil:
		return rig.Added{}, s.Missing()
	case ok:
	case len(p.Servers) == 0:
		return rig.Added{}, fmt.Errorf("%s %s: %s has no servers (see spabench schema project)", flag, name, p.File)
	default:
		return rig.Added{}, fmt.Errorf("%s: unknown server %q%s (%s)",
			flag, name, nearest.Suggestion(name, p.ServerNames()), p.File)
	}
	api, _ := FirstAndRest(p.App.APIs)
	return rig.Added{
		App: variants.App{Routes: p.App.Routes, API: api, APIGet: p.App.APIGet}, Waive: waivers(p),
		Name: s.Name, Port: s.Port, Ready: s.Ready, Environ: s.Environ,
		Source: lab.Source{
			Image: s.Image, Compose: s.Compose, Entry: s.Entry, Dockerfile: s.Dockerfile, Context: s.Context,
			Target: s.Target, Args: s.Args,
		},
	}, nil
}

// WithServer starts a server, calls f with it as a target that can be started again, and removes it. An error has the
// end of its output, or of its build's.
func WithServer(
	ctx context.Context, g rig.Rig, a rig.Added, target spatest.Target, f func(spatest.Target) error,
) error {
	log := ""
	err := g.WithAdded(ctx, a, func(url string, h spatest.Host) error {
		target.URL, target.Host = url, h
		return f(target)
	}, &log)
	if failed := new(lab.BuildError); errors.As(err, &failed) {
		log = failed.Log
	}
	if err != nil && log != "" {
		return fmt.Errorf("%w\n%s", err, log)
	}
	return err
}
