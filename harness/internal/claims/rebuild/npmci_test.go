package rebuild

import (
	"archive/tar"
	"bytes"
	"io"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"spabench/harness/internal/record"
)

// archive writes files whose texts are given by their names; a text that begins with -> is a link's.
func archive(t *testing.T, when time.Time, files map[string]string) io.Reader {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for name, text := range files {
		h := &tar.Header{Name: name, Mode: 0o644, Size: int64(len(text)), Typeflag: tar.TypeReg, ModTime: when}
		if link, is := strings.CutPrefix(text, "-> "); is {
			h.Typeflag, h.Linkname, h.Size, text = tar.TypeSymlink, link, 0, ""
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

// A file counts in its part of the image. It differs by content or link target, or when one image lacks it; its
// modification time is counted apart.
func TestCompareTrees(t *testing.T) {
	files := map[string]string{
		"spa/dist/index.html": "page", "spa/dist/a.js": "script", "spa/node_modules/.bin/vite": "-> ../vite/vite.js",
		"spa/node_modules/vite/vite.js": "vite", "root/.npm/_logs/1.log": "log", "etc/passwd": "root",
	}
	first, err := readTree(archive(t, time.Unix(1, 0), files))
	if err != nil {
		t.Fatal(err)
	}
	changed := maps.Clone(files)
	changed["spa/dist/a.js"] = "another"
	changed["spa/node_modules/.bin/vite"] = "-> ../other"
	delete(changed, "root/.npm/_logs/1.log")
	changed["root/.npm/_logs/2.log"] = "log"
	second, err := readTree(archive(t, time.Unix(2, 0), changed))
	if err != nil {
		t.Fatal(err)
	}
	in := func(folder string, files int) []record.FolderFiles {
		return []record.FolderFiles{{Folder: folder, Files: files}}
	}
	var got record.NpmCIObserved
	compareTrees(first, second, &got)
	want := record.NpmCIObserved{
		Build:    record.ComparedFiles{Files: 2, Differ: 1, TimesOnly: 1, Folders: in("/spa/dist", 1)},
		Packages: record.ComparedFiles{Files: 2, Differ: 1, TimesOnly: 1, Folders: in("/spa/node_modules/.bin", 1)},
		NpmCache: record.ComparedFiles{Files: 1, Differ: 2, Folders: in("/root/.npm/_logs", 2)},
		Rest:     record.ComparedFiles{Files: 1, TimesOnly: 1},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
	var same record.NpmCIObserved
	compareTrees(first, first, &same)
	for _, part := range []record.ComparedFiles{same.Build, same.Packages, same.NpmCache, same.Rest} {
		if part.Differ+part.TimesOnly+len(part.Folders) > 0 || !part.Same() {
			t.Errorf("a tree differs from itself: %+v", part)
		}
	}
}

// Folders deep below a cache, which are named by digests, are counted as one.
func TestCountFolders(t *testing.T) {
	got := countFolders([]string{
		"c/v5/index/ab/cd/1", "c/v5/index/ab/ef/gh/2", "b/3", "c/v5/index/4", "c/v5/index/ab/5", "6",
	})
	want := []record.FolderFiles{{Folder: "/", Files: 1}, {Folder: "/b", Files: 1},
		{Folder: "/c/v5/index", Files: 1}, {Folder: "/c/v5/index/ab", Files: 3}}
	if !slices.Equal(got, want) {
		t.Errorf("%+v\nwant\n%+v", got, want)
	}
}

// What npm 11 prints when it refuses, with the usage below it.
const refusal = `npm error code EUSAGE
npm error
npm error ` + "`npm ci` can only install packages when your package.json and package-lock.json or " +
	"npm-shrinkwrap.json are in sync. Please update your lock file with `npm install` before continuing." + `
npm error
npm error Invalid: lock file's react-router@7.18.5 does not satisfy react-router@7.18.4
npm error
npm error Clean install a project
npm error
npm error Usage:
npm error npm ci
`

func TestReadMismatch(t *testing.T) {
	lock := func(version string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(
			`{"packages": {"": {"version": "0.0.0"}, "node_modules/react-router": {"version": "` + version + `"}}}`)}
	}
	left := fstest.MapFS{
		"ci.code": {Data: []byte("1\n")}, "install.code": {Data: []byte("0\n")}, "ci.txt": {Data: []byte(refusal)},
		"before.json": lock("7.18.5"), "after.json": lock("7.18.4"),
	}
	m, err := readMismatch(left)
	if err != nil {
		t.Fatal(err)
	}
	if !m.Refused() || m.CIExit != 1 || m.InstallExit != 0 || m.Locked != "7.18.5" || m.After != "7.18.4" ||
		len(m.CIErrors) != 3 || !strings.HasPrefix(m.CIErrors[2], "npm error Invalid: lock file's") {
		t.Errorf("%+v", m)
	}
	delete(left, "ci.code")
	if _, err := readMismatch(left); err == nil {
		t.Error("no exit code, and no error")
	}
}

// The real package.json asks for the library, and is changed in nothing else.
func TestAskOther(t *testing.T) {
	manifest, err := os.ReadFile("../../../../variants/spa/package.json")
	if err != nil {
		t.Fatal(err)
	}
	asked, changed, err := askOther(manifest)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(asked, "<") || strings.Replace(string(changed), asked, asked[1:], 1) != string(manifest) {
		t.Errorf("asked for %s:\n%s", asked, changed)
	}
	if _, _, err := askOther([]byte(`{"dependencies": {}}`)); err == nil {
		t.Error("the library is not asked for, and there is no error")
	}
}

func TestJudgeNpmCI(t *testing.T) {
	for _, c := range []struct {
		name  string
		spoil func(*record.NpmCIObserved)
		want  record.Verdict
	}{
		{"as claimed", func(*record.NpmCIObserved) {}, record.Holds},
		{"other packages", func(seen *record.NpmCIObserved) { seen.Packages.Differ = 1 }, record.Partly},
		{"another build", func(seen *record.NpmCIObserved) { seen.Build.Differ = 2 }, record.Refuted},
		{"no build at all", func(seen *record.NpmCIObserved) { seen.Build.Files = 0 }, record.Refuted},
		{"npm ci does not refuse", func(seen *record.NpmCIObserved) { seen.Mismatch.CIExit = 0 }, record.Partly},
		{"all but the build differs", func(seen *record.NpmCIObserved) {
			seen.Packages.Differ, seen.Mismatch.CIExit = 1, 0
		}, record.Partly},
	} {
		t.Run(c.name, func(t *testing.T) {
			seen := record.NpmCIObserved{
				Build: record.ComparedFiles{Files: 80, TimesOnly: 80}, Packages: record.ComparedFiles{Files: 9000},
				Mismatch: record.LockMismatch{CIExit: 1},
			}
			c.spoil(&seen)
			if got := judgeNpmCI(seen); got != c.want {
				t.Errorf("%s, want %s", got, c.want)
			}
		})
	}
}
