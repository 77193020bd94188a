package rig

import (
	"cmp"
	"context"
	"io/fs"
	"slices"
	"strings"

	"spabench/harness/internal/lab"
)

// deployFiles replaces the build in a served folder by another one, so that what a file names is there before it:
// the assets first, then the rest, the page last, and only then what is gone is removed.
func deployFiles(ctx context.Context, r *lab.Running, build fs.FS) error {
	folder, err := r.Folder()
	if err != nil {
		return err
	}
	files, err := FilesInDeployOrder(build, DeployOrder)
	if err != nil {
		return err
	}
	return folder.Put(ctx, files, true)
}

// FilesInDeployOrder reads the files of a build, in the order of their turns and names. A coded form has the name of its original
// and more, so it comes after it.
func FilesInDeployOrder(build fs.FS, turn func(name string) int) ([]lab.File, error) {
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
		return cmp.Or(cmp.Compare(turn(a.Name), turn(b.Name)), strings.Compare(a.Name, b.Name))
	})
	return files, err
}

// DeployOrder is when a file is deployed.
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

// Link plants the file that the link leads to where the server itself sees it: in its own container.
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
