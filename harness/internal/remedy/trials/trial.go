// Package trials applies the remedies to the servers that they are for: an ordinary configuration, with the mistake
// and then with the remedy in its place, is checked in a container before and after.
package trials

import (
	"fmt"
	"maps"
	"strings"

	"spabench/variants"
)

// Server is a kind of server that remedies are tried on. The folder testdata/ with its name has the configuration, and
// a Dockerfile.
type Server struct {
	Name   string // as remedy.Find knows it
	Recipe string // the variant whose image has the program and the app
	Main   string // the file that remedies are for, where they say nothing else
	API    variants.API

	Words   []string // placeholders of the remedies, and what is meant here, in pairs
	Trials  []Trial
	Untried map[string]string // remedies, by a check, and why there is no trial of them
}

// Trial shows that a remedy mends what it is for.
type Trial struct {
	Of     string   // a check that the remedy is for, or a cause
	Always []Edit   // of the configuration, before and after
	First  []Edit   // before: the mistake
	Then   []Edit   // after: what else must change
	Build  bool     // the suite knows the files of the build
	Words  []string // of this remedy, as those of the server
	Places []Place  // where the remedy goes, part by part
}

// Edit replaces a text of a file, which must have it once.
type Edit struct {
	Old, New string
	File     string // "" for the main one
}

// Place is where a part of a remedy goes.
type Place struct {
	At   string // the text that it replaces
	As   string // how: "%s" is the part, indented as this is; "" for the part alone
	From string // how the part's first line begins; "" for the remedy's
	File string // "" for the main one
}

// Files are the files of a configuration, by name.
type Files map[string]string

// Before is the configuration with the mistake.
func (t Trial) Before(frame Files, main string) (Files, error) {
	files := maps.Clone(frame)
	if err := files.edit(main, t.Always); err != nil {
		return nil, err
	}
	return files, files.edit(main, t.First)
}

// After is the configuration with the remedy.
func (t Trial) After(frame Files, main, remedy string) (Files, error) {
	files := maps.Clone(frame)
	if err := files.edit(main, t.Always); err != nil {
		return nil, err
	}
	parts, err := t.parts(remedy)
	if err != nil {
		return nil, err
	}
	var edits []Edit
	for i, p := range t.Places {
		edits = append(edits, Edit{Old: p.At, New: p.fill(parts[i]), File: p.File})
	}
	return files, files.edit(main, append(edits, t.Then...))
}

func (f Files) edit(main string, edits []Edit) error {
	for _, e := range edits {
		file := e.File
		if file == "" {
			file = main
		}
		if n := strings.Count(f[file], e.Old); n != 1 {
			return fmt.Errorf("%s has this %d times, want once: %s", file, n, e.Old)
		}
		f[file] = strings.Replace(f[file], e.Old, e.New, 1)
	}
	return nil
}

// parts cuts a remedy where the places begin.
func (t Trial) parts(remedy string) ([]string, error) {
	var parts []string
	rest := remedy
	for _, p := range t.Places[1:] {
		at := strings.Index("\n"+rest, "\n"+p.From)
		if at < 0 {
			return nil, fmt.Errorf("the remedy for %s has no line that begins: %s", t.Of, p.From)
		}
		parts, rest = append(parts, rest[:at]), rest[at:]
	}
	return append(parts, rest), nil
}

func (p Place) fill(part string) string {
	part = strings.TrimRight(part, "\n")
	if p.As == "" {
		return part
	}
	before, after, _ := strings.Cut(p.As, "%s")
	line := before[strings.LastIndex(before, "\n")+1:]
	if strings.TrimSpace(line) == "" { // it stands on lines of its own
		part = strings.ReplaceAll(part, "\n", "\n"+line)
	}
	return before + part + after
}
