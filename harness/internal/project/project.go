// Package project reads spabench.yaml, in which a project describes its app once for all commands.
package project

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// FileName is where a project is looked for, if no other file is named.
const FileName = "spabench.yaml"

// Project is what the file says.
type Project struct {
	File string // its path, as errors name it
	App  App

	Servers []Server // in the order of the file

	Loads       []Load    // what is said of the loads of a bench, in the order of the file
	CompareWith []Setting // names of our variants that a bench measures beside the servers; none: not said
	Gate        string    // path of a file with budgets

	missing []error
	lines   map[string]int // of each key, by its path, such as app.dist
}

// App is the app that the project's servers serve. What is empty was not said.
type App struct {
	Dist     string    // folder of the build; where the file has a relative path, it is relative to the file's folder
	Routes   []string  // client routes, percent-encoded
	APIs     []string  // path prefixes of the API, mostly one, or "-" if there is none
	APIGet   string    // an endpoint of the API that allows only GET
	Features []Setting // what the server offers, in the order of the file
	Waive    []Setting // checks that are expected to fail, with the reasons

	missing []error
}

// Missing says that the build is not there. It need not be, for who does not use it.
func (a App) Missing() error { return errors.Join(a.missing...) }

// Setting is a name with its value.
type Setting struct {
	Name, Value string
	Key         string // the path of its key in the file, for [Project.Where]
}

// Features are the keys that app.features may have.
var Features = []string{
	"slow", "fail", "events", "write", "limit", "guard", "canary", "form-post", "retained", "configured",
}

// repeated are those that may have a list of values.
var repeated = []string{"guard", "canary", "form-post", "configured"}

// Find reads the file of that name, or, where the name is "", the file named [FileName] in the folder; it is nil if the
// folder has none.
func Find(folder, named string) (*Project, error) {
	if named != "" {
		return Read(named)
	}
	p, err := Read(filepath.Join(folder, FileName))
	if errors.Is(err, os.ErrNotExist) {
		return nil, nil
	}
	return p, err
}

// Read reads a project's file. Whatever is wrong with it is in the error, one line for each fault, with its line in the
// file, what is wrong there, and what would be right. That a file, a folder or a variable which it names is missing is
// told by [App.Missing], [Server.Missing] and [Project.Missing], since not every use needs them.
func Read(file string) (*Project, error) {
	text, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the project: %w", err)
	}
	p := &Project{File: file}
	r := newReader(file, text)
	if len(r.errs) == 0 && r.root.node.Kind == yaml.MappingNode && len(r.root.node.Content) == 0 {
		r.fail(r.root, "the file has no content; spabench schema project prints the keys that it can have")
	}
	r.mapping(r.root, "", []field{
		{"app", func(n value) { p.App = r.app(n) }},
		{"servers", func(n value) { p.Servers = r.servers(n) }},
		{"loads", func(n value) { p.Loads = r.loads(n) }},
		{"compare-with", func(n value) { p.CompareWith = r.names(n) }},
		{"gate", func(n value) { p.Gate, p.missing = r.existing(n), r.takeMissing() }},
	})
	p.lines = r.lines
	return p, errors.Join(r.errs...)
}

// Where is the place of a key in the file, for errors about its value.
func (p *Project) Where(key string) string {
	return fmt.Sprintf("%s:%d: %s", p.File, p.lines[key], key)
}

func (r *reader) app(n value) App {
	var a App
	r.mapping(n, "app", []field{
		{"dist", func(n value) { a.Dist = r.dist(n) }},
		{"routes", func(n value) { a.Routes = r.each(n, r.target) }},
		{"api", func(n value) { a.APIs = r.prefixes(n) }},
		{"api-get", func(n value) { a.APIGet = r.target(n) }},
		{"features", func(n value) { a.Features = r.features(n) }},
		{"waive", func(n value) { a.Waive = r.settings(n) }},
	})
	a.missing = r.takeMissing()
	return a
}

// dist reads the folder of the build, which may not have been built yet.
func (r *reader) dist(n value) string {
	path := r.path(n)
	if path == "" {
		return ""
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		r.missing(n, "%s is not a folder; build the app first, or give the folder that the build writes", path)
	}
	return path
}

// folder reads the path of a folder.
func (r *reader) folder(n value) string {
	path := r.path(n)
	if path == "" {
		return ""
	}
	if info, err := os.Stat(path); err != nil || !info.IsDir() {
		r.missing(n, "%s is not a folder", path)
	}
	return path
}

// target reads a path on the server, percent-encoded, perhaps with a query.
func (r *reader) target(n value) string {
	text := r.text(n)
	if text != "" && (!strings.HasPrefix(text, "/") || strings.ContainsAny(text, " \t")) {
		r.fail(n, "%q is not a percent-encoded path that begins with a slash, such as /orders/42", text)
	}
	return text
}

// prefixes reads the prefix of the API, or a list of several.
func (r *reader) prefixes(n value) []string {
	var all []string
	for _, v := range r.one(n) {
		if v.node.Value == "-" && v.key == n.key {
			return []string{r.text(v)}
		}
		if prefix := r.target(v); prefix != "" {
			all = append(all, prefix)
		}
	}
	return all
}

// features reads what the server offers. A feature that may be repeated has a list.
func (r *reader) features(n value) []Setting {
	var all []Setting
	var known []field
	for _, name := range Features {
		known = append(known, field{name, func(n value) {
			values := []value{n}
			if slices.Contains(repeated, name) {
				values = r.one(n)
			}
			for _, v := range values {
				all = append(all, Setting{Name: name, Value: r.text(v), Key: n.key})
			}
		}})
	}
	r.mapping(n, "app.features", known)
	return all
}
