// Package described turns what a project's file says into what the suite and the engine take: targets and servers. The
// command and the tests of a user's own share it.
package described

import (
	"fmt"
	"os"
	"slices"

	"spabench/harness/internal/nearest"
	"spabench/harness/internal/project"
	"spabench/harness/internal/rig"
	"spabench/harness/spatest"
)

// Target is what the file says of the app, as a target that has no URL yet.
func Target(p *project.Project) (spatest.Target, error) {
	api, others := FirstAndRest(p.App.APIs)
	target := spatest.Target{
		API: api, OtherAPIs: others, APIGet: p.App.APIGet, Routes: p.App.Routes, Decoders: rig.Decoders(),
		Waive: waivers(p),
	}
	if err := p.App.Missing(); err != nil {
		return target, err
	}
	if p.App.Dist != "" {
		target.Dist = os.DirFS(p.App.Dist)
	}
	if err := Declare(&target, p); err != nil {
		return target, err
	}
	return target, CheckWaivers(p)
}

// FirstAndRest are the prefix of the API, which is empty where nothing was said, and those of others.
func FirstAndRest(prefixes []string) (first string, rest []string) {
	if len(prefixes) == 0 {
		return "", nil
	}
	return prefixes[0], prefixes[1:]
}

// Declare adds the features that the file names to a target.
func Declare(target *spatest.Target, p *project.Project) error {
	for _, s := range p.App.Features {
		i := slices.IndexFunc(Features(), func(known Feature) bool { return known.Name == s.Name })
		if err := Features()[i].Set(target, s.Value); err != nil {
			return fmt.Errorf("%s: %w", p.Where(s.Key), err)
		}
	}
	return nil
}

// CheckWaivers returns an error if the file expects the failure of a check that does not exist.
func CheckWaivers(p *project.Project) error {
	var known []string
	for _, c := range spatest.Checks() {
		known = append(known, c.Name)
	}
	for _, s := range p.App.Waive {
		if !slices.Contains(known, s.Name) {
			return fmt.Errorf("%s: unknown check %q%s (spabench list checks)",
				p.Where(s.Key), s.Name, nearest.Suggestion(s.Name, known))
		}
	}
	return nil
}

func waivers(p *project.Project) map[string]string {
	all := map[string]string{}
	for _, w := range p.App.Waive {
		all[w.Name] = w.Value
	}
	return all
}
