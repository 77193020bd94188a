package mutant

import (
	"io/fs"
	"net/http"
	"os"
	"path"
	"strings"
)

// follows is a folder whose symbolic links are followed where match says so.
func follows(match func(name string) bool) func(fs.FS, string) fs.FS {
	return func(folder fs.FS, dir string) fs.FS { return following{folder, os.DirFS(dir), match} }
}

type following struct {
	fs.FS
	all   fs.FS
	match func(name string) bool
}

func (f following) Open(name string) (fs.File, error) {
	if f.match(name) {
		return f.all.Open(name)
	}
	return f.FS.Open(name)
}

func symlinkMutants() []Mutant {
	const check = "security-symlink-escape"
	return []Mutant{
		{Name: "symlink-followed", Check: check, Doc: "follows symbolic links", Life: Life{Files: follows(anyName)}},
		{Name: "symlink-followed-in-assets", Check: check, Doc: "follows symbolic links among its assets",
			Life: Life{Files: follows(func(name string) bool { return strings.HasPrefix(name, "assets/") })}},
		{Name: "symlink-followed-to-copy", Check: check, Doc: "follows the symbolic link that a compressed copy is",
			Life: Life{Files: follows(func(name string) bool { return path.Ext(name) == ".gz" })}},
	}
}

func symlinkOddities() []Mutant {
	isLink := all(
		method("GET"),
		func(r *http.Request) bool { return strings.HasPrefix(path.Base(r.URL.Path), "spatest-link") },
	)
	return []Mutant{
		{Name: "symlink-403", Check: "security-symlink-escape", Doc: "forbids symbolic links",
			Wrap: status(isLink, http.StatusForbidden)},
		{Name: "symlink-as-route", Check: "security-symlink-escape",
			Doc:  "ignores symbolic links, and has a route in their place",
			Wrap: asPage(all(isLink, not(under("/assets/"))))},
	}
}
