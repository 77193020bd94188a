package inventory

import (
	"maps"
	"path"
	"slices"
	"strings"
)

// Entry is what a container of the image starts, and what that depends on. If it is a shell, what the shell starts is
// not followed.
type Entry struct {
	Command     []string `json:"command"`               // entrypoint and command
	Path        string   `json:"path"`                  // of the program, with links resolved; "" if not in the image
	Form        Form     `json:"form,omitempty"`        // of the program; "" for a script
	Interpreter string   `json:"interpreter,omitempty"` // path of the shell or other program that interprets it
	Loader      string   `json:"loader,omitempty"`      // path of the dynamic loader
	Libraries   []string `json:"libraries"`             // paths of the shared libraries that it is linked with
	Missing     []string `json:"missing,omitempty"`     // names of such libraries that are not in the image
}

// Alone reports whether the program needs no other file to run: neither interpreter nor loader nor library.
func (e Entry) Alone() bool {
	return e.Form == Static && e.Interpreter == ""
}

func (t *tree) entry(c Config) Entry {
	e := Entry{Command: slices.Concat(c.Entrypoint, c.Command), Libraries: []string{}}
	if len(e.Command) == 0 {
		return e
	}
	at, n := t.lookUp(e.Command[0], c)
	if n == nil {
		return e
	}
	e.Path = at
	if n.runs != "" { // a script needs what its interpreter needs
		at, n = t.interpreter(n.runs, c)
		e.Interpreter = at
	} else if interprets(path.Base(at)) {
		e.Interpreter = at
	}
	if n == nil || n.binary == nil {
		return e
	}
	if e.Interpreter != e.Path && e.Interpreter != "" {
		e.Form = ""
	} else {
		e.Form = n.binary.Form
	}
	e.Loader = n.binary.Loader
	if at, ok := t.real(e.Loader); ok && e.Loader != "" {
		e.Loader = at
	}
	e.Libraries, e.Missing = t.libraries(n.binary)
	return e
}

// interpreter finds the program after a script's #!, even if that is started by env.
func (t *tree) interpreter(runs string, c Config) (string, *node) {
	words := strings.Fields(runs)
	if len(words) > 1 && path.Base(words[0]) == "env" {
		words = words[1:]
	}
	return t.lookUp(words[0], c)
}

// libraries finds what a program is linked with when started, and what that is linked with in turn. It looks for names
// in all folders, whereas the loader searches only some.
func (t *tree) libraries(b *Binary) (found, missing []string) {
	found = []string{}
	byName := map[string]string{} // paths, with links resolved
	for _, at := range t.paths {
		if _, known := byName[path.Base(at)]; known {
			continue
		}
		if real, n := t.file(at); n != nil && n.binary != nil && n.binary.Form == Library {
			byName[path.Base(at)] = real
		}
	}
	seen := map[string]bool{}
	libraries, absent := map[string]bool{}, map[string]bool{}
	for queue := slices.Clone(b.Needs); len(queue) > 0; {
		name := queue[0]
		queue = queue[1:]
		if seen[name] {
			continue
		}
		seen[name] = true
		at, ok := byName[name]
		if !ok {
			absent[name] = true
			continue
		}
		libraries[at] = true
		queue = append(queue, t.nodes[at].binary.Needs...)
	}
	found = slices.AppendSeq(found, maps.Keys(libraries))
	slices.Sort(found)
	return found, slices.Sorted(maps.Keys(absent))
}
