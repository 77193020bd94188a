package main

import (
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/project"
	"spabench/harness/internal/rig"
	"spabench/harness/spatest"
	"spabench/variants"
)

// startAndCheck starts a server of the project, runs the checks on it as a target that can be started again, and removes
// it.
func startAndCheck(
	cmd *cobra.Command, added rig.Added, target spatest.Target, check func(spatest.Target) error,
) (err error) {
	ctx, progress := cmd.Context(), newProgress(cmd.ErrOrStderr())
	g, err := rig.OpenEngine(ctx, progress)
	if err != nil {
		return err
	}
	defer rig.CleanUp(ctx, &err, g.Close)
	progress.Line("starting %s", added.Name)
	log := ""
	err = g.WithAdded(ctx, added, func(url string, h spatest.Host) error {
		target.URL, target.Host = url, h
		return check(target)
	}, &log)
	if errors.Is(err, errNonconforming) {
		return errNonconforming
	}
	if failed := new(lab.BuildError); errors.As(err, &failed) {
		log = failed.Log
	}
	if err != nil && log != "" {
		return fmt.Errorf("%w\n%s", err, log)
	}
	return err
}

// serverOf finds a server of the project's file, which the flag names.
func serverOf(p *project.Project, flag, name string) (rig.Added, error) {
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
		return rig.Added{}, fmt.Errorf("%s: %w", flag, unknownName("server", name, p.ServerNames(), p.File))
	}
	waive := map[string]string{}
	for _, w := range p.App.Waive {
		waive[w.Name] = w.Value
	}
	api, _ := firstAndRest(p.App.APIs)
	return rig.Added{
		App: variants.App{Routes: p.App.Routes, API: api, APIGet: p.App.APIGet}, Waive: waive,
		Name: s.Name, Port: s.Port, Ready: s.Ready, Environ: s.Environ,
		Source: lab.Source{
			Image: s.Image, Compose: s.Compose, Entry: s.Entry, Dockerfile: s.Dockerfile, Context: s.Context,
			Target: s.Target, Args: s.Args,
		},
	}, nil
}
