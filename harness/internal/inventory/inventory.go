// Package inventory lists what the final file system of an image contains: its programs and what they depend on, its
// packages, and what a server could do without. It reads a tar archive, runs nothing, and does not know the engine.
//
// It does not look inside programs, except for the list of modules in a Go program. Embedded files count as part of
// their program.
package inventory

import (
	"fmt"
	"io"
	"slices"
	"strings"
)

// Schema is the version of the report's shape.
const Schema = 1

// Report is an inventory of the final images of several variants, and of how each variant runs hardened.
type Report struct {
	Schema   int       `json:"schema"`
	Bases    []Base    `json:"bases"` // what the images are based on: most of what is found in them comes from there
	Variants []Variant `json:"variants"`
	Together *Size     `json:"together,omitempty"` // all images of all variants; nil if one was not built
}

// Base is a base image that Dockerfiles take as a build argument.
type Base struct {
	Name    string `json:"name"`     // the argument, such as GO_IMAGE
	Image   string `json:"image"`    // the reference used
	ID      string `json:"id"`       // the image's content-addressed id, or its registry digest if it has one
	StandIn bool   `json:"stand_in"` // built here from Debian packages, because no registry responded
}

// Variant is one way of serving the application.
type Variant struct {
	Name     string    `json:"name"`
	Title    string    `json:"title"`
	Size     *Size     `json:"size,omitempty"`     // of its images together; nil if it was not built
	Images   []Image   `json:"images"`             // one for each container, in start order
	Hardened *Hardened `json:"hardened,omitempty"` // nil if it was not started
	Err      string    `json:"err,omitempty"`      // why it could not be built or read
	Log      string    `json:"log,omitempty"`      // the end of the build's output, if the build failed
}

// Image is what the final file system of one image contains. Paths are absolute within it.
type Image struct {
	Container   string    `json:"container"`
	Image       string    `json:"image"` // the reference
	Config      Config    `json:"config"`
	Files       int       `json:"files"`       // regular files; every hard link counts
	Bytes       int64     `json:"bytes"`       // of the files; a file with several hard links counts once
	Executables int       `json:"executables"` // those of Files that are executable ELF programs or scripts
	Entry       Entry     `json:"entry"`
	Binaries    []Binary  `json:"binaries"` // by path
	Packages    []Package `json:"packages"` // by manager, then name
	Writable    []string  `json:"writable"` // what its user may change; a folder stands for its content
	Findings    []Finding `json:"findings"` // by kind, in the order of Kinds, then path
}

// Config is how an image configures its containers.
type Config struct {
	ID         string   `json:"id"`          // content-addressed
	User       string   `json:"user"`        // name or number, optionally with a group after a colon; "" is root
	Entrypoint []string `json:"entrypoint"`  // what is started
	Command    []string `json:"command"`     // its arguments, or the program if there is no entrypoint
	Env        []string `json:"env"`         // NAME=value
	WorkingDir string   `json:"working_dir"` // "" is /
}

// Root reports whether containers run as root.
func (c Config) Root() bool {
	user, _, _ := strings.Cut(c.User, ":")
	return user == "" || user == "root" || user == "0"
}

// Hardened is the result of starting the variant in containers that have a read-only file system (except for the
// folders in Writable), no capabilities, and no way to gain privileges.
type Hardened struct {
	With     string  `json:"with"`     // the options of docker run for each container
	Writable []Place `json:"writable"` // the folders that it needs to write to
	Ready    bool    `json:"ready"`    // page and API answered correctly in time
	Page     bool    `json:"page"`     // the page is the build's, byte for byte
	API      bool    `json:"api"`      // the list of books is correct
	Write    bool    `json:"write"`    // a book was added and could then be read
	Err      string  `json:"err,omitempty"`
	Log      string  `json:"log,omitempty"` // the end of the containers' output, if something failed
}

// Works reports whether the variant works completely when hardened.
func (h *Hardened) Works() bool {
	return h != nil && h.Ready && h.Page && h.API && h.Write && h.Err == ""
}

// Place is a folder of a container that it may write to.
type Place struct {
	Container string `json:"container"`
	Path      string `json:"path"`
	On        string `json:"on"` // tmpfs: empty at each start; volume: starts as a copy of the image's folder
}

// Read takes the inventory of an image from an archive of its final file system and its configuration.
func Read(archive io.Reader, c Config) (Image, error) {
	t, err := scan(archive)
	if err != nil {
		return Image{}, fmt.Errorf("read the file system: %w", err)
	}
	img := Image{Config: c, Entry: t.entry(c), Binaries: []Binary{}}
	for _, path := range t.paths {
		n := t.nodes[path]
		if !n.regular() {
			continue
		}
		img.Files++
		img.Bytes += n.size
		if n.binary != nil && n.kind == regularFile {
			img.Binaries = append(img.Binaries, *n.binary)
		}
		if n.program() {
			img.Executables++
		}
	}
	packages, owners := t.packages()
	img.Packages = packages
	img.Findings = t.findings(owners)
	img.Writable = t.writable(t.identity(c))
	return img, nil
}

// Of returns the findings of a kind.
func (i Image) Of(k Kind) []Finding {
	return filter(i.Findings, func(f Finding) bool { return f.Kind == k })
}

// Has reports whether there is a finding of one of the kinds.
func (i Image) Has(kinds ...Kind) bool {
	return slices.ContainsFunc(i.Findings, func(f Finding) bool { return slices.Contains(kinds, f.Kind) })
}

// Sum returns how many files the findings of a kind stand for.
func (i Image) Sum(k Kind) int {
	n := 0
	for _, f := range i.Of(k) {
		n += f.Files
	}
	return n
}

// Formed returns the ELF files of one form.
func (i Image) Formed(f Form) []Binary {
	return filter(i.Binaries, func(b Binary) bool { return b.Form == f })
}

// By returns the packages of one manager.
func (i Image) By(m Manager) []Package {
	return filter(i.Packages, func(p Package) bool { return p.Manager == m })
}

// filter returns the elements that satisfy keep, or nil if there are none.
func filter[T any](elements []T, keep func(T) bool) (kept []T) {
	for _, v := range elements {
		if keep(v) {
			kept = append(kept, v)
		}
	}
	return kept
}
