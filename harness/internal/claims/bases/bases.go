package bases

import (
	"context"
	"errors"
	"os"
	"slices"

	"spabench/harness/internal/inventory"
	"spabench/harness/internal/lab"
	"spabench/harness/internal/rig"
	"spabench/variants"
)

// BasesSeen is what was seen of the same servers on other base images.
type BasesSeen struct {
	Bases []RuntimeBase `json:"bases"`
}

// RuntimeBase is one server on one base: what its image has, and whether it works there.
type RuntimeBase struct {
	Server  string `json:"server"`   // the variant whose Dockerfile built it
	Name    string `json:"name"`     // of the base
	Image   string `json:"image"`    // reference of the base; "" where none was named
	StandIn bool   `json:"stand_in"` // made from Debian packages in place of the image that the name says

	// NotMeasured says why nothing below is known, and is "" of a base that was looked at.
	NotMeasured string `json:"not_measured,omitempty"`

	Unpacked    int64  `json:"unpacked"`     // bytes of the files of all layers
	Compressed  int64  `json:"compressed"`   // bytes of the layers' archives, gzip at its default level
	Layers      int    `json:"layers"`       //
	ServerLayer string `json:"server_layer"` // digest of the uppermost: of a Go server, it is the program alone

	Shell     bool                      `json:"shell"`             // one is in the image
	Compilers []string                  `json:"compilers"`         // paths of compilers, linkers and build tools
	Packages  map[inventory.Manager]int `json:"packages"`          // by manager, none being 0
	Static    bool                      `json:"static"`            // the program needs no other file to run
	Loader    string                    `json:"loader,omitempty"`  // path that the program names
	Libraries []string                  `json:"libraries"`         // shared ones that it is linked with at its start
	Missing   []string                  `json:"missing,omitempty"` // of them, names of those that are not in the image

	// Started once, hardened as inventory.Hardened says: it became ready, page and API were right, and a write was kept.
	Works bool   `json:"works"`
	Err   string `json:"err,omitempty"` // why not
	Log   string `json:"log,omitempty"` // the end of the container's output then
}

// baseOf is a base to look at.
type baseOf struct {
	server, name string
	edition      lab.Edition // by which the server's Dockerfile takes it, or that is another; lab.Usual: as it is
	image        string      // reference of the official image; "" with make alone
	make         string      // Dockerfile that makes it, or what stands in for it, where the image is not to be had
	standIn      bool        // what make makes stands in for image
	unreached    string      // why there is nothing to try
}

// basesToSee are the bases by the servers that stand on them. The image of distroless static is in a registry of its own,
// and is the one that the variable DISTROLESS_IMAGE names.
func basesToSee(l *lab.Lab) []baseOf {
	runtime := func(edition string) lab.Edition { return lab.Edition{Name: edition, Arg: "RUNTIME_IMAGE"} }
	distroless := baseOf{server: "embedded-go", name: "distroless static", edition: runtime("on-distroless"), image: os.Getenv("DISTROLESS_IMAGE")}
	if distroless.image == "" {
		distroless.unreached = "DISTROLESS_IMAGE names no image"
	}
	return []baseOf{
		{server: "embedded-go", name: "scratch", image: "scratch"},
		distroless,
		{server: "embedded-go", name: "Debian's files alone", edition: runtime("on-debian-files"), make: "runtime/debian-files"},
		{server: "embedded-go", name: "Alpine", edition: runtime("on-alpine"), image: "alpine:3.22"},
		{server: "embedded-go", name: "Debian slim", edition: runtime("on-debian"), image: rig.BaseImage(l, "DEBIAN_IMAGE").Image},
		{server: "embedded-go", name: "Ubuntu", edition: runtime("on-ubuntu"), image: "ubuntu:24.04"},
		{server: "embedded-go-cgo", name: "Debian slim", image: rig.BaseImage(l, "DEBIAN_IMAGE").Image},
		{server: "embedded-go-cgo", name: "Debian slim, with libc linked in", edition: lab.Edition{Name: "static", Arg: "EXTLDFLAGS", Value: "-static"}, image: rig.BaseImage(l, "DEBIAN_IMAGE").Image},
		{server: "embedded-go-cgo", name: "scratch", edition: lab.Edition{Name: "on-scratch", Arg: "DEBIAN_IMAGE"}, image: "scratch"},
		{server: "fastapi", name: "Python slim", image: rig.BaseImage(l, "PYTHON_IMAGE").Image},
		{server: "fastapi", name: "Python", edition: lab.Edition{Name: "on-full", Arg: "PYTHON_IMAGE"}, image: "python:3.13-trixie", make: "runtime/python-full", standIn: true},
	}
}

