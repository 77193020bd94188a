package inventory

import (
	"bytes"
	"debug/buildinfo"
	"debug/elf"
	"io"
	"strings"
)

// Form is what an ELF file is.
type Form string

const (
	Static  Form = "static"  // a program that needs no other file to start
	Dynamic Form = "dynamic" // a program that a loader links with shared libraries when it starts
	Library Form = "library" // what programs are linked with, or load at run time
	Other   Form = "other"   // compiled but not linked, or not readable
)

// Binary is an ELF file.
type Binary struct {
	Path   string   `json:"path"`
	Bytes  int64    `json:"bytes"`
	Form   Form     `json:"form"`
	Loader string   `json:"loader,omitempty"` // only of a dynamic program: the path it contains
	Needs  []string `json:"needs,omitempty"`  // shared libraries that it needs directly (DT_NEEDED)
	Go     *GoBuild `json:"go,omitempty"`     // only of a Go program

	modules []Package
}

// GoBuild is what a Go program records about its build.
type GoBuild struct {
	Version string `json:"version"` // of the toolchain
	Main    string `json:"main"`    // package path
	Cgo     bool   `json:"cgo"`     // built with cgo enabled, so C code may be linked in
}

// program reports whether the file can be started.
func (b *Binary) program() bool { return b.Form == Static || b.Form == Dynamic }

func readBinary(path string, content []byte) *Binary {
	b := &Binary{Path: path, Bytes: int64(len(content)), Form: Other}
	f, err := elf.NewFile(bytes.NewReader(content))
	if err != nil {
		return b
	}
	for _, p := range f.Progs {
		if p.Type == elf.PT_INTERP {
			if text, err := io.ReadAll(p.Open()); err == nil {
				b.Loader = strings.TrimRight(string(text), "\x00")
			}
		}
	}
	// What cannot be read counts as absent: a damaged file does not run either.
	b.Needs, _ = f.DynString(elf.DT_NEEDED)
	name, _ := f.DynString(elf.DT_SONAME)
	flags, _ := f.DynValue(elf.DT_FLAGS_1)
	switch {
	case f.Type != elf.ET_EXEC && f.Type != elf.ET_DYN:
	case len(name) > 0: // libc names a loader too, because it prints its version when started
		b.Form = Library
	case b.Loader != "":
		b.Form = Dynamic
	case f.Type == elf.ET_EXEC, len(flags) > 0 && elf.DynFlag1(flags[0])&elf.DF_1_PIE != 0:
		b.Form = Static
	default:
		b.Form = Library
	}
	if b.program() {
		b.readGo(content)
	}
	return b
}

// readGo reads the build information of a Go program. Other programs have none.
func (b *Binary) readGo(content []byte) {
	info, err := buildinfo.Read(bytes.NewReader(content))
	if err != nil {
		return
	}
	b.Go = &GoBuild{Version: info.GoVersion, Main: info.Path}
	for _, s := range info.Settings {
		if s.Key == "CGO_ENABLED" {
			b.Go.Cgo = s.Value == "1"
		}
	}
	for _, m := range info.Deps {
		if m.Replace != nil {
			m = m.Replace
		}
		b.modules = append(b.modules, Package{Manager: GoModule, Name: m.Path, Version: m.Version, Path: b.Path})
	}
}
