package rig

import (
	"cmp"
	"context"
	"io/fs"
	"slices"
	"strings"

	"spabench/harness/internal/lab"
)

// deployFiles replaces the build in a served folder. Files are written before those that refer to them: first the
// assets, then the rest, last the page. Only then are the files removed that the new build does not have.
func deployFiles(ctx context.Context, r *lab.Running, build fs.FS) error {
	folder, err := r.Folder()
	if err != nil {
		return err
	}
	files, err := OrderedFiles(build, DeployOrder)
	if err != nil {
		return err
	}
	return folder.Put(ctx, files, true)
}

// OrderedFiles reads the files of a build and sorts them by the rank of their names, then by name. A precompressed file
// has the name of the original with an ending, so it comes after it.
func OrderedFiles(build fs.FS, rank func(name string) int) ([]lab.File, error) {
	var files []lab.File
	err := fs.WalkDir(build, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(build, name)
		files = append(files, lab.File{Name: name, Content: content})
		return err
	})
	slices.SortFunc(files, func(a, b lab.File) int {
		return cmp.Or(cmp.Compare(rank(a.Name), rank(b.Name)), strings.Compare(a.Name, b.Name))
	})
	return files, err
}

// DeployOrder is the rank of a file in a deployment: assets come first, the page comes last.
func DeployOrder(name string) int {
	switch {
	case strings.HasPrefix(name, "assets/"):
		return 0
	case name == "index.html" || strings.HasPrefix(name, "index.html."):
		return 2
	}
	return 1
}

func (s *server) Write(ctx context.Context, name string, data []byte) error {
	folder, err := s.current().Folder()
	if err != nil {
		return err
	}
	return folder.Put(ctx, []lab.File{{Name: name, Content: data}}, false)
}

func (s *server) Remove(ctx context.Context, name string) error {
	folder, err := s.current().Folder()
	if err != nil {
		return err
	}
	return folder.Remove(ctx, name)
}

func (s *server) Forbid(ctx context.Context, name string) error {
	folder, err := s.current().Folder()
	if err != nil {
		return err
	}
	return folder.Forbid(ctx, name)
}

// Link makes a symbolic link to a secret file, which is planted where the server sees it: in its own container.
func (s *server) Link(ctx context.Context, name string) error {
	r := s.current()
	folder, err := r.Folder()
	if err != nil {
		return err
	}
	c, _ := s.host.variant.Files()
	secret := secretBeside(c.Root)
	if err := r.Plant(ctx, c.Name, secret, []byte(Canary)); err != nil {
		return err
	}
	return folder.Link(ctx, name, secret)
}
