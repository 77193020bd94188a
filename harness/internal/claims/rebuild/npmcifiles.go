package rebuild

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"errors"
	"io"
	"path"
	"slices"
	"strings"
	"time"

	"spabench/harness/internal/claims/claim"
	"spabench/harness/internal/record"
)

// entry is a file of an image, without its modification time.
type entry struct {
	kind   byte // as tar has it
	mode   int64
	link   string
	digest [sha256.Size]byte
}

// tree has files, and their modification times, by path from the root, without the leading slash.
type tree struct {
	entries map[string]entry
	times   map[string]time.Time
}

// readTree reads the entries of an archive, except folders.
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

// compareImages compares the final file systems of two images, and records each part of them.
func compareImages(ctx context.Context, b *claim.Bench, refs [2]string, seen *record.NpmCIObserved) error {
	var trees [2]tree
	for i, ref := range refs {
		err := b.Lab.Export(ctx, ref, func(archive io.Reader) (err error) {
			trees[i], err = readTree(archive)
			return err
		})
		if err != nil {
			return err
		}
	}
	compareTrees(trees[0], trees[1], seen)
	return nil
}

func compareTrees(a, b tree, seen *record.NpmCIObserved) {
	differ := map[*record.ComparedFiles][]string{}
	for name, e := range a.entries {
		part := partOf(seen, name)
		part.Files++
		other, is := b.entries[name]
		switch {
		case !is || other != e:
			differ[part] = append(differ[part], name)
		case !a.times[name].Equal(b.times[name]):
			part.TimesOnly++
		}
	}
	for name := range b.entries {
		if _, is := a.entries[name]; !is {
			part := partOf(seen, name)
			differ[part] = append(differ[part], name)
		}
	}
	for part, names := range differ {
		part.Differ = len(names)
		part.Folders = countFolders(names)
	}
}

// partOf returns the part of the image that a file is counted in.
func partOf(seen *record.NpmCIObserved, name string) *record.ComparedFiles {
	switch {
	case strings.HasPrefix(name, "spa/dist/"):
		return &seen.Build
	case strings.HasPrefix(name, "spa/node_modules/"):
		return &seen.Packages
	case strings.HasPrefix(name, "root/.npm/"):
		return &seen.NpmCache
	}
	return &seen.Rest
}

// deepest is how many levels of folders are told apart: caches have many more, named by digests.
const deepest = 4

// countFolders counts files by the folder that they are in, in the order of their paths.
func countFolders(names []string) (folders []record.FolderFiles) {
	at := map[string]int{}
	for _, name := range slices.Sorted(slices.Values(names)) {
		folder := path.Join("/", path.Dir(name))
		if levels := strings.SplitAfterN(folder[1:], "/", deepest+1); len(levels) > deepest {
			folder = "/" + strings.TrimSuffix(strings.Join(levels[:deepest], ""), "/")
		}
		i, known := at[folder]
		if !known {
			i = len(folders)
			at[folder], folders = i, append(folders, record.FolderFiles{Folder: folder})
		}
		folders[i].Files++
	}
	return folders
}
