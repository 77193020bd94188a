package lab

import (
	"context"
	"os"
	"path/filepath"
)

// FilesFolder is where an image that [Files] names has the build.
const FilesFolder = "spa/dist"

// BuildFiles builds an image that contains nothing but the files in [FilesFolder], which is below this folder, and
// returns its reference. A Dockerfile is written beside it.
func (l *Lab) BuildFiles(ctx context.Context, tag, folder string) (string, error) {
	const dockerfile = "Dockerfile"
	text := "FROM scratch\nCOPY " + FilesFolder + "/ /" + FilesFolder + "/\n"
	if err := os.WriteFile(filepath.Join(folder, dockerfile), []byte(text), 0o644); err != nil {
		return "", &BuildError{Dockerfile: dockerfile, Err: err}
	}
	ref := l.prefix + "/theirs:" + tag
	return ref, l.build(ctx, buildRequest{
		context: folder, dockerfile: dockerfile, ref: ref,
		labels: map[string]string{labelStage: "1"}, // by which RemoveImages finds it when it has lost its name
	})
}
