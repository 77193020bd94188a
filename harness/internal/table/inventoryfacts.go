package table

import (
	"fmt"
	"strings"

	"spabench/harness/internal/inventory"
)

// imageFacts tell what was found by its path.
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
		facts = append(facts, fact{"has no", strings.Join(none, ", ")})
	}
	return facts
}

// most is how many things of a kind are told by name; all are in the JSON.
const most = 12

func few(items []string) string {
	if len(items) <= most {
		return strings.Join(items, ", ")
	}
	return strings.Join(items[:most], ", ") + fmt.Sprintf(", and %s more", thousands(uint64(len(items)-most)))
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

// entryText says what is started, and what that needs beside itself.
func entryText(e inventory.Entry) string {
	command := strings.Join(e.Command, " ")
	switch {
	case e.Path == "":
		return orElse(command, "nothing") + ": not in the image"
	case e.Alone():
		return command + ": a static program, which needs nothing beside it"
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
		needs = append(needs, "and, not in the image, "+strings.Join(e.Missing, ", "))
	}
	return fmt.Sprintf("%s: %s, which needs %s", command, e.Path, strings.Join(needs, "; "))
}

func inventoryLegend(r inventory.Report) []fact {
	facts := []fact{
		{"seen", "what stands in the final file system of each image, and so what a container begins with: not what earlier layers had and later ones removed."},
		{"not seen", "what is inside a program, but for a Go program's modules: an embedded build counts as bytes of its program. A shell is not followed to what it starts."},
		{"MB", "10⁶ bytes."},
	}
	for _, b := range r.Bases {
		text := b.Image
		if b.StandIn {
			text += ", a stand-in made from Debian packages: the official image has other files"
		}
		facts = append(facts, fact{b.Name, text})
	}
	return facts
}
