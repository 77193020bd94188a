package rebuild

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/claims/claim"
)

// entry is a file of an image, without the time of its last change.
type entry struct {
	kind   byte // as tar has it
	mode   int64
	link   string
	digest [sha256.Size]byte
}

// tree is files by their paths from the root, which they do not begin with, and the times of their last change.
type tree struct {
	entries map[string]entry
	times   map[string]time.Time
}

// readTree reads what an archive has, but its folders.
func readTree(archive io.Reader) (tree, error) {
	t := tree{entries: map[string]entry{}, times: map[string]time.Time{}}
	for tr := tar.NewReader(archive); ; {
		h, err := tr.Next()
		if errors.Is(err, io.EOF) {
			return t, nil
		}
		if err != nil {
			return t, err
		}
		if h.Typeflag == tar.TypeDir {
			continue
		}
		e := entry{kind: h.Typeflag, mode: h.Mode, link: h.Linkname}
		content := sha256.New()
		if _, err := io.Copy(content, tr); err != nil {
			return t, err
		}
		content.Sum(e.digest[:0])
		name := strings.TrimPrefix(path.Clean(h.Name), "/")
		t.entries[name], t.times[name] = e, h.ModTime
	}
}

// comparedPart is a part of two images, compared file by file.
type comparedPart struct {
	name   string
	files  int      // of the first
	differ []string // paths of files that differ, or that one of both lacks
	times  int      // files that are the same but for the time of their last change
}

// imageParts are the parts that are compared: each has what is below its folder and in no part before it.
var imageParts = []struct{ name, folder string }{
	{"the build (dist)", "spa/dist"},
	{"installed packages (node_modules)", "spa/node_modules"},
	{"npm's cache and logs (~/.npm)", "root/.npm"},
	{"the rest of the image", ""},
}

// compareParts compares the final file systems of two images.
func compareParts(ctx context.Context, b *claim.Bench, refs [2]string) ([]comparedPart, error) {
	var trees [2]tree
	for i, ref := range refs {
		err := b.Lab.Export(ctx, ref, func(archive io.Reader) (err error) {
			trees[i], err = readTree(archive)
			return err
		})
		if err != nil {
			return nil, err
		}
	}
	return compareTrees(trees[0], trees[1]), nil
}

func compareTrees(a, b tree) []comparedPart {
	parts := make([]comparedPart, len(imageParts))
	for i, p := range imageParts {
		parts[i].name = p.name
	}
	for name, e := range a.entries {
		p := &parts[partOf(name)]
		p.files++
		other, is := b.entries[name]
		switch {
		case !is || other != e:
			p.differ = append(p.differ, name)
		case !a.times[name].Equal(b.times[name]):
			p.times++
		}
	}
	for name := range b.entries {
		if _, is := a.entries[name]; !is {
			p := &parts[partOf(name)]
			p.differ = append(p.differ, name)
		}
	}
	for i := range parts {
		slices.Sort(parts[i].differ)
	}
	return parts
}

// partOf is the place of the part that a file is in.
func partOf(name string) int {
	return slices.IndexFunc(imageParts, func(p struct{ name, folder string }) bool {
		return p.folder == "" || strings.HasPrefix(name, p.folder+"/")
	})
}

// kinds says which files differ, by the folder that they are in below the part's own.
func (p comparedPart) kinds() string {
	if len(p.differ) == 0 {
		return "none"
	}
	count := map[string]int{}
	var folders []string
	for _, name := range p.differ {
		folder := path.Dir(name)
		if parts := strings.Split(folder, "/"); len(parts) > 4 { // deep below caches, by digests
			folder = strings.Join(parts[:4], "/")
		}
		if count[folder]++; count[folder] == 1 {
			folders = append(folders, folder)
		}
	}
	var said []string
	for _, f := range folders {
		said = append(said, fmt.Sprintf("%d in /%s", count[f], f))
	}
	if len(said) > 6 {
		said = append(said[:6], fmt.Sprintf("and %d more folders", len(said)-6))
	}
	return strings.Join(said, ", ")
}
