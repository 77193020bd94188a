package rebuild

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

func LayerCaching() claim.Claim {
	return claim.Claim{
		ID:    "layer-caching",
		Words: "Layer caching: dependencies are installed again only when their manifest changes.",
		Test: "Build every variant from an edited copy of the sources on a warm layer cache, for five kinds of edit. Read from the build's output which steps " +
			"ran again, take their time, and compare the layers of the images with those of before",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			controls, changes, err := observeChanges(ctx, b)
			if err != nil {
				return record.Judgement{}, err
			}
			return judgeChanges(controls, changes), nil
		},
	}
}

// An edit is a change of the sources, or of the bases, of all variants at once: each takes of it what it is made from.
type edit struct {
	name       string
	what       string // what is changed, for people
	reinstalls []side // whose dependencies it should install again
	bases      bool   // the base images are changed
	changes    func(mark string) []replacement
}

// side is the part of an application that dependencies are of.
type side string

const (
	frontEnd side = "front end"
	backEnd  side = "back end"
)

// edits are what is tried. A mark, which no other run has, keeps what a build finds in the layer cache from being an
// earlier run's.
func edits() []edit {
	return []edit{
		{name: "front-end edit", what: "the text of one component", changes: func(mark string) []replacement {
			return []replacement{{"variants/spa/src/pages/about.tsx", "<h1>About</h1>", "<h1>About " + mark + "</h1>"}}
		}},
		{name: "back-end edit", what: "one string in one file of the server: Go or Python", changes: func(mark string) []replacement {
			var all []replacement
			for _, file := range []string{"fiber/app/problem.go", "fastapi/library/problems.py", "django/library/problems.py"} {
				all = append(all, replacement{"variants/" + file, `"about:blank"`, `"about:blank#` + mark + `"`})
			}
			return all
		}},
		{name: "front-end dependency", what: "another patch version of react-router, in package.json and package-lock.json", reinstalls: []side{frontEnd}, changes: func(mark string) []replacement {
			return []replacement{
				{"variants/spa/package.json", `"version": "0.0.0"`, `"version": "0.0.0-` + mark + `"`},
				{"variants/spa/package.json", `"react-router": "7.18.5"`, `"react-router": "7.18.4"`},
				{"variants/spa/package-lock.json", `"react-router": "7.18.5"`, `"react-router": "7.18.4"`},
				{"variants/spa/package-lock.json", `"version": "7.18.5",
      "integrity": "sha512-dTgvcXDOrLPrlLHrcZAqWveiK1hMSqN+rGAJzegP8HtmNkfRxOoshGWBNX3ZJ0cZjOHkRdlUJtaIhZMLLyGyPw=="`, `"version": "7.18.4",
      "integrity": "sha512-PUPQcMhMGRAslLcvtlPz/kmzBEWPhLdgLFrL7pLNepBL6dX0lWj4WD2cUYVgYCuT3jxvghYFg81cDTj44DhetQ=="`},
			}
		}},
		{name: "back-end dependency", what: "another patch version of one library: brotli in go.mod and go.sum, click or sqlparse in requirements.txt", reinstalls: []side{backEnd}, changes: func(mark string) []replacement {
			return []replacement{
				{"go.mod", "github.com/andybalholm/brotli v1.2.1", "github.com/andybalholm/brotli v1.2.2 // " + mark},
				{"go.sum", "", `github.com/andybalholm/brotli v1.2.2 h1:HzTuoo2ErYQqf5qvcJInB8uvqSVxRttzkFexPWtnceM=
github.com/andybalholm/brotli v1.2.2/go.mod h1:rzTDkvFWvIrjDXZHkuS16NPggd91W3kUSvPlQ1pLaKY=
`},
				{"variants/fastapi/requirements.txt", `click==8.5.1 \`, `click==8.5.0 \
    --hash=sha256:255bc9599cf7748b4b1a446ccc735421bd08a2ae529a8b88597d3de5664ee360 \`},
				{"variants/fastapi/requirements.txt", "", "# " + mark + "\n"},
				{"variants/django/requirements.txt", `sqlparse==0.6.1 \`, `sqlparse==0.6.0 \
    --hash=sha256:b861c0288ce2fa56209a9a6412d2e066ac664b3873b89c26c9d8415e8e32996f \`},
				{"variants/django/requirements.txt", "", "# " + mark + "\n"},
			}
		}},
		{name: "base update", what: "every base image, simulated: the same with a small file in one more layer", reinstalls: []side{frontEnd, backEnd}, bases: true,
			changes: func(string) []replacement { return nil }},
	}
}

// installers are the steps that install dependencies.
var installers = []struct {
	name string
	of   side
	step *regexp.Regexp
}{
	{"npm ci", frontEnd, regexp.MustCompile(`^RUN npm ci\b`)},
	{"pip install", backEnd, regexp.MustCompile(`^RUN pip\b.* install `)},
	{"Go libraries", backEnd, regexp.MustCompile(`^RUN go build [a-z0-9-]+\.[a-z]+/`)}, // a path that begins with a host's name
}

// installer names what a step installs dependencies with, if it does.
func installer(instruction string) (string, side) {
	for _, i := range installers {
		if i.step.MatchString(instruction) {
			return i.name, i.of
		}
	}
	return "", ""
}

// change is what one edit costs one variant.
type change struct {
	edit, variant string
	steps, of     int // that ran again, of those that can; of all images of the variant
	installs      map[side][]string
	installed     map[side][]string // of these, what ran again
	took          time.Duration     // of the steps that ran again
	built         time.Duration     // until the engine had answered
	pull          lab.Pull          // for a host that has the images of before
}

// changeBench builds variants from an edited context.
type changeBench struct {
	*claim.Bench
	builds *lab.Rebuilds
	copied *contextCopy
	mark   string
	ran    map[string]time.Duration // by image: what the step that gave it took. Variants have stages in common, built once
}

// observeChanges tries each edit on each variant, and no edit as a control.
func observeChanges(ctx context.Context, b *claim.Bench) (controls, changes []change, err error) {
	c := &changeBench{Bench: b, builds: b.Lab.Rebuilds("change"), mark: newMark(), ran: map[string]time.Duration{}}
	if c.copied, err = copyContext(b.Lab.Root()); err != nil {
		return nil, nil, err
	}
	defer rig.CleanUp(ctx, &err, func(ctx context.Context) error {
		return errors.Join(c.builds.Remove(ctx), c.copied.remove())
	})
	all := b.Servers()
	before := map[string][]string{} // images, by variant
	for _, v := range all {
		if _, err := b.Refs(ctx, v); err != nil {
			return nil, nil, err
		}
		control, refs, err := c.build(ctx, v, "no edit", nil)
		if err != nil {
			return nil, nil, err
		}
		controls, before[v.Name] = append(controls, control), refs
	}
	for _, e := range edits() {
		var args map[string]string
		if e.bases {
			if args, err = c.updateBases(ctx, all); err != nil {
				return nil, nil, err
			}
		}
		if err := c.copied.edit(e.changes(c.mark)); err != nil {
			return nil, nil, err
		}
		for _, v := range all {
			b.Progress.Line("%s: building %s", e.name, v.Name)
			changed, refs, err := c.build(ctx, v, e.name, args)
			if err != nil {
				return nil, nil, err
			}
			if changed.pull, err = b.Lab.Pull(ctx, before[v.Name], refs); err != nil {
				return nil, nil, err
			}
			changes = append(changes, changed)
		}
		if err := c.copied.restore(); err != nil {
			return nil, nil, err
		}
	}
	return controls, changes, nil
}

// build builds the images of a variant from the copy as it is.
func (c *changeBench) build(ctx context.Context, v variants.Variant, edit string, args map[string]string) (change, []string, error) {
	of := change{edit: edit, variant: v.Name, installs: map[side][]string{}, installed: map[side][]string{}}
	var refs []string
	for _, part := range v.Containers {
		began := time.Now()
		ref, steps, err := c.builds.Build(ctx, lab.Rebuild{
			Context: c.copied.dir, Dockerfile: filepath.Join("dockerfiles", part.Dockerfile+".Dockerfile"), Stage: part.Stage,
			Tag: strings.ReplaceAll(v.Name+"-"+part.Name+"-"+edit, " ", "-"), Args: args,
		})
		if err != nil {
			return of, nil, fmt.Errorf("%s: %w", edit, err)
		}
		of.built += time.Since(began)
		of.count(steps, c.ran)
		refs = append(refs, ref)
	}
	return of, refs, nil
}

// count adds the steps of one image's build. Ran has what steps took that ran for the same edit before, and gets those of
// this build.
func (c *change) count(steps []lab.Step, ran map[string]time.Duration) {
	for _, s := range steps {
		if !s.Builds() {
			continue
		}
		c.of++
		name, of := installer(s.Instruction)
		if name != "" && !slices.Contains(c.installs[of], name) {
			c.installs[of] = append(c.installs[of], name)
		}
		if !s.Cached {
			ran[s.Image] = s.Took
		}
		took, again := ran[s.Image]
		if !again {
			continue
		}
		c.steps++
		c.took += took
		if name != "" && !slices.Contains(c.installed[of], name) {
			c.installed[of] = append(c.installed[of], name)
		}
	}
}

// updateBases puts another layer on every base image that the variants are built on.
func (c *changeBench) updateBases(ctx context.Context, all []variants.Variant) (args map[string]string, err error) {
	var texts strings.Builder
	for _, v := range all {
		for _, part := range v.Containers {
			text, err := os.ReadFile(filepath.Join(c.copied.dir, "dockerfiles", part.Dockerfile+".Dockerfile"))
			if err != nil {
				return nil, err
			}
			texts.Write(text)
		}
	}
	args = map[string]string{}
	for _, base := range c.Lab.Bases() {
		if !strings.Contains(texts.String(), "ARG "+base.Arg+"=") {
			continue
		}
		if args[base.Arg], err = updatedBase(ctx, c.builds, base, c.mark); err != nil {
			return nil, err
		}
	}
	return args, nil
}

// updatedBase puts a layer with the mark on a base image. No other build finds in the layer cache what stands on it.
func updatedBase(ctx context.Context, builds *lab.Rebuilds, base lab.Base, mark string) (ref string, err error) {
	dir, err := os.MkdirTemp("", "spabench-base-")
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	const dockerfile = "ARG BASE\nFROM ${BASE}\nCOPY update /etc/spabench-update\nLABEL spabench.stage=1\n"
	err = errors.Join(os.WriteFile(filepath.Join(dir, "Dockerfile"), []byte(dockerfile), 0o644),
		os.WriteFile(filepath.Join(dir, "update"), []byte(mark+"\n"), 0o644))
	if err != nil {
		return "", err
	}
	ref, _, err = builds.Build(ctx, lab.Rebuild{Context: dir, Dockerfile: "Dockerfile", Args: map[string]string{"BASE": base.Image},
		Tag: "base-" + strings.ToLower(strings.TrimSuffix(base.Arg, "_IMAGE"))})
	if err != nil {
		return "", fmt.Errorf("another layer on %s: %w", base.Image, err)
	}
	return ref, nil
}

// newMark is text that no other run has.
func newMark() string { return strconv.FormatInt(time.Now().UnixMilli(), 36) }
