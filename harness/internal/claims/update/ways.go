package update

import (
	"context"
	"io/fs"

	"spabench/harness/internal/lab"
	"spabench/harness/internal/rig"
)

// fileWay is a way to replace files of a running container.
type fileWay struct {
	name   string
	linked bool // the server follows lab.Released below the folder
	put    func(ctx context.Context, folder *lab.Folder, next fs.FS) error
}

// fileWays are all of them. The careful ones come first.
var fileWays = []fileWay{
	{name: "renamed into place, page last", put: func(ctx context.Context, f *lab.Folder, next fs.FS) error {
		return inOrder(next, rig.DeployOrder, func(files []lab.File) error { return f.Put(ctx, files, true) })
	}},
	{name: "renamed into place, old files kept", put: func(ctx context.Context, f *lab.Folder, next fs.FS) error {
		return inOrder(next, rig.DeployOrder, func(files []lab.File) error { return f.Put(ctx, files, false) })
	}},
	{name: "link to another folder", linked: true, put: func(ctx context.Context, f *lab.Folder, next fs.FS) error {
		return inOrder(next, rig.DeployOrder, func(files []lab.File) error { return f.Release(ctx, files) })
	}},
	{name: "copied in place, page last", put: func(ctx context.Context, f *lab.Folder, next fs.FS) error {
		return inOrder(next, rig.DeployOrder, func(files []lab.File) error { return f.Overwrite(ctx, files, true) })
	}},
	{name: "copied in place, page first", put: func(ctx context.Context, f *lab.Folder, next fs.FS) error {
		pageFirst := func(name string) int { return -rig.DeployOrder(name) }
		return inOrder(next, pageFirst, func(files []lab.File) error { return f.Overwrite(ctx, files, true) })
	}},
}

// careful is how many of fileWays are tried on every server: renaming files into place.
const careful = 2

// inOrder puts the files of a build in that order.
func inOrder(build fs.FS, order func(name string) int, put func([]lab.File) error) error {
	files, err := rig.OrderedFiles(build, order)
	if err != nil {
		return err
	}
	return put(files)
}
