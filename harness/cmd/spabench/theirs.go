package main

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"spabench/harness/internal/built"
	"spabench/harness/internal/project"
	"spabench/harness/internal/record"
	"spabench/variants"
)

// theirs is somebody's own build of their app, which the variants serve in place of ours.
type theirs struct {
	folder *built.Folder
	routes []string // client routes, from the project's file; none if there is none
}

// readTheirs reads the folder that --dist names, and the client routes in the project's file.
func readTheirs(dist string, stderr io.Writer) (t theirs, err error) {
	if t.folder, err = built.Read(dist); err != nil {
		return t, fmt.Errorf("--dist %w", err)
	}
	p, err := project.Find(".", "")
	if err != nil || p == nil {
		return t, err
	}
	_, _ = fmt.Fprintf(stderr, "reading the client routes in %s\n", p.File)
	t.routes = p.App.Routes
	return t, nil
}

// readTheirsAgain reads the folder of a run that is resumed; nil if it has none. Whether it still has the same files is
// for the bench to say.
func readTheirsAgain(app *record.App) (*built.Folder, error) {
	if app == nil {
		return nil, nil
	}
	f, err := built.Read(app.Given)
	if err != nil {
		return nil, fmt.Errorf("--dist %w", err)
	}
	return f, nil
}

// fits returns an error if one of the variants cannot serve the folder.
func (t theirs) fits(arms []variants.Variant) error {
	servable := []variants.Kind{variants.Strategy, variants.Optional, variants.Baseline}
	var others []string
	for _, v := range arms {
		if v.Kind == variants.Strategy && !embeds(v) {
			others = append(others, v.Name)
		}
	}
	for _, v := range arms {
		switch {
		case v.Kind == variants.Added:
		case v.Front != "" || !slices.Contains(servable, v.Kind):
			return fmt.Errorf("%s is about an app of ours: leave it out of --only, or leave out --dist", v.Name)
		case embeds(v):
			if err := t.folder.Embeddable(); err != nil {
				return fmt.Errorf("--dist %w; rename it, or leave %s out: --only %s",
					err, v.Name, strings.Join(others, ","))
			}
		}
	}
	return nil
}

// embeds reports whether a variant has the files inside its program.
func embeds(v variants.Variant) bool {
	_, servesFolder := v.Files()
	return !servesFolder && v.Kind != variants.Baseline && v.Kind != variants.Added
}
