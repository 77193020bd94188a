package table

import (
	"fmt"
	"strings"

	"spabench/harness/internal/inventory"
)

// imageFacts list what was found, by path.
func imageFacts(img inventory.Image) []fact {
	facts := []fact{{"image", img.Image}, {"starts", entryText(img.Entry)}, {"user", img.Config.RunsAs()}}
	add := func(label string, items []string) {
		if len(items) > 0 {
			facts = append(facts, fact{label, few(items)})
		}
	}
	var static, dynamic, libraries []string
	for _, b := range img.Binaries {
		switch b.Form {
		case inventory.Static:
			static = append(static, binaryText(b))
		case inventory.Dynamic:
			dynamic = append(dynamic, binaryText(b))
		case inventory.Library:
			libraries = append(libraries, b.Path)
		}
	}
	add("static programs", static)
	add("dynamic programs", dynamic)
	add("libraries", libraries)
	for _, m := range inventory.Managers() {
		var names []string
		for _, p := range img.By(m) {
			names = append(names, strings.TrimSpace(p.Name+" "+p.Version))
		}
		add(string(m)+" packages", names)
	}
	var none []string
	for _, k := range inventory.Kinds() {
		var items []string
		for _, f := range img.Of(k) {
			items = append(items, findingText(f))
		}
		add(string(k), items)
		if len(items) == 0 {
			none = append(none, string(k))
		}
	}
	add("may write", img.Writable)
	if len(none) > 0 {
		facts = append(facts, fact{"contains no", strings.Join(none, ", ")})
	}
	return facts
}

// maxNamed is how many things of a kind are named in text. The JSON has all of them.
const maxNamed = 12

func few(items []string) string {
	if len(items) <= maxNamed {
		return strings.Join(items, ", ")
	}
	return strings.Join(items[:maxNamed], ", ") + fmt.Sprintf(", and %s more", thousands(uint64(len(items)-maxNamed)))
}

func findingText(f inventory.Finding) string {
	text := f.Path
	if f.Files != 1 {
		text += fmt.Sprintf(": %s files", thousands(uint64(f.Files)))
	}
	if f.What != "" {
		text += " (" + f.What + ")"
	}
	return text
}

func binaryText(b inventory.Binary) string {
	if b.Go == nil {
		return b.Path
	}
	cgo := "without cgo"
	if b.Go.Cgo {
		cgo = "with cgo"
	}
	return fmt.Sprintf("%s (%s, %s)", b.Path, b.Go.Version, cgo)
}

// entryText says what the container starts, and what else that needs.
func entryText(e inventory.Entry) string {
	command := strings.Join(e.Command, " ")
	switch {
	case e.Path == "":
		return orElse(command, "nothing") + ": not in the image"
	case e.Alone():
		return command + ": a static program, which needs no other file"
	}
	var needs []string
	if e.Interpreter != "" {
		needs = append(needs, "the interpreter "+e.Interpreter)
	}
	if e.Loader != "" {
		needs = append(needs, "the loader "+e.Loader)
	}
	if len(e.Libraries) > 0 {
		needs = append(needs, "the shared libraries "+strings.Join(e.Libraries, ", "))
	}
	if len(e.Missing) > 0 {
		needs = append(needs, "libraries that are not in the image: "+strings.Join(e.Missing, ", "))
	}
	return fmt.Sprintf("%s: %s, which needs %s", command, e.Path, strings.Join(needs, "; "))
}

func inventoryLegend(r inventory.Report) []fact {
	facts := []fact{
		{"seen", "the final file system of each image, which is what a container starts with, without files that " +
			"later layers removed."},
		{"not seen", "what is inside a program, except the modules of a Go program: an embedded build counts as " +
			"bytes of its program. What a shell starts is not followed."},
		{"MB", "10⁶ bytes."},
	}
	for _, b := range r.Bases {
		text := b.Image
		if b.StandIn {
			text += ", a stand-in built from Debian packages: the official image has other files"
		}
		facts = append(facts, fact{b.Name, text})
	}
	return facts
}
