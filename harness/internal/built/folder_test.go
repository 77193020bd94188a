package built

import (
	"bytes"
	"compress/gzip"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// app is the page of a build as Vite writes it, of which the other file is the script.
const (
	app    = `<!doctype html><title>Shop</title><script type="module" src="/assets/index-4f1c9a2b.js"></script>`
	script = "assets/index-4f1c9a2b.js"
)

// write writes files into a new folder, and returns its path.
func write(t *testing.T, files map[string]string) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dist")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	for name, text := range files {
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// zipped is the text compressed with gzip.
func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(text))
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// Every folder that cannot be served is refused, with what is wrong and what to do.
func TestRefused(t *testing.T) {
	type files = map[string]string
	for name, test := range map[string]struct {
		files map[string]string
		want  string
	}{
		"empty":        {nil, "it has no index.html: give the folder that the build writes"},
		"Angular":      {files{"shop/browser/index.html": app}, "/dist/shop/browser has one: give that folder"},
		"two pages":    {files{"a/b/c/index.html": app, "z/index.html": app}, "/dist/z has one"},
		"SvelteKit":    {files{"200.html": app}, "but 200.html: let the build name its fallback index.html"},
		"page in .git": {files{".git/index.html": app}, "it has no index.html: give"},
		"source": {
			files{"index.html": `<script type="module" src="/src/main.tsx"></script>`},
			"index.html loads /src/main.tsx, which is source: build the app",
		},
		"project": {
			files{"index.html": app, script: "1", "node_modules/a/b.js": "1"},
			"it contains node_modules, so it is a project",
		},
		"Vite's project":   {files{"index.html": app, script: "1", "package.json": "{}"}, "it contains package.json"},
		"Angular's source": {files{"index.html": app, script: "1", "main.ts": "1"}, "it contains main.ts, so"},
		"Vue's source":     {files{"index.html": app, script: "1", "a/App.vue": "1"}, "it contains a/App.vue, so"},
		"page in src":      {files{"web/src/index.html": app}, "it has no index.html: give"},
		"base path": {
			files{"index.html": strings.ReplaceAll(app, "/assets", "/shop/de/assets"), script: "1"},
			"index.html loads its files from below /shop/de/, and the strategies serve the app at the root: build",
		},
		"base element": {
			files{"index.html": `<base href="/shop/"><script src="main.js"></script>`, "main.js": "1"},
			`index.html has <base href="/shop/">`,
		},
		"base elsewhere": {
			files{"index.html": `<base href="https://cdn.example/"><script src="a.js"></script>`, "a.js": "1"},
			`index.html has <base href="https://cdn.example/">`,
		},
		"original deleted": {
			files{"index.html": app, script + ".gz": zipped(t, "1")},
			script + ".gz has no " + script + " beside it",
		},
		"stale copy": {
			files{"index.html": app, script: "new", script + ".gz": zipped(t, "old")},
			script + ".gz is not " + script + " compressed",
		},
		"longer copy":  {files{"index.html": app, script: "1", script + ".gz": zipped(t, "1\n")}, "compressed"},
		"shorter copy": {files{"index.html": app, script: "12", script + ".gz": zipped(t, "1")}, "compressed"},
		"broken copy":  {files{"index.html": app, script: "1", script + ".br": "\xff"}, "compressed, perhaps"},
		"no gzip":      {files{"index.html": app, script: "1", script + ".gz": "1"}, "compressed, perhaps"},
	} {
		dir := write(t, test.files)
		f, err := Read(dir)
		if err == nil || !strings.HasPrefix(err.Error(), dir+": ") || !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %+v, %v\nwant %s", name, f, err, test.want)
		}
	}
}

