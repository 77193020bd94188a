package app

import (
	"fmt"
	"io/fs"
	"path"
)

// embedded holds a whole build in memory, with every answer prepared at
// startup.
type embedded map[string]*[codingCount]*File

// directory stands for a directory that has an index page.
var directory = new([codingCount]*File)

// Compiled serves the build that a server embeds in the folder dist, or with
// [Environment].Dev the folder on disk instead.
func Compiled(embeds fs.FS, env Environment) (Files, error) {
	if env.Dev {
		return Disk(env.Dist)
	}
	dist, err := fs.Sub(embeds, "dist")
	if err != nil {
		return nil, err
	}
	return Embedded(dist)
}

// Embedded reads every file of the build into memory and never looks at fsys
// again. A build without index.html is an error.
func Embedded(fsys fs.FS) (Files, error) {
	e := embedded{}
	err := fs.WalkDir(fsys, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		if base, ok := sidecarOf(name); ok && isFile(fsys, base) {
			return nil
		}
		return e.add(fsys, name)
	})
	if err != nil {
		return nil, fmt.Errorf("read the embedded build: %w", err)
	}
	return e, checkBuild(e, "the binary")
}

func (e embedded) add(fsys fs.FS, name string) error {
	var forms [codingCount]*File
	for c := range codingCount {
		file := describe(name, c)
		if c != identity && (file.Vary == "" || !isFile(fsys, name+codingSuffix[c])) {
			continue
		}
		body, err := fs.ReadFile(fsys, name+codingSuffix[c])
		if err != nil {
			return err
		}
		file.Body, file.Size, file.ETag = body, int64(len(body)), entityTagOf(body)
		forms[c] = &file
	}
	e[name] = &forms
	if dir, base := path.Split(name); base == indexPage && dir != "" {
		e[path.Clean(dir)] = directory
	}
	return nil
}

func (e embedded) Find(name string, codings []coding) (*File, error) {
	forms := e[name]
	if forms == nil {
		return nil, fs.ErrNotExist
	}
	if forms == directory {
		return nil, errDirectory
	}
	for _, c := range codings {
		if forms[c] != nil {
			return forms[c], nil
		}
	}
	return forms[identity], nil
}

func isFile(fsys fs.FS, name string) bool {
	info, err := fs.Stat(fsys, name)
	return err == nil && info.Mode().IsRegular()
}
