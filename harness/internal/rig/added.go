package rig

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/spatest"
	"spabench/variants"
)

// Added is a server that is not in the catalogue: somebody's own.
type Added struct {
	Name  string
	Title string // for people; "" for where its image comes from
	lab.Source

	App   variants.App      // what is known of the app that it serves
	Waive map[string]string // checks that are expected to fail, with the reasons

	Port    int               // where it listens; 0 for the port that its image exposes
	Ready   string            // a request target that responds once it is ready; "" for the page's
	Environ map[string]string // of its container
}

// OpenEngine connects to the engine, which is enough to start added servers. It needs no checkout.
func OpenEngine(ctx context.Context, p Progress) (Rig, error) {
	l, err := lab.OpenEngine(ctx, lab.Prefix, p.Line)
	return New(l), err
}

// Stack is the Compose project that an added server is; nil for every other variant.
func (g Rig) Stack(v variants.Variant) *lab.Stack { return g.stacks[v.Stack] }

// String says where the server's image comes from and how it is started, without the values of build arguments and of
// environment variables, which may be secret.
func (a Added) String() string {
	parts := []string{a.Variant().Title}
	said := func(what, value string) {
		if value != "" {
			parts = append(parts, what+" "+value)
		}
	}
	said("stage", a.Target)
	said("build arguments", strings.Join(slices.Sorted(maps.Keys(a.Args)), " "))
	if a.Port != 0 {
		said("port", strconv.Itoa(a.Port))
	}
	said("ready at", a.Ready)
	said("environment", strings.Join(slices.Sorted(maps.Keys(a.Environ)), " "))
	return strings.Join(parts, ", ")
}

// Variant is the server as a variant, of which the port is not known yet.
func (a Added) Variant() variants.Variant {
	title := a.Title
	switch {
	case title != "":
	case a.Image != "":
		title = "the image " + a.Image
	case a.Compose != "":
		title = "the service " + a.Entry + " of " + filepath.ToSlash(filepath.Base(a.Compose))
	default:
		title = "built from " + filepath.ToSlash(a.Dockerfile)
	}
	ready := []string{"/"}
	if a.Ready != "" {
		ready = []string{a.Ready}
	}
	return variants.Variant{
		Name: a.Name, Title: title, Environ: a.Environ, Ready: ready, API: variants.NoAPI,
		Containers: []variants.Container{{Name: "app", Port: a.Port}}, Redeploy: variants.ByImage, Kind: variants.Added,
		App: a.App, Waive: a.Waive,
	}
}

// obtain makes the server's image ready, and returns the variant that starts it.
func (g Rig) obtain(ctx context.Context, a Added) (v variants.Variant, refs []string, err error) {
	v = a.Variant()
	if a.Compose != "" {
		return g.obtainStack(ctx, a)
	}
	var ref string
	if ref, err = g.Lab.Obtain(ctx, a.Name, a.Source); err != nil {
		return v, nil, err
	}
	if entry := &v.Containers[0]; entry.Port == 0 {
		if entry.Port, err = g.Lab.PortOf(ctx, ref); err != nil {
			return v, nil, fmt.Errorf("where does %s listen? Set port in spabench.yaml, or append #PORT to the source: %w", a.Name, err)
		}
	}
	return v, []string{ref}, nil
}

// obtainStack makes the images of a Compose project ready, and returns the variant that starts it.
func (g Rig) obtainStack(ctx context.Context, a Added) (v variants.Variant, refs []string, err error) {
	v = a.Variant()
	s, err := g.Lab.OpenStack(ctx, a.Name, a.Source, a.Environ)
	if err != nil {
		return v, nil, err // it is closed
	}
	g.stacks[a.Name], v.Stack, v.Containers = s, a.Name, nil
	for _, service := range s.Services {
		v.Containers = append(v.Containers, variants.Container{Name: service})
	}
	entry := &v.Containers[len(v.Containers)-1]
	if entry.Port = a.Port; entry.Port == 0 {
		if entry.Port, err = g.Lab.PortOf(ctx, s.Images[len(s.Images)-1]); err != nil {
			return v, nil, fmt.Errorf("where does %s listen? Name the port, as in #%s:80: %w", a.Entry, a.Entry, err)
		}
	}
	v.Environ = nil // the file is interpolated with it
	return v, s.Images, nil
}

// BuildAdded makes the server's image ready and weighs it, as BuildVariant does, and returns the variant that starts
// it.
func (g Rig) BuildAdded(ctx context.Context, a Added) (variants.Variant, record.Build, lab.Image) {
	v := a.Variant()
	b, img := weigh(ctx, g.Lab, v, func() (refs []string, err error) {
		v, refs, err = g.obtain(ctx, a)
		return refs, err
	})
	return v, b, img
}

// WithAdded starts an added server, waits until it responds, calls f with its URL and with a host that starts more of
// its kind, and removes all of them. If there is an error, log gets the end of the containers' output.
func (g Rig) WithAdded(
	ctx context.Context, a Added, f func(url string, h spatest.Host) error, log *string,
) (err error) {
	v, refs, err := g.obtain(ctx, a)
	if s := g.Stack(v); s != nil {
		defer CleanUp(ctx, &err, s.Close)
	}
	if err != nil {
		return err
	}
	return g.WithRunning(ctx, v, refs, func(t spatest.Target) error { return f(t.URL, t.Host) }, log)
}