// observeBases builds the same servers on each base that can be had, looks into the images, and starts each once. A base
// that cannot be had is in the answer with the reason.
func observeBases(ctx context.Context, g rig.Rig) (seen BasesSeen, err error) {
	for _, b := range basesToSee(g.Lab) {
		row, err := observeBase(ctx, g, b)
		if err != nil {
			return seen, err
		}
		seen.Bases = append(seen.Bases, row)
	}
	return seen, nil
}

func observeBase(ctx context.Context, g rig.Rig, b baseOf) (RuntimeBase, error) {
	row := RuntimeBase{Server: b.server, Name: b.name, Image: b.image, NotMeasured: b.unreached}
	if row.NotMeasured != "" {
		return row, nil
	}
	if row.NotMeasured = whyUnreachable(ctx, g, b); row.NotMeasured != "" && b.make != "" {
		ref, err := g.Lab.Build(ctx, b.make)
		if err != nil {
			return row, err
		}
		row.Image, row.StandIn, row.NotMeasured = ref, b.standIn, ""
	}
	if err := ctx.Err(); err != nil || row.NotMeasured != "" {
		return row, err
	}
	if slices.ContainsFunc(g.Lab.Bases(), func(used lab.Base) bool { return used.Image == row.Image && used.StandIn }) {
		row.StandIn = true
	}
	if b.edition != lab.Usual && b.edition.Value == "" {
		b.edition.Value = row.Image
	}
	v, _ := variants.Find(b.server)
	ref, err := g.Lab.BuildStage(ctx, v.Entry().Dockerfile, "", b.edition)
	if err != nil {
		return row, err
	}
	return row, lookAtBase(ctx, g, v, ref, &row)
}

// whyUnreachable says why a base cannot be had without making it; "" of one that can.
func whyUnreachable(ctx context.Context, g rig.Rig, b baseOf) string {
	switch b.image {
	case "":
		return "no registry has it"
	case "scratch", rig.BaseImage(g.Lab, "DEBIAN_IMAGE").Image, rig.BaseImage(g.Lab, "PYTHON_IMAGE").Image:
		return ""
	}
	if err := g.Lab.Reach(ctx, b.image); err != nil {
		return "no registry answers: " + err.Error()
	}
	return ""
}

// lookAtBase fills in what the image has and does.
func lookAtBase(ctx context.Context, g rig.Rig, v variants.Variant, ref string, row *RuntimeBase) error {
	of := g.InspectImages(ctx, v, []string{ref})
	if of.Err != "" {
		return errors.New(of.Err)
	}
	layers, err := g.Lab.Layers(ctx, ref)
	if err != nil {
		return err
	}
	facts, entry := of.Facts(), of.Images[0].Entry
	row.Unpacked, row.Compressed, row.Layers = of.Size.Unpacked, of.Size.Compressed, of.Size.Layers
	row.ServerLayer = layers[len(layers)-1].ID
	row.Shell, row.Packages, row.Static = len(facts.Shells) > 0, facts.Packages, facts.Static
	for _, f := range of.Images[0].Of(inventory.Compiler) {
		row.Compilers = append(row.Compilers, f.Path)
	}
	row.Loader, row.Libraries, row.Missing = entry.Loader, facts.Libraries, entry.Missing
	row.Works, row.Err, row.Log = facts.Hardened, of.Hardened.Err, of.Hardened.Log
	return ctx.Err()
}
