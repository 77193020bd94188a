package inventory

import (
	"archive/tar"
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// entry is one of a made-up archive: a folder when its name ends so, a link when it has one, else a file.
type entry struct {
	name, content string
	mode          int64 // 0: 0o755 of a folder, 0o644 of a file
	link          string
	hard          bool
	user, group   int
}

func archive(t *testing.T, entries ...entry) io.Reader {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, e := range entries {
		h := &tar.Header{Name: strings.TrimPrefix(e.name, "/"), Typeflag: tar.TypeReg, Mode: e.mode, Size: int64(len(e.content)), Uid: e.user, Gid: e.group}
		switch {
		case strings.HasSuffix(e.name, "/"):
			h.Typeflag = tar.TypeDir
			if h.Mode == 0 {
				h.Mode = 0o755
			}
		case e.link != "":
			h.Typeflag, h.Linkname, h.Mode = tar.TypeSymlink, e.link, 0o777
			if e.hard {
				h.Typeflag, h.Mode = tar.TypeLink, e.mode
			}
		case h.Mode == 0:
			h.Mode = 0o644
		}
		if err := w.WriteHeader(h); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write([]byte(e.content)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return &b
}

func read(t *testing.T, c Config, entries ...entry) Image {
	t.Helper()
	img, err := Read(archive(t, entries...), c)
	if err != nil {
		t.Fatal(err)
	}
	return img
}

// Each kind is found where it is, and not where something is only named alike.
func TestFindings(t *testing.T) {
	run := func(name string) entry { return entry{name: name, content: "#!/bin/x\n", mode: 0o755} }
	for _, tc := range []struct {
		kind  Kind
		is    []entry
		path  string // of the finding
		what  string
		isNot []entry
	}{
		{kind: Shell, is: []entry{run("/bin/dash"), {name: "/bin/sh", link: "dash"}}, path: "/bin/sh", what: "link to " +
			"/bin/dash",
			isNot: []entry{{name: "/usr/share/completions/sh", content: "x"}, run("/bin/bashbug"), {name: "/sh", link: "/nowhere"}}},
		{kind: Interpreter, is: []entry{run("/usr/bin/python3.13")}, path: "/usr/bin/python3.13",
			isNot: []entry{run("/usr/bin/python3-config"), {name: "/usr/share/perl/"}}},
		{kind: PackageManager, is: []entry{run("/usr/local/bin/pip3")}, path: "/usr/local/bin/pip3", isNot: []entry{run("/usr/bin/apt-cache"), run("/etc/cron.daily/dpkg")}},
		{kind: Compiler, is: []entry{run("/usr/bin/x86_64-linux-gnu-gcc-14")}, path: "/usr/bin/x86_64-linux-gnu-gcc-14",
			isNot: []entry{run("/usr/bin/ld.so"), run("/usr/bin/run-as"), {name: "/srv/go", content: "x"}}},
		{kind: Compiler, is: []entry{run("/app/node_modules/typescript/bin/tsc"), {name: "/app/node_modules/.bin/tsc", link: "../typescript/bin/tsc"}},
			path: "/app/node_modules/.bin/tsc", what: "link to " +
				"/app/node_modules/typescript/bin/tsc", isNot: []entry{run("/bin/tsch")}},
		{kind: Node, is: []entry{run("/usr/local/bin/node")}, path: "/usr/local/bin/node", isNot: []entry{{name: "/sys/node", mode: 0o755}, run("/bin/nodeenv")}},
		{kind: NodeManager, is: []entry{run("/usr/bin/npx")}, path: "/usr/bin/npx", isNot: []entry{{name: "/etc/npm", content: "x"}}},
		{kind: NodeModules, is: []entry{{name: "/app/node_modules/@a/b/package.json", content: `{"name":"@a/b","version":"1"}`}, {name: "/app/node_modules/c/node_modules/d/index.js"}},
			path: "/app/node_modules", what: "1 packages", isNot: []entry{{name: "/app/node_modules.txt"}, {name: "/app/my_node_modules/"}}},
		{kind: Source, is: []entry{{name: "/app/main.tsx"}}, path: "/app/main.tsx", what: "TypeScript", isNot: []entry{{name: "/srv/main.js"}, {name: "/app/x.ts/"}}},
		{kind: SourceMap, is: []entry{{name: "/srv/assets/index-abc.js.map"}}, path: "/srv/assets/index-abc.js.map", isNot: []entry{{name: "/usr/share/i18n/UTF-8.map"}}},
		{kind: Leftover, is: []entry{{name: "/srv/.env.production"}}, path: "/srv/.env.production", isNot: []entry{{name: "/srv/.environment"}, {name: "/srv/env"}}},
		{kind: Leftover, is: []entry{{name: "/srv/.git/"}, {name: "/srv/.git/config"}}, path: "/srv/.git", isNot: []entry{{name: "/srv/.github/"}}},
		{kind: Setuid, is: []entry{{name: "/bin/su", content: "x", mode: 0o4755}}, path: "/bin/su", what: "urwxr-xr-x", isNot: []entry{{name: "/var/mail/", mode: 0o2775}}},
		{kind: WorldWritable, is: []entry{{name: "/tmp/", mode: 0o1777}}, path: "/tmp", what: "dtrwxrwxrwx, nobody can " +
			"remove what is another's",
			isNot: []entry{{name: "/var/x/", mode: 0o775}, {name: "/link", link: "/var/x"}}},
		{kind: Script, is: []entry{{name: "/bin/which", content: "#! /bin/sh " +
			"-e\nexit\n", mode: 0o755}}, path: "/bin/which", what: "/bin/sh -e",
			isNot: []entry{{name: "/etc/which", content: "#!/bin/sh\n"}}},
	} {
		found := read(t, Config{}, tc.is...).Of(tc.kind)
		if !slices.ContainsFunc(found, func(f Finding) bool { return f.Path == tc.path && f.What == tc.what && f.Files == 1 }) {
			t.Errorf("%s of %v: found %+v", tc.kind, tc.is, found)
		}
		if img := read(t, Config{}, tc.isNot...); img.Has(tc.kind) {
			t.Errorf("%s of %v: found %+v", tc.kind, tc.isNot, img.Of(tc.kind))
		}
	}
	found := map[Kind]bool{}
	for _, k := range Kinds() {
		found[k] = true
	}
	for _, p := range programs {
		if !found[p.kind] {
			t.Errorf("%s is not in Kinds", p.kind)
		}
	}
}

// What a package brought is told by package, and by no path of its own.
func TestSources(t *testing.T) {
	img := read(t, Config{},
		entry{name: "/lib", link: "usr/lib"},
		entry{name: "/var/lib/dpkg/status", content: "Package: libpython\nStatus: install ok installed\nVersion: 3\n"},
		entry{name: "/var/lib/dpkg/info/libpython:amd64.list", content: "/.\n/lib/python3.13/os.py\n/lib/python3.13/json/decoder.py\n"},
		entry{name: "/usr/lib/python3.13/os.py"}, entry{name: "/usr/lib/python3.13/json/decoder.py"},
		entry{name: "/usr/local/lib/python3.13/ast.py"},
		entry{name: "/venv/lib/python3.13/site-packages/click-8.dist-info/METADATA", content: "Name: click\nVersion: " +
			"8\n\nName: of nothing\n"},
		entry{name: "/venv/lib/python3.13/site-packages/click-8.dist-info/RECORD", content: "click/core.py,sha256=x,1\n../../../bin/tool.py,,\n"},
		entry{name: "/venv/lib/python3.13/site-packages/click/core.py"}, entry{name: "/venv/bin/tool.py"},
		entry{name: "/app/node_modules/@x/y/z/w.d.ts"},
		entry{name: "/app/library/main.py"},
	)
	var got []string
	for _, f := range slices.Concat(img.Of(Source), img.Of(LibrarySource)) {
		got = append(got, fmt.Sprintf("%s: %d %s", f.Path, f.Files, f.What))
	}
	want := []string{
		"/app/library/main.py: 1 Python",
		"/app/node_modules/@x/y/z: 1 TypeScript of npm @x/y",
		"/usr/lib/python3.13: 2 Python of dpkg libpython",
		"/usr/local/lib/python3.13: 1 Python of Python's own library",
		"/venv: 2 Python of pip click",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if img.Sum(LibrarySource) != 6 {
		t.Errorf("%d files", img.Sum(LibrarySource))
	}
}

func TestPackages(t *testing.T) {
	img := read(t, Config{},
		entry{name: "/var/lib/dpkg/status", content: "Package: dash\nStatus: install ok installed\nVersion: " +
			"0.5.12-12\nDescription: x\n a: b\n .\n\n" +
			"Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n"},
		entry{name: "/var/lib/dpkg/status.d/base", content: "Package: base-files\nVersion: 13\n"},
		entry{name: "/var/lib/dpkg/status.d/base.md5sums", content: "Package: x\n"},
		entry{name: "/lib/apk/db/installed", content: "C:Q1\nP:musl\nV:1.2.5-r0\nF:lib\nR:ld-musl.so.1\n\nP:zlib\nV:1.3\n"},
		entry{name: "/usr/lib/python3/dist-packages/pip-25.1.1.dist-info/METADATA", content: "Metadata-Version: " +
			"2.4\nName: pip\nVersion: 25.1.1\n"},
		entry{name: "/usr/lib/python3/dist-packages/old.egg-info", content: "Name: old\nVersion: 1\n"},
		entry{name: "/a/node_modules/c/package.json", content: `{"name":"c","version":"2.0.0"}`},
		entry{name: "/a/node_modules/c/node_modules/@d/e/package.json", content: `{"name":"@d/e","version":"3.0.0"}`},
		entry{name: "/a/node_modules/c/dist/package.json", content: `{"name":"none","version":"1"}`},
		entry{name: "/a/node_modules/f/package.json", content: `{"type":"module"}`},
		entry{name: "/a/node_modules/g/package.json", content: `{`},
		entry{name: "/a/package.json", content: `{"name":"app","version":"1"}`},
	)
	var got []string
	for _, p := range img.Packages {
		got = append(got, fmt.Sprint(p.Manager, " ", p.Name, " ", p.Version))
	}
	want := []string{"dpkg base-files 13", "dpkg dash 0.5.12-12", "apk musl 1.2.5-r0", "apk zlib 1.3", "pip old " +
		"1", "pip pip 25.1.1", "npm @d/e 3.0.0", "npm c 2.0.0"}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if len(img.By(Dpkg)) != 2 || img.By(GoModule) != nil {
		t.Errorf("by manager: %v", img.Packages)
	}
}

// Of an image with one file, the archive has what the engine adds; nothing is found in it.
func TestBareImage(t *testing.T) {
	img := read(t, Config{User: "65532:65532", Entrypoint: []string{"/server"}},
		entry{name: "/.dockerenv"}, entry{name: "/dev/"}, entry{name: "/dev/console"}, entry{name: "/dev/shm/", mode: 0o1777}, entry{name: "/proc/"}, entry{name: "/sys/"},
		entry{name: "/etc/"}, entry{name: "/etc/hosts"}, entry{name: "/etc/hostname"}, entry{name: "/etc/resolv.conf"}, entry{name: "/etc/mtab", link: "/proc/mounts"},
		entry{name: "/data/", mode: 0o755}, entry{name: "/data/books.db", content: "SQLite"},
	)
	if img.Files != 1 || img.Bytes != 6 || img.Executables != 0 || len(img.Findings) != 0 || len(img.Packages) != 0 || len(img.Binaries) != 0 {
		t.Errorf("%+v", img)
	}
	if img.Entry.Path != "" || img.Entry.Alone() || img.Config.Root() {
		t.Errorf("entry %+v", img.Entry)
	}
	for user, root := range map[string]bool{"": true, "0": true, "root:root": true, "0:0": true, "nginx": false, "1000:0": false} {
		if (Config{User: user}).Root() != root {
			t.Errorf("user %q", user)
		}
	}
}

func TestCutOff(t *testing.T) {
	b, err := io.ReadAll(archive(t, entry{name: "/file", content: strings.Repeat("x", 5000)}))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Read(bytes.NewReader(b[:2000]), Config{}); err == nil {
		t.Error("no error")
	}
}

// A Go program without cgo is static and says how it was built; a program of the system is dynamic and names its
// libraries.
func TestBinaries(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte("package main\n\nfunc main() {}\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-ldflags=-s -w", "-o", "static", "main.go")
	build.Dir, build.Env = dir, append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOFLAGS=", "GOWORK=off")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	static, err := os.ReadFile(filepath.Join(dir, "static"))
	if err != nil {
		t.Fatal(err)
	}
	img := read(t, Config{Entrypoint: []string{"server"}, Env: []string{"PATH=/opt:/usr"}},
		entry{name: "/opt/server", content: "not to be " +
			"started"}, entry{name: "/usr/server", content: string(static), mode: 0o755},
		entry{name: "/usr/again", link: "usr/server", hard: true, mode: 0o755}, entry{name: "/usr/broken", content: "\x7fELF", mode: 0o755})
	if len(img.Binaries) != 2 || len(img.Formed(Static)) != 1 || len(img.Formed(Other)) != 1 || img.Executables != 2 || img.Files != 4 {
		t.Fatalf("%+v", img)
	}
	b := img.Formed(Static)[0]
	if b.Go == nil || !strings.HasPrefix(b.Go.Version, "go1.") || b.Go.Cgo || b.Loader != "" || len(b.Needs) != 0 || b.Bytes != int64(len(static)) {
		t.Errorf("%+v, Go %+v", b, b.Go)
	}
	if !img.Entry.Alone() || img.Entry.Path != "/usr/server" {
		t.Errorf("entry %+v", img.Entry)
	}

	ls, err := os.ReadFile("/bin/ls")
	if err != nil || !bytes.HasPrefix(ls, []byte("\x7fELF")) {
		t.Skip("no ELF program /bin/ls here")
	}
	img = read(t, Config{Command: []string{"/bin/ls"}}, entry{name: "/bin/ls", content: string(ls), mode: 0o755})
	if linked := bytes.Contains(ls, []byte("/ld-linux")) || bytes.Contains(ls, []byte("/ld-musl")); linked != (img.Binaries[0].Form == Dynamic) {
		t.Errorf("names a loader: %v; %+v", linked, img.Binaries[0])
	}
	if b := img.Binaries[0]; b.Form == Dynamic && (b.Loader == "" || len(b.Needs) == 0 || b.Go != nil) || b.Form != Dynamic && b.Form != Static {
		t.Errorf("%+v", b)
	}
	if b := img.Binaries[0]; b.Form == Dynamic && (img.Entry.Alone() || !slices.Equal(slices.Sorted(slices.Values(b.Needs)), img.Entry.Missing)) {
		t.Errorf("entry %+v", img.Entry)
	}
}

// What an entry needs is found by way of links, interpreters and the libraries of libraries.
func TestEntry(t *testing.T) {
	library := func(needs ...string) *node {
		return &node{kind: regularFile, mode: 0o644, binary: &Binary{Form: Library, Needs: needs}}
	}
	link := func(to string) *node { return &node{kind: symbolicLink, link: to} }
	tr := &tree{nodes: map[string]*node{
		"/venv/bin/python":         link("python3"),
		"/venv/bin/python3":        link("/usr/bin/python3"),
		"/usr/bin/python3":         link("python3.13"),
		"/usr/bin/python3.13":      {kind: regularFile, mode: 0o755, binary: &Binary{Form: Dynamic, Loader: "/lib64/ld.so", Needs: []string{"libz.so.1", "libx.so"}}},
		"/lib64":                   link("usr/lib64"),
		"/usr/lib64/ld.so":         library(),
		"/usr/lib/libz.so.1":       link("libz.so.1.3"),
		"/usr/lib/libz.so.1.3":     library("libc.so.6"),
		"/usr/lib/libc.so.6":       library("libz.so.1"),
		"/usr/lib/libunrelated.so": library(),
		"/venv/bin/uvicorn":        {kind: regularFile, mode: 0o755, runs: "/venv/bin/python -s"},
		"/app/start":               {kind: regularFile, mode: 0o755, runs: "/usr/bin/env python3"},
		"/loop":                    link("/loop"),
	}}
	for at := range tr.nodes {
		tr.paths = append(tr.paths, at)
	}
	slices.Sort(tr.paths)
	python := Entry{Path: "/usr/bin/python3.13", Form: Dynamic, Interpreter: "/usr/bin/python3.13", Loader: "/usr/lib64/ld.so",
		Libraries: []string{"/usr/lib/libc.so.6", "/usr/lib/libz.so.1.3"}, Missing: []string{"libx.so"}}
	script := python
	script.Path, script.Form = "/venv/bin/uvicorn", ""
	start := script
	start.Path = "/app/start"
	for _, tc := range []struct {
		config Config
		want   Entry
	}{
		{Config{Command: []string{"/venv/bin/python", "-m", "library"}}, python},
		{Config{Command: []string{"python3"}}, python},
		{Config{Entrypoint: []string{"uvicorn"}, Command: []string{"main"}, Env: []string{"PATH=/venv/bin"}}, script},
		{Config{Entrypoint: []string{"./start"}, WorkingDir: "/app"}, start},
		{Config{Entrypoint: []string{"/loop"}}, Entry{Libraries: []string{}}},
		{Config{}, Entry{Libraries: []string{}}},
	} {
		got := tr.entry(tc.config)
		tc.want.Command = slices.Concat(tc.config.Entrypoint, tc.config.Command)
		if fmt.Sprintf("%+v", got) != fmt.Sprintf("%+v", tc.want) || got.Alone() {
			t.Errorf("%+v:\ngot  %+v\nwant %+v", tc.config, got, tc.want)
		}
	}
}
