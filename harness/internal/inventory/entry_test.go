package inventory

import (
	"fmt"
	"slices"
	"testing"
)

// What an entry needs is found through links, interpreters and the libraries of libraries.
func TestEntry(t *testing.T) {
	library := func(needs ...string) *node {
		return &node{kind: regularFile, mode: 0o644, binary: &Binary{Form: Library, Needs: needs}}
	}
	link := func(to string) *node { return &node{kind: symbolicLink, link: to} }
	program := &node{kind: regularFile, mode: 0o755, binary: &Binary{
		Form: Dynamic, Loader: "/lib64/ld.so", Needs: []string{"libz.so.1", "libx.so"},
	}}
	tr := &tree{nodes: map[string]*node{
		"/venv/bin/python":         link("python3"),
		"/venv/bin/python3":        link("/usr/bin/python3"),
		"/usr/bin/python3":         link("python3.13"),
		"/usr/bin/python3.13":      program,
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
	python := Entry{
		Path: "/usr/bin/python3.13", Form: Dynamic, Interpreter: "/usr/bin/python3.13", Loader: "/usr/lib64/ld.so",
		Libraries: []string{"/usr/lib/libc.so.6", "/usr/lib/libz.so.1.3"}, Missing: []string{"libx.so"},
	}
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
