package inventory

import (
	"fmt"
	"slices"
	"testing"
)

// Each kind is found where it is, and not where something merely has a similar name.
func TestFindings(t *testing.T) {
	run := func(name string) entry { return entry{name: name, content: "#!/bin/x\n", mode: 0o755} }
	for _, tc := range []struct {
		kind  Kind
		is    []entry
		path  string // of the finding
		what  string
		isNot []entry
	}{
		{
			Shell, []entry{run("/bin/dash"), {name: "/bin/sh", link: "dash"}}, "/bin/sh", "link to /bin/dash",
			[]entry{{name: "/usr/share/completions/sh", content: "x"}, run("/bin/bashbug"),
				{name: "/sh", link: "/nowhere"}},
		},
		{
			Interpreter, []entry{run("/usr/bin/python3.13")}, "/usr/bin/python3.13", "",
			[]entry{run("/usr/bin/python3-config"), {name: "/usr/share/perl/"}},
		},
		{
			PackageManager, []entry{run("/usr/local/bin/pip3")}, "/usr/local/bin/pip3", "",
			[]entry{run("/usr/bin/apt-cache"), run("/etc/cron.daily/dpkg")},
		},
		{
			Compiler, []entry{run("/usr/bin/x86_64-linux-gnu-gcc-14")}, "/usr/bin/x86_64-linux-gnu-gcc-14", "",
			[]entry{run("/usr/bin/ld.so"), run("/usr/bin/run-as"), {name: "/srv/go", content: "x"}},
		},
		{
			Compiler, []entry{
				run("/app/node_modules/typescript/bin/tsc"),
				{name: "/app/node_modules/.bin/tsc", link: "../typescript/bin/tsc"},
			}, "/app/node_modules/.bin/tsc", "link to /app/node_modules/typescript/bin/tsc",
			[]entry{run("/bin/tsch")},
		},
		{
			Node, []entry{run("/usr/local/bin/node")}, "/usr/local/bin/node", "",
			[]entry{{name: "/sys/node", mode: 0o755}, run("/bin/nodeenv")},
		},
		{NodeManager, []entry{run("/usr/bin/npx")}, "/usr/bin/npx", "", []entry{{name: "/etc/npm", content: "x"}}},
		{
			NodeModules, []entry{
				{name: "/app/node_modules/@a/b/package.json", content: `{"name":"@a/b","version":"1"}`},
				{name: "/app/node_modules/c/node_modules/d/index.js"},
			}, "/app/node_modules", "1 package",
			[]entry{{name: "/app/node_modules.txt"}, {name: "/app/my_node_modules/"}},
		},
		{
			Source, []entry{{name: "/app/main.tsx"}}, "/app/main.tsx", "TypeScript",
			[]entry{{name: "/srv/main.js"}, {name: "/app/x.ts/"}},
		},
		{
			SourceMap, []entry{{name: "/srv/assets/index-abc.js.map"}}, "/srv/assets/index-abc.js.map", "",
			[]entry{{name: "/usr/share/i18n/UTF-8.map"}},
		},
		{
			Leftover, []entry{{name: "/srv/.env.production"}}, "/srv/.env.production", "",
			[]entry{{name: "/srv/.environment"}, {name: "/srv/env"}},
		},
		{
			Leftover, []entry{{name: "/srv/.git/"}, {name: "/srv/.git/config"}}, "/srv/.git", "",
			[]entry{{name: "/srv/.github/"}},
		},
		{
			Setuid, []entry{{name: "/bin/su", content: "x", mode: 0o4755}}, "/bin/su", "urwxr-xr-x",
			[]entry{{name: "/var/mail/", mode: 0o2775}},
		},
		{
			WorldWritable, []entry{{name: "/tmp/", mode: 0o1777}},
			"/tmp", "dtrwxrwxrwx, sticky: only its owner can remove a file",
			[]entry{{name: "/var/x/", mode: 0o775}, {name: "/link", link: "/var/x"}},
		},
		{
			Script, []entry{{name: "/bin/which", content: "#! /bin/sh -e\nexit\n", mode: 0o755}},
			"/bin/which", "/bin/sh -e",
			[]entry{{name: "/etc/which", content: "#!/bin/sh\n"}},
		},
	} {
		found := read(t, Config{}, tc.is...).Of(tc.kind)
		if !slices.Contains(found, Finding{tc.kind, tc.path, tc.what, 1}) {
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
	for _, p := range programNames {
		if !found[p.kind] {
			t.Errorf("%s is not in Kinds", p.kind)
		}
	}
}

// The sources of a package are reported together, one finding per package.
func TestSources(t *testing.T) {
	img := read(t, Config{},
		entry{name: "/lib", link: "usr/lib"},
		entry{name: "/var/lib/dpkg/status", content: "Package: libpython\nStatus: install ok installed\nVersion: 3\n"},
		entry{
			name:    "/var/lib/dpkg/info/libpython:amd64.list",
			content: "/.\n/lib/python3.13/os.py\n/lib/python3.13/json/decoder.py\n",
		},
		entry{name: "/usr/lib/python3.13/os.py"}, entry{name: "/usr/lib/python3.13/json/decoder.py"},
		entry{name: "/usr/local/lib/python3.13/ast.py"},
		entry{
			name:    "/venv/lib/python3.13/site-packages/click-8.dist-info/METADATA",
			content: "Name: click\nVersion: 8\n\nName: in the description\n",
		},
		entry{
			name:    "/venv/lib/python3.13/site-packages/click-8.dist-info/RECORD",
			content: "click/core.py,sha256=x,1\n../../../bin/tool.py,,\n",
		},
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
		"/usr/local/lib/python3.13: 1 Python of Python's standard library",
		"/venv: 2 Python of pip click",
	}
	if !slices.Equal(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	if img.Sum(LibrarySource) != 6 {
		t.Errorf("%d files", img.Sum(LibrarySource))
	}
}
