// Package rebuild tests what is built again: which steps an edit of the sources reruns, what a host then pulls, and
// whether two clean builds of the app are the same.
package rebuild

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// LayerCaching tests what an edit of the sources builds again.
func LayerCaching() claim.Claim {
	return claim.Claim{
		ID:    "layer-caching",
		Words: "Layer caching: dependencies are installed again only when their manifest changes.",
		Test: "Build every variant from an edited copy of the sources on a warm layer cache, for five kinds of edit. " +
			"Read from the build's output which steps ran again, time them, and compare the layers of the images " +
			"with those from before the edit",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			seen, err := observeEdits(ctx, b)
			if err != nil {
				return record.Judgement{}, err
			}
			return record.Judgement{Verdict: judgeEdits(seen), Observed: record.Observed{Rebuild: &seen}}, nil
		},
	}
}

// changeBench builds variants from an edited copy of the build context.
type changeBench struct {
	*claim.Bench
	builds *lab.Rebuilds
	copied *contextCopy
	mark   string
	before map[string][]string // images built without an edit, by variant
}

// observeEdits builds each variant with no edit, as a control, and after each edit.
func observeEdits(ctx context.Context, b *claim.Bench) (seen record.RebuildObserved, err error) {
	c := &changeBench{Bench: b, builds: b.Lab.Rebuilds("change"), mark: newMark(), before: map[string][]string{}}
	if c.copied, err = copyContext(b.Lab.Root()); err != nil {
		return seen, err
	}
	defer rig.CleanUp(ctx, &err, func(ctx context.Context) error {
		return errors.Join(c.builds.Remove(ctx), c.copied.remove())
	})
	all, ran := b.Servers(), ranSteps{}
	for _, v := range all {
		if _, err := b.Refs(ctx, v); err != nil { // this fills the layer cache
			return seen, err
		}
		control, refs, err := c.build(ctx, v, "no edit", nil, ran)
		if err != nil {
			return seen, err
		}
		seen.Controls, c.before[v.Name] = append(seen.Controls, control), refs
	}
	for _, e := range edits() {
		built, err := c.try(ctx, e, all)
		if err != nil {
			return seen, err
		}
		seen.Edits = append(seen.Edits, built)
	}
	return seen, nil
}

// try makes an edit, builds all variants, and takes the edit back.
func (c *changeBench) try(ctx context.Context, e edit, all []variants.Variant) (tried record.RebuildEdit, err error) {
	tried = record.RebuildEdit{Name: e.name, What: e.what, Expected: e.reinstalls, Bases: e.bases}
	var args map[string]string
	if e.bases {
		if args, err = c.updateBases(ctx, all); err != nil {
			return tried, err
		}
	}
	if err := c.copied.edit(e.changes(c.mark)); err != nil {
		return tried, err
	}
	ran := ranSteps{}
	for _, v := range all {
		c.Progress.Line("%s: building %s", e.name, v.Name)
		built, refs, err := c.build(ctx, v, e.name, args, ran)
		if err != nil {
			return tried, err
		}
		pull, err := c.Lab.Pull(ctx, c.before[v.Name], refs)
		if err != nil {
			return tried, err
		}
		built.Pull = record.LayerPull{Layers: pull.Layers, Of: pull.Of, Compressed: pull.Compressed}
		tried.Builds = append(tried.Builds, built)
	}
	return tried, c.copied.restore()
}

// build builds the images of a variant from the copy as it is.
func (c *changeBench) build(
	ctx context.Context, v variants.Variant, edit string, args map[string]string, ran ranSteps,
) (built record.Rebuild, refs []string, err error) {
	built = newRebuild(v.Name)
	for _, part := range v.Containers {
		began := time.Now()
		ref, steps, err := c.builds.Build(ctx, lab.Rebuild{
			Context: c.copied.dir, Dockerfile: filepath.Join("dockerfiles", part.Dockerfile+".Dockerfile"),
			Stage: part.Stage, Tag: strings.ReplaceAll(v.Name+"-"+part.Name+"-"+edit, " ", "-"), Args: args,
		})
		if err != nil {
			return built, nil, fmt.Errorf("%s: %w", edit, err)
		}
		built.Took += time.Since(began)
		addSteps(&built, steps, ran)
		refs = append(refs, ref)
	}
	return built, refs, nil
}

func newRebuild(variant string) record.Rebuild {
	return record.Rebuild{Variant: variant,
		Installs: map[record.AppEnd][]string{}, Installed: map[record.AppEnd][]string{}}
}

// ranSteps is how long each step took that ran for one edit, by the image that it made. Variants share stages, which
// only the first of them builds: the others find them in the layer cache and owe them to the edit all the same. Steps
// of another edit are not among them, so that a step is never owed to an edit that found it in the cache.
type ranSteps map[string]time.Duration

// addSteps adds the steps of one image's build, and those of them that ran to what ran before for the same edit.
func addSteps(built *record.Rebuild, steps []lab.Step, ran ranSteps) {
	for _, s := range steps {
		if !s.Builds() {
			continue
		}
		built.Steps++
		name, end := installer(s.Instruction)
		if name != "" && !slices.Contains(built.Installs[end], name) {
			built.Installs[end] = append(built.Installs[end], name)
		}
		if !s.Cached {
			ran[s.Image] = s.Took
		}
		took, again := ran[s.Image]
		if !again {
			continue
		}
		built.StepsRun++
		built.StepsTook += took
		if name != "" && !slices.Contains(built.Installed[end], name) {
			built.Installed[end] = append(built.Installed[end], name)
		}
	}
}

// judgeEdits judges by what was installed again for each edit. It tells nothing where the unedited copy did not come
// from the layer cache, where the installers of an end were not found, or where an edit made a variant build nothing.
func judgeEdits(seen record.RebuildObserved) record.Verdict {
	for _, control := range seen.Controls {
		if !control.Cached() || !control.InstallsBoth() {
			return record.NotTested
		}
	}
	allExpected, someExpected := true, false
	for _, e := range seen.Edits {
		for _, b := range e.Builds {
			if b.StepsRun == 0 {
				return record.NotTested
			}
			expected := e.AsExpected(b)
			allExpected, someExpected = allExpected && expected, someExpected || expected
		}
	}
	return claim.VerdictOf(allExpected, someExpected)
}
