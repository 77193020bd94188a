package lab

import (
	"archive/tar"
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/moby/go-archive"
	"github.com/moby/moby/client"
	"github.com/moby/patternmatcher"
	"github.com/moby/patternmatcher/ignorefile"
	"github.com/testcontainers/testcontainers-go"
)

// ResultsFolder is where the results of somebody's own project are written, in the working directory. Each run adds to
// it, so that as a part of a build context it would make each run build anew.
const ResultsFolder = "spabench-results"

// withoutResults is a request whose build context lacks [ResultsFolder], wherever in the context it is. The user's
// .dockerignore stays as it is.
type withoutResults struct {
	*testcontainers.ContainerRequest
}

// BuildOptions are the request's, with that context.
func (r withoutResults) BuildOptions() (client.ImageBuildOptions, error) {
	request := *r.ContainerRequest
	dockerfile, err := onlyDockerfile(r.Context, r.GetDockerfile())
	if err != nil {
		return client.ImageBuildOptions{}, err
	}
	request.ContextArchive = dockerfile // which is all that is read here, and not an archive of the whole folder
	o, err := request.BuildOptions()
	if err != nil {
		return o, err
	}
	o.Context, err = leanContext(r.Context, r.GetDockerfile())
	return o, err
}

// onlyDockerfile is a context with nothing but the Dockerfile.
func onlyDockerfile(folder, dockerfile string) (*bytes.Reader, error) {
	text, err := os.ReadFile(filepath.Join(folder, filepath.FromSlash(dockerfile)))
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	err = w.WriteHeader(&tar.Header{Name: dockerfile, Mode: 0o644, Size: int64(len(text))})
	if err == nil {
		_, err = w.Write(text)
	}
	err = errors.Join(err, w.Close())
	return bytes.NewReader(b.Bytes()), err
}

// leanContext is the context of a build without what its .dockerignore names and without results.
func leanContext(folder, dockerfile string) (io.ReadCloser, error) {
	excluded, err := ignored(folder)
	if err != nil {
		return nil, err
	}
	included := []string{".", filepath.FromSlash(dockerfile)} // and what the engine looks for, in any case
	if _, err := os.Stat(filepath.Join(folder, ignoreFile)); err == nil {
		included = append(included, ignoreFile)
	}
	return archive.TarWithOptions(folder, &archive.TarOptions{
		ExcludePatterns: append(excluded, "**/"+ResultsFolder), IncludeFiles: included,
	})
}

const ignoreFile = ".dockerignore"

// ignored are the patterns in the .dockerignore of a folder.
func ignored(folder string) ([]string, error) {
	f, err := os.Open(filepath.Join(folder, ignoreFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	patterns, err := ignorefile.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", Shown(f.Name()), err)
	}
	return patterns, nil
}

// sendsResults reports whether the build context of a folder has results in it, which its .dockerignore does not leave
// out. It is asked where somebody else's tool sends the context.
func sendsResults(folder string) bool {
	if info, err := os.Stat(filepath.Join(folder, ResultsFolder)); err != nil || !info.IsDir() {
		return false
	}
	patterns, err := ignored(folder)
	if err != nil {
		return false // the build will say what is wrong with the file
	}
	left, err := patternmatcher.MatchesOrParentMatches(ResultsFolder, patterns)
	return err == nil && !left && !slices.Contains(patterns, ResultsFolder+"/*")
}