// A path that is no folder is refused, too.
func TestNoFolder(t *testing.T) {
	dir := write(t, map[string]string{"index.html": app})
	for path, want := range map[string]string{
		dir + "/gone":       dir + "/gone: there is no such folder; build the app first",
		dir + "/index.html": "index.html: not a folder; give the folder that the build writes",
	} {
		if _, err := Read(path); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Links to files are followed within the folder; all others are refused.
func TestLinks(t *testing.T) {
	for link, want := range map[string]string{
		script: "", "gone.js": "link.js is a symbolic link that leads out of the folder, or nowhere",
		"../outside.js": "leads out of the folder", "/etc/passwd": "leads out of the folder",
		"assets": "link.js is a symbolic link to a folder", ".": "link.js is a symbolic link to a folder",
	} {
		dir := write(t, map[string]string{"index.html": app, script: "1", "../outside.js": "secret"})
		if err := os.Symlink(link, filepath.Join(dir, "link.js")); err != nil {
			t.Skip(err)
		}
		f, err := Read(dir)
		if want == "" {
			if err != nil || len(f.Files) != 3 || f.Files[0].Sum != f.Files[2].Sum || f.Files[2].Name != "link.js" {
				t.Errorf("%s: %+v, %v", link, f, err)
			}
		} else if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", link, err, want)
		}
	}
}

// What is read, what is left out, and what is said about it.
func TestRead(t *testing.T) {
	page := app + `<link rel="stylesheet" href="/gone.css"><img src="https://elsewhere.example/a.png">`
	dir := write(t, map[string]string{
		"index.html": page, script: "1", script + ".gz": zipped(t, "1"), "bücher/größe 1.txt": "ä", "about.html": "x",
		".DS_Store": "x", ".git/config": "x", ".well-known/assetlinks.json": "[]", "a/.hidden/b.js": "1",
		"api/books.json": "[]", "_headers": "x", "photo.png": "x", "photo.png.gz": zipped(t, "x"), "404.html": "x",
		"data.tar.gz": "not gzip, and nobody's copy", script + ".zst": "x",
	})
	f, err := Read(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, file := range f.Files {
		names = append(names, file.Name)
	}
	want := []string{
		".well-known/assetlinks.json", "404.html", "about.html", script, script + ".gz", "bücher/größe 1.txt",
		"data.tar.gz", "index.html", "photo.png",
	}
	if !slices.Equal(names, want) {
		t.Errorf("files %q, want %q", names, want)
	}
	said := strings.Join(f.Notes, "\n")
	for _, want := range []string{
		"left out: files below /api, where the API of the strategies responds (1)",
		"left out: hidden files and folders, which must not be served (3)", "left out: settings of static hosts (1)",
		"because they are not of text, or in zstd (2)",
		"refers to /gone.css, which the folder does not have",
		"at /about, the strategies respond not with about.html, but with index.html",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("%q is not said:\n%s", want, said)
		}
	}
	if strings.Contains(said, "404.html") || strings.Contains(said, "elsewhere") {
		t.Errorf("too much is said:\n%s", said)
	}
	if f.Page.Script != script || f.Embeddable() != nil {
		t.Errorf("page %+v, embeddable: %v", f.Page, f.Embeddable())
	}
}

// The digest tells folders apart whose files have other names or contents, and no others.
func TestDigest(t *testing.T) {
	digest := func(files map[string]string) string {
		files["index.html"] = app
		f, err := Read(write(t, files))
		if err != nil {
			t.Fatal(err)
		}
		return f.Digest
	}
	was := digest(map[string]string{script: "1"})
	if again := digest(map[string]string{script: "1", ".hidden": "x"}); again != was {
		t.Errorf("the same files: %s, was %s", again, was)
	}
	for name, files := range map[string]map[string]string{
		"content": {script: "2"}, "name": {"assets/index-4f1c9a2c.js": "1"}, "one more": {script: "1", "a": ""},
		"none": {},
	} {
		if digest(files) == was {
			t.Errorf("%s: the digest is the same", name)
		}
	}
}

// What go:embed would leave out without a word is told.
func TestEmbeddable(t *testing.T) {
	for name, want := range map[string]bool{
		"a b/größe (1) [id]+,=@.js": true, "日本/本.js": true, "_next/static/x.js": true, "a~b$c&d#e%f!.js": true,
		"it's.js": false, "a*b.js": false, "a:b.js": false, "q?.js": false, `a"b.js`: false, "a|b.js": false,
		"a<b.js":       false,
		"dash – en.js": false, "re\u0301sume\u0301.js": false, "💡.svg": false, "aux.js": false, "sub/CON": false,
		"end.":       false,
		"sub/go.mod": false, "a/.git/b": false, "a/.hg": false, "go.module": true,
	} {
		if embeddable(name) != want {
			t.Errorf("%s: %t, want %t", name, !want, want)
		}
	}
	f, err := Read(write(t, map[string]string{"index.html": app, script: "1", "it's.js": "1", "💡.js": "1"}))
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Embeddable(); err == nil || !strings.Contains(err.Error(), `go:embed leaves out "it's.js" and 1 more`) {
		t.Errorf("%v", err)
	}
}
