// Package bases tests what base images and build arguments do: on which bases the same server runs, and what an
// argument changes, where it is seen, and where its value remains.
package bases

import (
	"context"
	"errors"
	"os"
	"slices"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/inventory"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/record"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// StaticBinary tests on which bases a Go program runs.
func StaticBinary() claim.Claim {
	return claim.Claim{
		ID:    "static-binary",
		Words: "Go compiles to a static binary that runs on any base image.",
		Test: "Build the same server without cgo and with it (SQLite in Go, and SQLite's own C), put each on every " +
			"base that is available, read what the program is linked with, and start it; Python slim and full for " +
			"comparison",
		Run: func(ctx context.Context, b *claim.Bench) (record.Judgement, error) {
			if err := b.MakeApps(ctx); err != nil {
				return record.Judgement{}, err
			}
			seen, err := observeBases(ctx, b.Rig)
			if err != nil {
				return record.Judgement{}, err
			}
			return record.Judgement{Verdict: judgeBases(seen), Observed: record.Observed{Bases: &seen}}, nil
		},
	}
}

// judgeBases asks whether the program built without cgo is static and works on every base, and whether the one built
// with cgo works wherever it is dynamic. Bases that could not be measured tell nothing.
func judgeBases(seen record.BasesObserved) record.Verdict {
	pure, cgo := true, true
	for _, b := range seen.Measured() {
		switch {
		case b.PureGo():
			pure = pure && b.Static && b.Works
		case b.Cgo && !b.Static:
			cgo = cgo && b.Works
		}
	}
	return claim.VerdictOf(pure, cgo)
}

// candidate is a base to measure a server on.
type candidate struct {
	server, name string
	edition      lab.Edition // the build argument that puts the server on the base, or changes it; lab.Usual: none
	image        string      // reference of the official image; "" where none has it, and dockerfile makes it
	dockerfile   string      // makes the base, or what stands in for it where no registry answers
	standIn      bool        // what the Dockerfile makes stands in for the image
	unavailable  string      // why there is nothing to try
}

// The variants whose servers are measured.
const (
	pureGoServer = "embedded-go"
	cgoServer    = "embedded-go-cgo"
	pythonServer = "fastapi"
)

// candidates returns the bases by the servers that are measured on them. The image of distroless static is in a
// registry of its own, and is the one that the variable DISTROLESS_IMAGE names.
func candidates(l *lab.Lab) []candidate {
	onto := func(name, arg string) lab.Edition { return lab.Edition{Name: name, Arg: arg} }
	debian, slim := rig.BaseImage(l, "DEBIAN_IMAGE").Image, rig.BaseImage(l, "PYTHON_IMAGE").Image
	staticLibc := lab.Edition{Name: "static", Arg: "EXTLDFLAGS", Value: "-static"}
	distroless := candidate{server: pureGoServer, name: "distroless static",
		edition: onto("on-distroless", "RUNTIME_IMAGE"), image: os.Getenv("DISTROLESS_IMAGE")}
	if distroless.image == "" {
		distroless.unavailable = "DISTROLESS_IMAGE does not name an image"
	}
	return []candidate{
		{server: pureGoServer, name: "scratch", image: "scratch"},
		distroless,
		{server: pureGoServer, name: "Debian's files alone",
			edition: onto("on-debian-files", "RUNTIME_IMAGE"), dockerfile: "runtime/debian-files"},
		{server: pureGoServer, name: "Alpine", edition: onto("on-alpine", "RUNTIME_IMAGE"), image: "alpine:3.22"},
		{server: pureGoServer, name: "Debian slim", edition: onto("on-debian", "RUNTIME_IMAGE"), image: debian},
		{server: pureGoServer, name: "Ubuntu", edition: onto("on-ubuntu", "RUNTIME_IMAGE"), image: "ubuntu:24.04"},
		{server: cgoServer, name: "Debian slim", image: debian},
		{server: cgoServer, name: "Debian slim, with libc linked in", edition: staticLibc, image: debian},
		{server: cgoServer, name: "scratch", edition: onto("on-scratch", "DEBIAN_IMAGE"), image: "scratch"},
		{server: pythonServer, name: "Python slim", image: slim},
		{server: pythonServer, name: "Python", edition: onto("on-full", "PYTHON_IMAGE"),
			image: "python:3.13-trixie", dockerfile: "runtime/python-full", standIn: true},
	}
}

// observeBases builds the same servers on each base that can be had, looks into the images, and starts each once. For a
// base that cannot be had, the reason is recorded.
func observeBases(ctx context.Context, g rig.Rig) (seen record.BasesObserved, err error) {
	for _, c := range candidates(g.Lab) {
		base, err := observeBase(ctx, g, c)
		if err != nil {
			return seen, err
		}
		seen.Bases = append(seen.Bases, base)
	}
	return seen, nil
}

func observeBase(ctx context.Context, g rig.Rig, c candidate) (record.RuntimeBase, error) {
	base := record.RuntimeBase{Server: c.server, Name: c.name, Image: c.image, NotMeasured: c.unavailable,
		Python: c.server == pythonServer, Cgo: c.server == cgoServer}
	if base.NotMeasured != "" {
		return base, nil
	}
	if base.NotMeasured = whyUnavailable(ctx, g, c); base.NotMeasured != "" && c.dockerfile != "" {
		ref, err := g.Lab.Build(ctx, c.dockerfile)
		if err != nil {
			return base, err
		}
		base.Image, base.StandIn, base.NotMeasured = ref, c.standIn, ""
	}
	if err := ctx.Err(); err != nil || base.NotMeasured != "" {
		return base, err
	}
	standsIn := func(used lab.Base) bool { return used.Image == base.Image && used.StandIn }
	if slices.ContainsFunc(g.Lab.Bases(), standsIn) {
		base.StandIn = true
	}
	if c.edition != lab.Usual && c.edition.Value == "" {
		c.edition.Value = base.Image
	}
	v, _ := variants.Find(c.server)
	ref, err := g.Lab.BuildStage(ctx, v.Entry().Dockerfile, "", c.edition)
	if err != nil {
		return base, err
	}
	return base, lookInto(ctx, g, v, ref, &base)
}

// whyUnavailable says why a base cannot be had without making it; it returns "" for one that can.
func whyUnavailable(ctx context.Context, g rig.Rig, c candidate) string {
	switch c.image {
	case "":
		return "no registry has it"
	case "scratch", rig.BaseImage(g.Lab, "DEBIAN_IMAGE").Image, rig.BaseImage(g.Lab, "PYTHON_IMAGE").Image:
		return ""
	}
	if err := g.Lab.Reach(ctx, c.image); err != nil {
		return "no registry answers: " + err.Error()
	}
	return ""
}

// lookInto records what is in the image, and whether it works.
func lookInto(ctx context.Context, g rig.Rig, v variants.Variant, ref string, base *record.RuntimeBase) error {
	looked := g.InspectImages(ctx, v, []string{ref})
	if looked.Err != "" {
		return errors.New(looked.Err)
	}
	facts, entry := looked.Facts(), looked.Images[0].Entry
	program, err := g.Lab.Digest(ctx, ref, entry.Path)
	if err != nil {
		return err
	}
	base.Unpacked, base.Compressed, base.Layers = looked.Size.Unpacked, looked.Size.Compressed, looked.Size.Layers
	base.Program = program
	base.Shell, base.Static = len(facts.Shells) > 0, facts.Static
	base.Packages = map[string]int{}
	for manager, n := range facts.Packages {
		base.Packages[string(manager)] = n
	}
	for _, f := range looked.Images[0].Of(inventory.Compiler) {
		base.Compilers = append(base.Compilers, f.Path)
	}
	base.Loader, base.Libraries, base.Missing = entry.Loader, facts.Libraries, entry.Missing
	base.Works, base.Err, base.Log = facts.Hardened, looked.Hardened.Err, looked.Hardened.Log
	return ctx.Err()
}
